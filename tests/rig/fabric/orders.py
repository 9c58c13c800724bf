"""From a Workload of the World to what the zygote starts."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from rig import regions
from rig.fabric import addresses, metadata
from rig.fabric.workloads import images
from rig.fabric.workloads.order import Order
from rig.pki import Pki, write_secret
from rig.world import Certificate, Vpc, Workload

_SHIMS = Path(__file__).parent / "workloads" / "bin"
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A wildcard stands for one label, and AWS's names have up to three of them in front of the region.
_AWS_NAMES = ("*", "*.dkr.ecr", "*.ecr", "*.s3", "*.vpce")


@dataclass(frozen=True)
class Stationery:
    """What every order says alike."""

    bundle: str
    certificate: tuple[str, str]

    @classmethod
    def make(cls, pki: Pki, state_dir: Path) -> Stationery:
        chain, key = state_dir / "pki" / "stock.pem", state_dir / "pki" / "stock-key.pem"
        issued = pki.service.issue(["stock.invalid"])  # nobody verifies a target's certificate
        chain.write_text(issued.chain_pem)
        write_secret(key, issued.key_pem)
        return cls(str(pki.bundle), (str(chain), str(key)))


def aws_certificate(pki: Pki) -> Certificate:
    """What AWS's front doors present, in every region there is: an inventory may name any."""
    names = [regions.host(labels, region) for region in regions.EVERYWHERE for labels in _AWS_NAMES]
    for suffix in regions.DNS_SUFFIXES:
        names += [f"*.{suffix}", f"*.s3.{suffix}", f"*.vpce.{suffix}"]
    names += [f"*.{suffix}" for suffix in regions.DUAL_STACK_SUFFIXES]
    names.append("*.us-gov.amazonaws.com")  # IAM's, which there has a name of its own
    issued = pki.rig.issue(names)
    return Certificate(arn="", chain_pem=issued.chain_pem, key_pem=issued.key_pem, names=tuple(names))


def of(workload: Workload, vpc: Vpc, stationery: Stationery) -> Order:
    resolv_conf = f"nameserver {addresses.resolver_of(vpc.cidrs[0])}\nsearch {vpc.region}.compute.internal\n"
    environment = _environment(workload, stationery)
    if workload.kind == "instance":
        return Order(
            id=workload.id,
            program="boot",
            environment=environment,
            user_data=workload.user_data,
            resolv_conf=resolv_conf,
            runtime=sys.prefix,
        )
    is_probe = images.is_probe(workload.image)
    return Order(
        id=workload.id,
        program="run" if is_probe else "respond",
        environment=environment,
        command=[*workload.entry_point, *workload.command],
        ports=list(workload.ports),
        about=_about(workload),
        certificate=list(stationery.certificate),
        resolv_conf=resolv_conf,
        reaches=list(images.reaches(workload)),
    )


def _about(task: Workload) -> dict[str, str]:
    stated = {"service": "", "version": images.version(task.image), "task": task.id}
    return {**stated, **task.metadata}


def _environment(workload: Workload, stationery: Stationery) -> dict[str, str]:
    trusted = dict.fromkeys(("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), stationery.bundle)
    return {
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(_SHIMS), f"{sys.prefix}/bin", _SYSTEM_PATH]),
        **trusted,
        **(_task_environment(workload) if workload.kind == "task" else {}),
        **dict(workload.environment),
    }


def _task_environment(task: Workload) -> dict[str, str]:
    """docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html."""
    here = {
        "AWS_REGION": task.region,
        "AWS_DEFAULT_REGION": task.region,
        "ECS_CONTAINER_METADATA_URI_V4": f"http://{addresses.TASK_METADATA}/v4/{task.id}",
    }
    if task.credentials:
        here["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = metadata.credentials_uri(task)
    return here
