# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The schema of a link's variables, said once. PRIVATE to the collection; stdlib only.

The checks, the defaults and the reference pages all come from here.
"""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils.link import limits, texts
from ansible_collections.twoway.privatelink.plugins.module_utils.link.entries import SERVICE
from ansible_collections.twoway.privatelink.plugins.module_utils.link.existing import EXISTING_NETWORK
from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import EXTERNAL_API
from ansible_collections.twoway.privatelink.plugins.module_utils.link.fields import (
    Anything,
    Choice,
    ListOf,
    Number,
    Record,
    Text,
    Truth,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.link.published import PUBLISHED

SIDES = ("public", "isolated")


def certificate(description: str, **more) -> Text:
    return Text(
        description=description,
        allowed="certificates in PEM",
        problem=texts.certificate_pem,
        remedy="read it from its file, for example with the lookup ansible.builtin.file",
        **more,
    )


def cidr(description: str, **more) -> Text:
    return Text(
        description=description,
        allowed="an IPv4 block from /16 to /28, without host bits, such as 10.0.0.0/16",
        problem=texts.vpc_cidr,
        remedy="write the block as AWS takes it",
        **more,
    )


AWS_CONNECTION = Record(
    required=True,
    description="How to reach the side's account; handed to every AWS module as it is.",
    fields={
        "region": Text(description="AWS region; the link's when left out."),
        "endpoint_url": Text(
            description="Another endpoint than AWS's own.",
            pattern=r"https?://[^\s/]+(/\S*)?",
            allowed="an http:// or https:// URL",
        ),
        "access_key": Text(description="Access key id.", allowed="an access key id"),
        "secret_key": Text(description="Secret access key.", allowed="a secret access key", secret=True),
        "session_token": Text(description="Session token.", allowed="a session token", secret=True),
        "profile": Text(description="Profile of the AWS configuration files."),
        "validate_certs": Truth(description="false trusts any certificate of the endpoint."),
        "aws_ca_bundle": Text(description="CA bundle for the endpoint."),
        "aws_config": Anything(description="Settings for botocore."),
    },
)

SERVICE_CERTIFICATE = Record(
    description="Certificate for the services' host names: of the load balancers (isolated), of the door (public).",
    fields={
        "certificate": certificate("The certificate, then intermediates.", required=True),
        "private_key": Text(
            required=True,
            secret=True,
            description="Its private key.",
            allowed="an unencrypted private key in PEM",
            problem=texts.private_key_pem,
            remedy="read it from its file or the vault",
        ),
        "ca": certificate("CA and intermediates that signed it."),
    },
)

GROUP_VARIABLES = {
    "link": Text(
        required=True,
        description="Name of the link; the inventory group has the same.",
        pattern=r"(?!internal$)[a-z]([a-z0-9-]{0,14}[a-z0-9])?",
        allowed="up to 16 of a-z, 0-9 and -, a letter first, no - at the end, not 'internal'",
        remedy="AWS would refuse the names made of it: shorten or respell it",
    ),
    "region": Text(
        required=True,
        description="AWS region of both sides.",
        pattern=r"[a-z]{2}(-[a-z]+)+-\d",
        allowed="an AWS region such as ap-northeast-1",
    ),
    "link_domain": Text(
        required=True,
        description="Domain of the services' host names. No zone is made for it.",
        pattern=texts.DNS_NAME,
        allowed="a DNS name in lower case, such as tokyo.example.com",
    ),
    "az_ids": ListOf(
        required=True,
        least=2,
        unique=True,
        description="Availability zones by id, for names differ from account to account.",
        item=Text(
            description="One of them.",
            pattern=r"[a-z]{2,6}\d{1,2}-az\d{1,2}",
            allowed="a zone id such as apne1-az1 (not the zone name ap-northeast-1a)",
            remedy="aws ec2 describe-availability-zones tells the ids",
        ),
        remedy="name at least two zones that both sides have",
    ),
    "service_ca_pem": certificate("CA that signed the service certificate.", required=True),
    "quotas": limits.FIELD,
    "purge_services": Truth(
        default=True,
        description="Whether a service that is taken out of the list is taken down; if not, it is kept, and reported.",
        remedy="""on the command line -e '{"purge_services": false}', or it is a text""",
    ),
    "verify_live": Choice(
        default="bulk",
        choices=("bulk", "full"),
        description="Whether a run believes what tags and descriptions remember of what AWS tells one at a time only.",
    ),
}

SIDE_VARIABLES = {
    "side": Choice(required=True, choices=SIDES, description="Which side the host is."),
    "account_id": Text(
        required=True,
        description="Account the side lives in.",
        pattern=r"\d{12}",
        allowed="12 digits in quotes",
        remedy="quote it, or YAML drops leading zeros",
    ),
    "aws_connection": AWS_CONNECTION,
    "vpc_cidr": cidr("Addresses of the VPC; both sides may have the same. Required without existing_network."),
    "existing_network": EXISTING_NETWORK,
    "published": PUBLISHED,
    "private_subnet_prefix": Number(default=24, low=16, high=28, description="Size of a private subnet."),
    "public_subnet_prefix": Number(default=26, low=16, high=28, description="Size of a public subnet."),
    "private_subnets": ListOf(
        description="Private subnets, one for each of az_ids, instead of the cut.", item=cidr("One of them.")
    ),
    "public_subnets": ListOf(
        description="Public subnets, one for each of az_ids, instead of the cut.", item=cidr("One of them.")
    ),
    "service_certificate": SERVICE_CERTIFICATE,
}

ISOLATED_VARIABLES = {
    "certificate_arn": Text(
        description="A certificate ACM has already, instead of service_certificate.",
        pattern=r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[A-Za-z0-9-]+",
        allowed="the ARN of an ACM certificate",
    ),
    "services": ListOf(required=True, description="The services.", item=SERVICE),
}

PUBLIC_VARIABLES = {
    "external_apis": ListOf(default=[], description="What the isolated side may reach.", item=EXTERNAL_API),
}

OF_SIDE = {"isolated": ISOLATED_VARIABLES, "public": PUBLIC_VARIABLES}
ALL_VARIABLES = {**GROUP_VARIABLES, **SIDE_VARIABLES, **ISOLATED_VARIABLES, **PUBLIC_VARIABLES}
