# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Endpoint policies that keep a VPC to some accounts. Pure; stdlib only.

Built after https://github.com/aws-samples/data-perimeter-policy-examples (vpc_endpoint_policies), with accounts in the
place of an organization. The same options give the same text, so that a run can tell what has changed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._partitions import partition_of
from ansible_collections.twoway.privatelink.plugins.module_utils.interface_endpoint.wish import FULL_NAMES, short_name

VERSION = "2012-10-17"
ACCOUNT = re.compile(r"\d{12}")
PRINCIPAL, RESOURCE = "aws:PrincipalAccount", "aws:ResourceAccount"
# Not all of their actions tell whose the resource is: there it counts where it is told.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
TELL_NO_OWNER = frozenset({"ebs", "ec2", "events", "workspaces"})
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-policy-examples.html and
# .../service-authorization/latest/reference/list_amazonelasticcontainerregistry.html: what a pull asks for.
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
# What ECS reads a secret of a task by.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-secrets
READ = {"secretsmanager": "secretsmanager:GetSecretValue", "ssm": "ssm:GetParameters"}
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html#registry_endpoints, the dual-stack form too.
IMAGE = re.compile(r"(\d{12})\.(?:dkr\.ecr(?:-fips)?|dkr-ecr(?:-fips)?)\.([a-z0-9-]+)\.[a-z.]+/([^:@]+)")


@dataclass(frozen=True, kw_only=True)
class Perimeter:
    """`accounts` are ours. `images` and `secrets` are what tasks need, whosesoever they are."""

    region: str
    accounts: tuple[str, ...]
    images: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    @classmethod
    def around(
        cls, region: str, accounts: Iterable[Any], services: Iterable[Mapping[str, Any]], images: Iterable[str]
    ) -> Perimeter:
        """`services` are entries of the inventory, with their canaries; `images` those that no entry names."""
        given = list(accounts)
        for index, account in enumerate(given):
            if not (isinstance(account, str) and ACCOUNT.fullmatch(account)):
                raise PrivateLinkError(where=f"accounts[{index}]", found=repr(account), allowed="12 digits in quotes")
        containers = [part for entry in services for part in (entry, entry.get("canary") or {})]
        secrets = {arn for one in containers for arn in (one.get("secrets") or {}).values()}
        return cls(
            region=region,
            accounts=tuple(sorted(set(given))),
            images=tuple(sorted({*images, *(one["image"] for one in containers if one.get("image"))})),
            secrets=tuple(sorted(secrets)),
        )

    @property
    def partition(self) -> str:
        return partition_of(self.region)

    def policy(self, service: str, more: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
        """Of the endpoint to `service`, such as ecr.api; `more` are statements besides."""
        return {"Version": VERSION, "Statement": [*self._statements(_short(service)), *map(dict, more)]}

    def _statements(self, service: str) -> Iterator[dict[str, Any]]:
        yield self._ours(service)
        # No workload can be one. AWS's own examples let them through everywhere, "to ensure normal operations".
        yield _allow("AwsServices", "*", "*", {"Bool": {"aws:PrincipalIsAWSService": "true"}})
        if service == "s3":
            # ECR signs the links to them with an account of its own, so no condition on the principal would hold:
            # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
            layers = f"arn:{self.partition}:s3:::prod-{self.region}-starport-layer-bucket/*"
            yield _allow("ImageLayers", "s3:GetObject", layers)
        if service in ("ecr.api", "ecr.dkr"):
            yield self._by_us("RegistryToken", "ecr:GetAuthorizationToken", "*")
            if repositories := self._repositories():
                yield self._by_us("ImagesOfOthers", list(PULL), repositories)
        if service == "ssm":
            public = f"arn:{self.partition}:ssm:{self.region}::parameter/aws/*"
            reads = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
            yield self._by_us("PublicParameters", reads, public)
        if secrets := self._secrets_in(service):
            yield self._by_us("SecretsOfOthers", READ[service], secrets)

    def _ours(self, service: str) -> dict[str, Any]:
        accounts = list(self.accounts)
        if service.removesuffix("-fips") in TELL_NO_OWNER:
            owner = {"StringEqualsIfExists": {RESOURCE: accounts}}
            return _allow("OwnAccounts", "*", "*", {"StringEquals": {PRINCIPAL: accounts}, **owner})
        return _allow("OwnAccounts", "*", "*", {"StringEquals": {PRINCIPAL: accounts, RESOURCE: accounts}})

    def _by_us(self, sid: str, action: str | list[str], resource: str | list[str]) -> dict[str, Any]:
        return _allow(sid, action, resource, {"StringEquals": {PRINCIPAL: list(self.accounts)}})

    def _repositories(self) -> list[str]:
        """Of other accounts, in this region: no endpoint leads to another one."""
        found = [match.groups() for match in map(IMAGE.match, self.images) if match]
        theirs = {(account, name) for account, region, name in found if region == self.region} - {
            (account, name) for account, _region, name in found if account in self.accounts
        }
        return [
            f"arn:{self.partition}:ecr:{self.region}:{account}:repository/{name}" for account, name in sorted(theirs)
        ]

    def _secrets_in(self, service: str) -> list[str]:
        """Those of other accounts that `service` keeps, without what may follow an ARN: key, stage, version."""
        arns = {":".join(arn.split(":")[:7]) for arn in self.secrets if arn.split(":")[2:3] == [service]}
        return sorted(arn for arn in arns if arn.split(":")[4] not in self.accounts)


def _short(service: str) -> str:
    """ecr.api of either spelling."""
    return short_name(service) if service.startswith(FULL_NAMES) else service


def policies(
    perimeter: Perimeter,
    services: Collection[str],
    more: Mapping[str, Any],
    instead: Mapping[str, Any],
) -> dict[str, Any]:
    """By service, of those that take one: `more` are statements besides the default's, `instead` whole policies."""
    # AWS gives an endpoint to somebody's own service no policy:
    # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    taking = [service for service in dict.fromkeys(services) if ".vpce." not in service]
    for option, given in (("statements", more), ("policies", instead)):
        _refuse_strange(option, given, taking)
    for service, statements in more.items():
        _refuse_no_statements(service, statements)
    twice = sorted(set(more) & set(instead))
    if twice:
        raise PrivateLinkError(
            where=f"statements.{twice[0]}",
            found="statements besides a policy that is given whole",
            allowed="one of the two",
            remedy="write the statements into the policy",
        )
    return {
        service: instead[service] if service in instead else perimeter.policy(service, more.get(service, ()))
        for service in taking
    }


def _refuse_strange(option: str, given: Mapping[str, Any], known: Collection[str]) -> None:
    strange = sorted(set(given) - set(known))
    if strange:
        raise PrivateLinkError(
            where=f"{option}.{strange[0]}",
            found="a service without an endpoint of this link",
            allowed=", ".join(known) or "none",
        )


def _refuse_no_statements(service: str, given: Any) -> None:
    is_list = isinstance(given, (list, tuple)) and all(isinstance(one, Mapping) for one in given)
    for index, statement in enumerate(given if is_list else ()):
        lacking = [key for key in ("Effect", "Principal") if key not in statement]
        if lacking:
            raise PrivateLinkError(
                where=f"statements.{service}[{index}]",
                found=f"no {' and no '.join(lacking)}",
                allowed="a statement of an endpoint policy, which names both",
            )
    if not is_list:
        raise PrivateLinkError(
            where=f"statements.{service}", found=type(given).__name__, allowed="a list of statements"
        )


def _allow(
    sid: str, action: str | list[str], resource: str | list[str], condition: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}
    return {**statement, "Condition": dict(condition)} if condition else statement
