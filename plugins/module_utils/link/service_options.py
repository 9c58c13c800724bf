# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The parts of a service entry that are mappings themselves. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils.link import texts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import (
    Anything,
    Choice,
    ListOf,
    MapOf,
    Number,
    Record,
    Text,
    Truth,
)


def image(description: str) -> Text:
    return Text(
        required=True,
        description=description,
        pattern=r"[a-z0-9][\w.:@/-]{0,510}[A-Za-z0-9_.-]|[a-z0-9]",
        allowed="registry/name:tag or registry/name@sha256:digest",
        remedy="write the reference as docker pull takes it",
    )


def count(description: str, **more) -> Number:
    return Number(**{"default": 1, "low": 1, "high": 5000, "description": description, **more})


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
        "grace_period": Number(
            default=60, low=0, high=86400, description="Seconds a new task may take before a bad check counts."
        ),
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

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
STICKINESS = Record(
    description="Keeps a client at the task, and at the variant, that answered it first.",
    fields={
        "seconds": Number(default=3600, low=1, high=604800, description="For how long."),
        "cookie": Text(
            description="Cookie of the application to go by; one of the load balancer's own when left out.",
            pattern=r"(?!(?i:AWSALB))[!#$%&'*+.^_`|~0-9A-Za-z-]{1,255}",
            allowed="the name of a cookie that does not begin with AWSALB",
        ),
    },
)

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
CONDITIONS = Record(
    default={},
    description=(
        "What requests must have besides the host; all of it. Five values in all, the host with them. Verify leaves a "
        "service out whose health path they keep it from asking for."
    ),
    fields={
        "hosts": ListOf(
            default=[],
            unique=True,
            description="Other host names it answers to. The certificate must be good for them.",
            item=Text(description="One of them.", pattern=texts.DNS_NAME, allowed="a DNS name in lower case"),
        ),
        "paths": ListOf(
            default=[],
            unique=True,
            description="Patterns of paths, with * and ?.",
            item=Text(
                description="One of them.",
                pattern=r"/[A-Za-z0-9_.$/~\"'@:+;&*?-]{0,127}",
                allowed="up to 128 characters, / first",
            ),
        ),
        "headers": MapOf(
            default={},
            description="Values of headers, by name, with * and ?.",
            pattern=r"(?!(?i:host)$)[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}",
            allowed="names of headers, Host not among them",
            item=ListOf(
                least=1,
                unique=True,
                lone=True,
                description="Any of them.",
                item=Text(description="One of them.", pattern=r"[\x20-\x7e]{1,128}", allowed="up to 128 characters"),
            ),
        ),
        "methods": ListOf(
            default=[],
            unique=True,
            description="HTTP methods.",
            item=Text(description="One of them.", pattern=r"[A-Z_-]{1,40}", allowed="a method in capitals"),
        ),
        "source_ips": ListOf(
            default=[],
            unique=True,
            description=(
                "IPv4 blocks of clients. What comes through the link comes from the Network Load Balancer's addresses."
            ),
            item=Text(
                description="One of them.",
                allowed="an IPv4 block without host bits, such as 10.0.0.0/24",
                problem=texts.ipv4_block,
            ),
        ),
    },
)

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
DEPLOYMENT = Record(
    default={},
    description="How a new version replaces the old one.",
    fields={
        "circuit_breaker": Choice(
            default="rollback",
            choices=("rollback", "stop", "none"),
            description="What ECS does when new tasks keep failing: go back, stop there, or go on trying.",
        ),
        "minimum_healthy_percent": Number(
            default=100, low=0, high=100, description="Tasks that stay up meanwhile, in percent of the desired count."
        ),
        "maximum_percent": Number(
            default=200, low=100, high=200, description="Tasks there may be meanwhile, in percent of the desired count."
        ),
    },
)


def target(description: str, **more) -> Number:
    return Number(**{"low": 1, "high": 100, "description": description, **more})


# https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html
AUTOSCALING = Record(
    description=(
        "Lets AWS choose the number of stable tasks so that figures stay near their targets. The desired count then "
        "only says where a new service starts."
    ),
    fields={
        "min": count("Tasks at least.", default=None, required=True),
        "max": count("Tasks at most.", default=None, required=True),
        "cpu": target("Average CPU utilization to keep, in percent."),
        "memory": target("Average memory utilization to keep, in percent."),
        "requests": target("Requests a minute and task to keep.", high=1000000),
        "scale_in": Truth(default=True, description="false only ever adds tasks."),
        "scale_in_cooldown": Number(default=300, low=0, high=3600, description="Seconds between two steps down."),
        "scale_out_cooldown": Number(default=60, low=0, high=3600, description="Seconds between two steps up."),
    },
)

STATEMENT = Record(
    description="One statement of an IAM policy.",
    fields={
        "Sid": Text(description="Its name.", pattern=r"[A-Za-z0-9]{1,64}", allowed="letters and digits"),
        "Effect": Choice(default="Allow", choices=("Allow", "Deny"), description="What it does."),
        "Action": ListOf(
            required=True,
            least=1,
            lone=True,
            unique=True,
            description="Actions.",
            item=Text(
                description="One of them.",
                pattern=r"\*|[a-z0-9-]+:[A-Za-z0-9*?]+",
                allowed="service:Action, such as s3:GetObject",
            ),
        ),
        "Resource": ListOf(
            required=True,
            least=1,
            lone=True,
            unique=True,
            description="Resources.",
            item=Text(
                description="One of them.", pattern=r"\*|arn:[\x21-\x7e]+", allowed="an ARN, or * where it must be"
            ),
        ),
        "Condition": Anything(description="When it holds."),
    },
)
