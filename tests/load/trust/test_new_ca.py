"""The CA of the services is changed while the link is used: by one run, by runs that stop half-way, and back again."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.trust import certificates
from e2e import clouds, playbook, sandbox, services, task
from rig.pki import Authority

BOUND = 900.0
LINK = f"/twoway/{sandbox.LINK}/catalog/link"


@pytest.fixture(autouse=True, scope="module")
def cloud() -> Iterator[None]:
    with clouds.up(sandbox.ROOT / "build" / "trust"):
        yield


@pytest.fixture(scope="module")
def built(cloud) -> None:
    done = playbook.run("site.yml", inventory=[services.INVENTORY])
    assert done.returncode == 0, done.output


@pytest.fixture(scope="module")
def authorities(tmp_path_factory) -> tuple[Authority, Authority]:
    directory = tmp_path_factory.mktemp("pki")
    return Authority(directory, "second-ca"), Authority(directory, "third-ca")


def inventory(directory: Path, authority: Authority) -> Path:
    """The sandbox's, with a certificate of another CA on both sides: an operator's edit."""
    copy = services.inventory_of(directory, services.entries())
    issued = authority.issue([f"*.{services.DOMAIN}", services.DOMAIN])
    certificate = {"certificate": issued.chain_pem, "private_key": issued.key_pem, "ca": authority.pem}
    told = {"service_ca_pem": authority.pem, "service_certificate": certificate}
    (copy / "group_vars" / "tokyo" / "the-last-word.yml").write_text(yaml.safe_dump(told))
    return copy


def old_ca() -> str:
    return Path(sandbox.facts()["pki"]["ca"]).read_text()


@contextmanager
def nobody_notices(*further: Authority) -> Iterator[None]:
    """Clients that trust every CA in question, on connections that stay and on new ones, lack no answer meanwhile."""
    wanted = task.public_requests(services.targets(), seconds=BOUND)
    wanted["ca_pem"] += "".join(authority.pem for authority in further)
    with task.running(wanted) as staying, task.running({**wanted, "anew": True}) as coming:
        yield
        for requester in (staying, coming):
            requester.stop()
            told = requester.told()
            assert sum(one["failed"] for one in told.values()) == 0, told
            assert all(one["ok"] > 100 for one in told.values()), told


def trusted() -> set[str]:
    """The certificates that the service proxies are told to trust."""
    text = sandbox.client("public", "ssm").get_parameter(Name=LINK)["Parameter"]["Value"]
    return set(certificates(json.loads(text)["ca_pem"]))


def key(pem: str) -> str:
    (found,) = certificates(pem)
    return found


def refuse(action: str) -> None:
    fault = {"action": action, "kind": "error", "code": "ValidationException", "times": 1}
    request = urllib.request.Request(
        f"{sandbox.facts()['endpoint_url']}/_rig/faults",
        json.dumps(fault).encode(),
        {"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=10).close()


def test_a_new_ca_is_trusted_before_its_certificate_is_shown(built, authorities, tmp_path):
    new, _third = authorities
    renewed = inventory(tmp_path, new)
    looked = playbook.run("site.yml", "--check", inventory=[renewed])
    assert looked.returncode == 0, looked.output
    assert {host for host, name in looked.changed if "trust the CA of the certificate that comes" in name} == {
        "tokyo_public"
    }
    assert trusted() == {key(old_ca())}
    with nobody_notices(new):
        begun = time.monotonic()
        done = playbook.run("site.yml", inventory=[renewed])
        assert done.returncode == 0, done.output
        took = time.monotonic() - begun
    assert trusted() == {key(new.pem)}
    again = playbook.run("site.yml", inventory=[renewed])
    assert (again.returncode, again.changed) == (0, ()), again.output
    print(json.dumps({"site_s": round(took), "again_s": round(again.wall_s)}))


def test_runs_that_stop_half_way_cost_no_request_either(built, authorities, tmp_path):
    """The services alone, before the load balancers have the certificate; an import that AWS refuses; a stage alone."""
    _second, new = authorities
    renewed = inventory(tmp_path, new)
    before = trusted()
    with nobody_notices(*authorities):
        alone = playbook.run("playbooks/services.yml", inventory=[renewed])
        assert alone.returncode == 0, alone.output
        assert trusted() == before | {key(new.pem)}
        refuse("ImportCertificate")
        broken = playbook.run("site.yml", inventory=[renewed])
        assert broken.returncode != 0 and "ValidationException" in broken.output, broken.output
        assert trusted() == before | {key(new.pem)}
        stage = playbook.run("playbooks/provider.yml", inventory=[renewed])
        assert stage.returncode == 0, stage.output
        assert trusted() == before | {key(new.pem)}
        verified = playbook.run("playbooks/verify.yml", inventory=[renewed])
        assert verified.returncode == 0, verified.output
        mended = playbook.run("site.yml", inventory=[renewed])
        assert mended.returncode == 0, mended.output
    assert trusted() == {key(new.pem)}


def test_back_to_the_former_certificate(built, authorities):
    with nobody_notices(*authorities):
        back = playbook.run("site.yml", inventory=[services.INVENTORY])
        assert back.returncode == 0, back.output
    assert trusted() == {key(old_ca())}
