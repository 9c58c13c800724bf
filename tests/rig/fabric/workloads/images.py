"""Container images: what runs for one, and what pulling it takes."""

from __future__ import annotations

from collections.abc import Iterator

from rig import regions
from rig.fabric.workloads.order import Reach
from rig.world import Workload

_PROBE = "twoway/probe"
_DOCKER_HUB = "registry-1.docker.io"


def is_probe(image: str) -> bool:
    """The one image whose command runs for real, whatever registry it is said to come from."""
    name = image.partition("@")[0].rpartition(":")[0] or image
    return name == _PROBE or name.endswith(f"/{_PROBE}")


def version(image: str) -> str:
    tag = image.rpartition("/")[2].partition(":")[2]
    return tag or "latest"


def reaches(task: Workload) -> Iterator[Reach]:
    """On Fargate, a task reads its secrets, pulls its image and ships its logs over its own interface:
    docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-vpc-endpoint-considerations."""
    for service in task.secrets_from:
        secrets = f"ResourceInitializationError: unable to pull secrets or registry auth: unable to reach {service}"
        yield Reach(host=regions.host(service, task.region), port=443, otherwise=secrets)
    registry = _registry(task.image)
    if ".dkr.ecr." in registry:
        authorization = (
            "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve ecr registry auth"
        )
        yield Reach(host=regions.host("api.ecr", task.region), port=443, otherwise=authorization)
    pull = f"CannotPullContainerError: failed to resolve ref {task.image}"
    yield Reach(host=registry, port=443, otherwise=pull)
    if ".dkr.ecr." in registry:
        layers = regions.host(f"prod-{task.region}-starport-layer-bucket.s3", task.region)
        yield Reach(host=layers, port=443, otherwise=pull)  # ECR keeps image layers in S3
    if task.log_group:
        logger = "ResourceInitializationError: failed to validate logger args: failed to create Cloudwatch log stream"
        yield Reach(host=regions.host("logs", task.region), port=443, otherwise=logger)


def _registry(image: str) -> str:
    """The first part of an image's name, if it looks like a host: Docker's own rule."""
    first, _slash, rest = image.partition("/")
    return first.partition(":")[0] if rest and ("." in first or ":" in first) else _DOCKER_HUB
