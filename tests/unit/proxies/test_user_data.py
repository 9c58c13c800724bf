"""The user data: small, the same every time, and when bash runs it, a proxy that works."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.filter import proxy_user_data as plugin
from ansible_collections.twoway.privatelink.plugins.module_utils.user_data.script import MOST_BYTES, TooLarge, user_data
from ansible_collections.twoway.privatelink.plugins.module_utils.user_data.settings import check_settings
from ansible_collections.twoway.privatelink.plugins.module_utils.user_data.sources import bare

from .agent_process import SOURCES, AgentProcess
from .namespace import own_network
from .parameter_store import FakeParameterStore
from .pki import Authority

SETTINGS = {"link": "tokyo", "region": "ap-northeast-1", "vpc_cidr": "10.0.0.0/16"}
LONGEST = {
    "link": "a-link-of-24-characters-",
    "region": "ap-northeast-1",
    "vpc_cidr": [f"10.{n}.128.0/17" for n in range(5)],  # a VPC has at most five
    "poll_seconds": 2.75,
    "unhealthy_seconds": 120,
    "drain_seconds": 3600,
}
KINDS = ("service", "reverse")


@pytest.mark.parametrize("kind", KINDS)
def test_is_short_bash_and_the_same_every_time(kind: str) -> None:
    script = plugin.proxy_user_data(SETTINGS, kind)
    assert script == plugin.proxy_user_data(dict(reversed(SETTINGS.items())), kind)
    assert script.startswith("#!/bin/bash\n") and script.isascii()
    assert len(plugin.proxy_user_data(LONGEST, kind)) <= MOST_BYTES
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_too_large_is_said_before_ec2_does() -> None:
    noise = random.Random(0).randbytes(20_000).hex()
    with pytest.raises(TooLarge, match="16384"):
        user_data(check_settings(SETTINGS, "service"), {"noise.txt": noise})


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown key": ({"pol_seconds": 3}, "service", "pol_seconds: unknown, did you mean poll_seconds?"),
    "no link": ({"link": None}, "service", "link: None does not match"),
    "link with a slash": ({"link": "a/b"}, "service", "link: 'a/b' does not match"),
    "region": ({"region": "tokyo"}, "service", "region: 'tokyo' does not match"),
    "no own VPC": ({"vpc_cidr": []}, "reverse", "the way out refuses its own VPC's addresses"),
    "host bits": ({"vpc_cidr": ["10.0.0.1/16"]}, "reverse", "vpc_cidr[0]: 10.0.0.1/16 has host bits set"),
    "seconds as text": ({"drain_seconds": "30"}, "service", "drain_seconds: '30' is not a number of seconds (1-3600)"),
    "proxy": ({}, "forward", "proxy: 'forward' is not one of service, reverse"),
}


@pytest.mark.parametrize(("changed", "kind", "message"), BAD.values(), ids=BAD)
def test_mistakes_are_named(changed: dict[str, Any], kind: str, message: str) -> None:
    with pytest.raises(AnsibleFilterError) as problem:
        plugin.proxy_user_data(SETTINGS | changed, kind)
    assert message in str(problem.value)


def test_all_mistakes_are_named_together() -> None:
    with pytest.raises(AnsibleFilterError) as problem:
        plugin.proxy_user_data({"link": "A", "region": "b", "cidr": ""}, "reverse")
    assert [line.split(":")[-2 if not n else 0].strip() for n, line in enumerate(str(problem.value).splitlines())] == [
        "cidr",
        "link",
        "region",
        "vpc_cidr",
    ]


@pytest.mark.parametrize("path", sorted(SOURCES.rglob("*.py")), ids=lambda path: path.relative_to(SOURCES).as_posix())
def test_bare_sources_are_the_same_program_on_the_same_lines(path: Path) -> None:
    source = path.read_text()
    assert len(bare(source).splitlines()) == len(source.splitlines())
    assert ast.dump(_program(ast.parse(source))) == ast.dump(_program(ast.parse(bare(source))))


def _program(tree: ast.Module) -> ast.Module:
    """What is left to run: neither docstrings nor the types of parameters."""
    for node in ast.walk(tree):
        match node:
            case ast.arg():
                node.annotation = None
            case ast.AST(body=[ast.Expr(value=ast.Constant()), *_rest]):
                del node.body[0]
    return tree


@pytest.mark.parametrize("kind", KINDS)
@own_network
async def test_bash_makes_a_working_proxy_of_it(tmp_path: Path, kind: str) -> None:
    """Run for real, with the four directories it writes to moved and systemctl told on."""
    places = {"/opt/twoway": "opt", "/etc/twoway": "etc", "/etc/systemd/system": "systemd"}
    for name in (*places.values(), "bin"):
        (tmp_path / name).mkdir()
    (tmp_path / "opt" / "runtime" / "bin").mkdir(parents=True)
    (tmp_path / "opt" / "runtime" / "bin" / "python3").symlink_to(sys.executable)
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.write_text(f'#!/bin/bash\necho "$@" >> {tmp_path}/systemctl.log\n')
    systemctl.chmod(0o755)

    def moved(text: str) -> str:
        for place, name in places.items():
            text = text.replace(place, str(tmp_path / name))
        return text

    files = {name: moved(text) for name, text in plugin.source_files(kind).items()}
    script = moved(user_data(check_settings(SETTINGS, kind), files))
    path = f"{tmp_path}/bin:/usr/bin:/bin"
    subprocess.run(["/bin/bash"], input=script, text=True, check=True, env={"PATH": path}, cwd="/", timeout=30)

    assert (tmp_path / "systemctl.log").read_text() == "daemon-reload\nenable --now twoway-proxy.service\n"
    unit = (tmp_path / "systemd" / "twoway-proxy.service").read_text()
    assert f"ExecStart={tmp_path}/opt/runtime/bin/python3 -m twoway_proxy {tmp_path}/etc/proxy.json\n" in unit
    assert (tmp_path / "etc" / "proxy.json").exists()
    store = FakeParameterStore()
    await store.start()
    _fill(store)
    async with AgentProcess(tmp_path, kind, sources=tmp_path / "opt" / "agent", vpc_cidr=["10.0.0.0/16"]) as agent:
        await agent.healthy()


def _fill(store: FakeParameterStore) -> None:
    authority = Authority("service CA")
    pair = authority.issue("door.tokyo.example")
    link = {"domain": "tokyo.example", "endpoint_dns": "vpce-1.amazonaws.com", "ca_pem": authority.pem}
    store.put("/twoway/tokyo/catalog/link", link)
    store.put("/twoway/tokyo/service-proxy/tls", vars(pair))
    store.put("/twoway/tokyo/reverse-proxy/allow-list", [])
