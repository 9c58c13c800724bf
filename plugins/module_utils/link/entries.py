# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The schema of a service entry. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils.link import fargate, texts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import (
    Choice,
    ListOf,
    MapOf,
    Number,
    Record,
    Text,
    TextMap,
    Truth,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.service_options import (
    AUTOSCALING,
    CANARY,
    CONDITIONS,
    DEPLOYMENT,
    HEALTH_CHECK,
    STATEMENT,
    STICKINESS,
    count,
    image,
)

GREATEST_PORT = 65535
ACCOUNT_ARN = r"arn:aws[a-z-]*:{service}:[a-z0-9-]+:\d{{12}}:"


def port(description: str, **more) -> Number:
    return Number(low=1, high=GREATEST_PORT, description=description, remedy="name the port it listens on", **more)


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
SECRET = Text(
    description="ARN of one of them.",
    pattern=(
        ACCOUNT_ARN.format(service="secretsmanager")
        + r"secret:[\w/+=.@-]+-[A-Za-z0-9]{6}(:[\w.@ -]*:[\w.@-]*:[\w-]*)?"
        + "|"
        + ACCOUNT_ARN.format(service="ssm")
        + r"parameter/[\w./-]+"
    ),
    allowed=(
        "the whole ARN of a secret, with its six random characters (of a key in it: <arn>:<key>::), or of a parameter "
        "of Systems Manager"
    ),
    remedy="put the value into Secrets Manager or Parameter Store and write its ARN here",
    secret=True,  # somebody may have written the value itself
)
SECRET_KEY = Text(
    description="ARN of one of them.",
    pattern=ACCOUNT_ARN.format(service="kms") + r"key/[A-Za-z0-9-]+",
    allowed="the ARN of a key, not of an alias",
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
        "cpu": Choice(default=256, choices=fargate.CPU, description="CPU units of a task."),
        "memory": Number(default=512, low=512, high=122880, description="Memory of a task in MiB."),
        "desired_count": count("Tasks of the stable task set."),
        "environment": TextMap(default={}, description="Environment of the container."),
        "secrets": MapOf(
            default={},
            item=SECRET,
            description=(
                "Environment whose values lie in Secrets Manager or Parameter Store, as their ARNs. The service gets "
                "an execution role of its own that may read exactly these."
            ),
        ),
        "secret_keys": ListOf(
            default=[],
            unique=True,
            item=SECRET_KEY,
            description="KMS keys of the account that these secrets are encrypted with; AWS's own need no mention.",
        ),
        "command": ListOf(
            default=[],
            description="Command instead of the image's own.",
            item=Text(description="One word of it.", pattern=r"(?s).*", allowed="a text"),
        ),
        "health_check": HEALTH_CHECK,
        "canary": CANARY,
        "autoscaling": AUTOSCALING,
        "deployment": DEPLOYMENT,
        "conditions": CONDITIONS,
        "stickiness": STICKINESS,
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
        "slow_start": Number(
            default=0,
            low=0,
            high=900,
            description="Seconds over which a new task's share of the requests grows; 0, or 30 and more.",
        ),
        "task_policy": ListOf(
            default=[],
            item=STATEMENT,
            description=(
                "What its tasks may do in the account, as statements of an IAM policy. The service gets a task role of "
                "its own, with these and with what every service may."
            ),
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
