"""The user data: small, the same every time, and when bash runs it, a proxy that works."""

from __future__ import annotations

import asyncio
import hashlib
import io
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.twoway.privatelink.plugins.filter import proxy_user_data as plugin
from ansible_collections.twoway.privatelink.plugins.filter.agent_bundle import agent_bundle, agent_files
from ansible_collections.twoway.privatelink.plugins.module_utils.agent_bundle.archive import archive

from .agent_process import AWS_ENVIRONMENT, AgentProcess
from .namespace import own_network
from .parameter_store import FakeParameterStore
from .pki import Authority

SETTINGS = {"link": "tokyo", "region": "ap-northeast-1", "vpc_cidr": "10.0.0.0/16"}
LONGEST = {
    "link": "a-link-of-24-characters-",
    "region": "ap-northeast-1",
    "vpc_cidr": [f"10.{n}.128.0/17" for n in range(5)],  # a VPC has at most five
    "poll_seconds": 2.75,
    "check_seconds": 120,
    "metrics_seconds": 3600,
    "unhealthy_seconds": 120,
    "drain_seconds": 3600,
}
KINDS = ("service", "reverse")
AGENT = {"bucket": "tokyo-door-111111111111-ap-northeast-1-an", "key": "agent/1.tar", "sha256": "0" * 64}
FAR_BELOW_EC2S_LIMIT = 8 * 1024


@pytest.mark.parametrize("kind", KINDS)
def test_is_short_bash_and_the_same_every_time(kind: str) -> None:
    """EC2 takes 16 KB: docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html"""
    script = plugin.proxy_user_data(SETTINGS, kind, AGENT)
    assert script == plugin.proxy_user_data(dict(reversed(SETTINGS.items())), kind, dict(reversed(AGENT.items())))
    assert script.startswith("#!/bin/bash\n") and script.isascii()
    assert len(plugin.proxy_user_data(LONGEST, kind, AGENT)) <= FAR_BELOW_EC2S_LIMIT
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


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
        plugin.proxy_user_data(SETTINGS | changed, kind, AGENT)
    assert message in str(problem.value)


def test_all_mistakes_are_named_together() -> None:
    with pytest.raises(AnsibleFilterError) as problem:
        plugin.proxy_user_data({"link": "A", "region": "b", "cidr": ""}, "reverse", AGENT)
    assert [line.split(":")[-2 if not n else 0].strip() for n, line in enumerate(str(problem.value).splitlines())] == [
        "cidr",
        "link",
        "region",
        "vpc_cidr",
    ]


BAD_AGENTS: dict[str, tuple[Any, str]] = {
    "none": (None, "agent: None is not a dictionary"),
    "no bucket": ({**AGENT, "bucket": None}, "agent.bucket: None does not match"),
    "short hash": ({**AGENT, "sha256": "0" * 63}, "agent.sha256: '000"),
    "key that leaves the quotes": ({**AGENT, "key": "a'\nrm -rf /"}, "agent.key: "),
}


@pytest.mark.parametrize(("agent", "message"), BAD_AGENTS.values(), ids=BAD_AGENTS)
def test_an_agent_that_is_nowhere_is_refused(agent: Any, message: str) -> None:
    with pytest.raises(AnsibleFilterError) as problem:
        plugin.proxy_user_data(SETTINGS, "service", agent)
    assert message in str(problem.value)


class Machine:
    """A machine to boot on: what user data writes to lies in the test's directory, and systemctl is told on."""

    PLACES = {"/opt/twoway": "opt", "/etc/twoway": "etc", "/etc/systemd/system": "systemd"}

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for name in (*self.PLACES.values(), "bin"):
            (directory / name).mkdir()
        (directory / "opt" / "runtime").symlink_to(sys.prefix)
        systemctl = directory / "bin" / "systemctl"
        systemctl.write_text(f'#!/bin/bash\necho "$@" >> {directory}/systemctl.log\n')
        systemctl.chmod(0o755)

    def moved(self, text: str) -> str:
        for place, name in self.PLACES.items():
            text = text.replace(place, str(self.directory / name))
        return text

    async def boot(self, script: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            "/bin/bash", "-c", self.moved(script),
            env={**AWS_ENVIRONMENT, "PATH": f"{self.directory}/bin:/usr/bin:/bin"},
            cwd="/", stderr=(self.directory / "boot.log").open("wb"),
        )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@own_network
async def test_bash_makes_a_working_proxy_of_it(tmp_path: Path, kind: str) -> None:
    """Run for real: S3 refuses at first, as it does while IAM does not know the instance's role everywhere yet."""
    machine = Machine(tmp_path)
    files = {name: machine.moved(text.decode()).encode() for name, text in agent_files(kind).items()}
    packed = archive(files)
    agent = {**AGENT, "sha256": hashlib.sha256(packed).hexdigest()}
    store = FakeParameterStore()
    store.objects[f"/{AGENT['bucket']}/{AGENT['key']}"] = packed
    store.refusals = 1
    await store.start()
    booted = await machine.boot(plugin.proxy_user_data(SETTINGS, kind, agent))
    assert await booted.wait() == 0, (tmp_path / "boot.log").read_text()

    assert "AccessDenied" in (tmp_path / "boot.log").read_text()
    assert (tmp_path / "systemctl.log").read_text() == "daemon-reload\nenable --now twoway-proxy.service\n"
    unit = (tmp_path / "systemd" / "twoway-proxy.service").read_text()
    assert f"ExecStart={tmp_path}/opt/runtime/bin/python3 -m twoway_proxy {tmp_path}/etc/proxy.json\n" in unit
    assert (tmp_path / "etc" / "proxy.json").exists()
    _fill(store)
    async with AgentProcess(tmp_path, kind, sources=tmp_path / "opt" / "agent", vpc_cidr=["10.0.0.0/16"]) as process:
        await process.healthy()


@own_network
async def test_an_agent_of_another_hash_is_never_unpacked(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    store = FakeParameterStore()
    store.objects[f"/{AGENT['bucket']}/{AGENT['key']}"] = archive({"twoway_proxy/__init__.py": b"forged"})
    await store.start()
    booted = await machine.boot(plugin.proxy_user_data(SETTINGS, "service", AGENT))
    assert await booted.wait() == 1

    assert "its SHA-256 is" in (tmp_path / "boot.log").read_text()
    assert not (tmp_path / "opt" / "agent").exists() and not (tmp_path / "systemctl.log").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_the_archive_is_the_same_every_time_and_of_one_proxy(kind: str) -> None:
    packed = archive(agent_files(kind))
    assert packed == archive(dict(reversed(agent_files(kind).items())))
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        names = tar.getnames()
        assert {(member.mtime, member.uid, member.uname) for member in tar} == {(0, 0, "")}
    assert {"twoway_proxy/agent.py", f"twoway_proxy/{kind}/proxy.py", "twoway-proxy.service"} <= set(names)
    (other,) = set(KINDS) - {kind}
    assert not [name for name in names if f"/{other}/" in name or "__pycache__" in name]


def test_an_agent_of_an_unknown_proxy_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="'forward' is not one of service, reverse"):
        agent_bundle("forward")


def _fill(store: FakeParameterStore) -> None:
    authority = Authority("service CA")
    pair = authority.issue("door.tokyo.example")
    link = {"domain": "tokyo.example", "endpoint_dns": "vpce-1.amazonaws.com", "ca_pem": authority.pem}
    store.put("/twoway/tokyo/catalog/link", link)
    store.put("/twoway/tokyo/service-proxy/tls", vars(pair))
    store.put("/twoway/tokyo/reverse-proxy/profiles/13288", {"destinations": []})
