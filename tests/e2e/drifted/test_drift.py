"""What people did by hand is told, thing by thing, and not undone by the telling."""

from e2e import api_log, playbook

# What e2e.drift has done, as drift.yml must tell it: the side, what it is, and what it is about.
DONE = (
    ("tokyo_isolated", "not wanted", "security group tokyo-services"),
    ("tokyo_public", "missing", "security group tokyo-inbound-endpoint"),
    ("tokyo_isolated", "", "tokyo-outbound"),
    ("tokyo_isolated", "changed", "gateway endpoint tokyo-s3"),
    ("tokyo_isolated", "missing", "listener tokyo-inbound:443"),
    ("tokyo_public", "changed", "/twoway/tokyo/catalog/services/orders"),
    ("tokyo_isolated", "changed", "stable ECS service tokyo-orders-stable"),
)


def test_every_change_by_hand_is_told_and_nothing_is_changed():
    before = len(api_log.writes())
    looked = playbook.run("playbooks/drift.yml")
    assert looked.returncode != 0, looked.output
    assert api_log.writes()[before:] == []
    told = [
        line.split("  ") for line in looked.output.splitlines() if line.startswith(("tokyo_isolated ", "tokyo_public "))
    ]
    rows = [[cell.strip() for cell in line if cell.strip()] for line in told]
    missed = [
        (side, kind, thing)
        for side, kind, thing in DONE
        if not any(row[0] == side and kind in row[1] and thing in row[2] for row in rows if len(row) > 2)
    ]
    assert missed == [], looked.output
