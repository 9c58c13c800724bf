# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The schema of a service entry and of an external API. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils.link import texts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import (
    Choice,
    ListOf,
    Number,
    Record,
    Text,
    TextMap,
    Truth,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.quotas import FARGATE_CPU

GREATEST_PORT = 65535


def port(description: str, **more) -> Number:
    return Number(low=1, high=GREATEST_PORT, description=description, remedy="name the port it listens on", **more)


def image(description: str) -> Text:
    return Text(
        required=True,
        description=description,
        pattern=r"[a-z0-9][\w.:@/-]{0,510}[A-Za-z0-9_.-]|[a-z0-9]",
        allowed="registry/name:tag or registry/name@sha256:digest",
        remedy="write the reference as docker pull takes it",
    )


def count(description: str) -> Number:
    return Number(default=1, low=1, high=5000, description=description, remedy="run at least one task")


HEALTH_CHECK = Record(
    default={},
    description="How the load balancer asks a task whether it is well.",
    fields={
        "path": Text(
            default="/healthz",
            description="Path asked for.",
            pattern=r"/[\x21-\x7e]{0,1023}",
            allowed="a path that begins with /, without spaces",
        ),
        "matcher": Text(
            default="200",
            description="Status codes that mean well: one, several or ranges.",
            pattern=r"[2-4]\d\d(-[2-4]\d\d)?(,[2-4]\d\d(-[2-4]\d\d)?)*",
            allowed="codes from 200 to 499 as a text, such as '200' or '200-299,404'",
            remedy="quote it",
        ),
        "interval": Number(default=10, low=5, high=300, description="Seconds between two checks."),
        "timeout": Number(default=5, low=2, high=120, description="Seconds a check may take; less than the interval."),
        "healthy_threshold": Number(
            default=2, low=2, high=10, description="Good checks in a row that make it healthy."
        ),
        "unhealthy_threshold": Number(default=2, low=2, high=10, description="Bad ones that make it unhealthy."),
    },
)

CANARY = Record(
    description="A second task set that is tried out beside the stable one.",
    fields={
        "image": image("Image of the canary's container."),
        "weight": Number(
            default=0,
            low=0,
            high=100,
            description=(
                "Percent of the requests the canary gets when its rule is made. Later runs never touch weights; a "
                "canary that joins an existing rule starts at 0, for its group has no healthy task yet."
            ),
            remedy="give the canary's share in percent",
        ),
        "desired_count": count("Tasks of the canary."),
    },
)

SERVICE = Record(
    description="One ECS microservice of the isolated side.",
    fields={
        "name": Text(
            required=True,
            description="Unique in the link; part of every AWS name made for it.",
            pattern=r"[a-z]([a-z0-9-]{0,22}[a-z0-9])?",
            allowed="up to 24 of a-z, 0-9 and -, a letter first, no - at the end",
            remedy="AWS would refuse the names made of it: shorten or respell it",
        ),
        "image": image("Image of the container."),
        "port": port("Port the container listens on.", required=True),
        "path": Text(
            description="Path prefix at the door; /<name> when left out.",
            pattern=r"/|(/[A-Za-z0-9._~-]+)+",
            allowed="/ or segments of letters, digits, . _ ~ -, each after a /, none at the end",
        ),
        "host": Text(
            description="Host name; <name>.<link_domain> when left out.",
            pattern=texts.DNS_NAME,
            allowed="a DNS name in lower case",
        ),
        "protocol": Choice(
            default="HTTPS", choices=("HTTPS", "HTTP"), description="What the container speaks on its port."
        ),
        "cpu": Choice(default=256, choices=FARGATE_CPU, description="CPU units of a task."),
        "memory": Number(default=512, low=512, high=122880, description="Memory of a task in MiB."),
        "desired_count": count("Tasks of the stable task set."),
        "environment": TextMap(default={}, description="Environment of the container."),
        "command": ListOf(
            default=[],
            description="Command instead of the image's own.",
            item=Text(description="One word of it.", pattern=r"(?s).*", allowed="a text"),
        ),
        "health_check": HEALTH_CHECK,
        "canary": CANARY,
        "enabled": Truth(default=True, description="false keeps what is there but runs no task of it."),
        "outbound": ListOf(
            default=[],
            unique=True,
            description="Names of the external APIs it may reach.",
            item=Text(description="A name out of external_apis."),
        ),
        "deregistration_delay": Number(
            default=300, low=0, high=3600, description="Seconds a leaving task keeps its open requests."
        ),
        "log_retention_days": Choice(
            default=30,
            # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
            choices=(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288)
            + (3653,),
            description="Days its log is kept.",
        ),
    },
)

EXTERNAL_API = Record(
    description="One destination the isolated side may reach.",
    fields={
        "name": Text(
            required=True,
            description="Unique in the link; services name it in `outbound`.",
            pattern=r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?",
            allowed="up to 32 of a-z, 0-9 and -, a letter first, no - at the end",
        ),
        "host": Text(
            required=True,
            description="Public DNS name.",
            pattern=texts.DNS_NAME,
            allowed="a public DNS name in lower case, no address, no wildcard",
            problem=texts.public_host,
            remedy="name the host the services connect to",
        ),
        "ports": ListOf(default=[443], least=1, unique=True, description="Ports of it.", item=port("One of them.")),
    },
)
