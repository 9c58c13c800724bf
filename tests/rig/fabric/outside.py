"""The Internet, as the sandbox's VPCs see it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from rig.fabric import addresses, internet, kernel, links, machine
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
        descriptors = [sock.fileno() for sock in sockets]
        with log.open("ab") as output:
            self._hosts = subprocess.Popen(
                [sys.executable, "-m", "rig.fabric.internet", str(state_dir / "pki"), *map(str, descriptors)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=descriptors,
                preexec_fn=kernel.die_with_parent,
            )
        for sock in sockets:
            sock.close()

    def close(self) -> None:
        self._hosts.kill()
        self._hosts.wait()
        self.network.close()
