"""What lies outside, as the sandbox's VPCs see it: the Internet, and a company's premises."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from socket import socket

from rig.fabric import addresses, internet, kernel, links, machine, premises
from rig.fabric.namespaces import Network
from rig.fabric.nft import Nft
from rig.pki import Pki


class Internet:
    """A namespace with the hosts of .example and AWS's public front doors."""

    def __init__(self, nft: Nft, pki: Pki, state_dir: Path, log: Path) -> None:
        self.path = machine.NETWORKS / "internet"
        self.network = Network.create(self.path)
        links.swallow_the_rest(self.network)
        links.answer_for(self.network, str(addresses.EXAMPLE_HOSTS))
        links.hold(self.network, (addresses.AWS_FRONT, addresses.VISITOR, *addresses.GATEWAY_FRONTS.values()), set())
        nft.load(self.network, internet.RULESET)
        pki.public.path  # noqa: B018 - made before somebody else's process does
        with self.network.inside():
            sockets = internet.listening()
        self._hosts = _serve("rig.fabric.internet", sockets, log, str(state_dir / "pki"))

    def close(self) -> None:
        _end(self._hosts)
        self.network.close()


class Premises:
    """A company's network behind one VPC's virtual private gateway, and the servers there."""

    def __init__(self, vpc_id: str, nft: Nft, log: Path) -> None:
        self.network = Network.create(machine.NETWORKS / f"premises-of-{vpc_id}")
        links.answer_for(self.network, str(addresses.PREMISES))
        nft.load(self.network, premises.RULESET)
        with self.network.inside():
            sockets = premises.listening()
        self._servers = _serve("rig.fabric.premises", sockets, log)

    def close(self) -> None:
        _end(self._servers)
        self.network.close()


def _serve(module: str, sockets: Iterable[socket], log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Hand the sockets to a process that runs `module`."""
    descriptors = [sock.fileno() for sock in sockets]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, *map(str, descriptors)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=descriptors,
            preexec_fn=kernel.die_with_parent,
        )
    for sock in sockets:
        sock.close()
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
