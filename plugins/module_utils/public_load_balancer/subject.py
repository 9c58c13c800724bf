# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A public door, for the runner. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._deleting import until_let_go
from ansible_collections.twoway.privatelink.plugins.module_utils._ids import known_all, unknown_options
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import Owner, write_tags
from ansible_collections.twoway.privatelink.plugins.module_utils._plan import Change, Plan
from ansible_collections.twoway.privatelink.plugins.module_utils._waiting import Verdict
from ansible_collections.twoway.privatelink.plugins.module_utils.public_load_balancer import api
from ansible_collections.twoway.privatelink.plugins.module_utils.public_load_balancer.model import (
    Listener,
    PublicDoor,
    desired_door,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.public_load_balancer.plan import plan, plan_absent
from ansible_collections.twoway.privatelink.plugins.module_utils.shard_load_balancers import api as balancing


class PublicLoadBalancer:
    def __init__(self, params: Mapping[str, Any], connect: Callable[[str], Any]) -> None:
        self._params = params
        self._connect = connect
        self._name = params["name"]
        self._owner = Owner.from_tags(params["tags"])
        self._present = params["state"] == "present"
        self._arn: str | None = None
        self._target_group_arn: str | None = None
        self.what = f"load balancer {self._name}"
        self.wait_timeout = params["wait_timeout"]

    @property
    def _elb(self) -> Any:
        return self._connect("elbv2")

    @property
    def _waf(self) -> Any:
        return self._connect("wafv2")

    def read(self) -> PublicDoor:
        balancer = api.load_balancer(self._elb, self._name)
        group = api.target_group(self._elb, self._name)
        arns = [found[key] for found, key in ((balancer, "LoadBalancerArn"), (group, "TargetGroupArn")) if found]
        tags = balancing.tags(self._elb, arns) if arns else {}
        self._target_group_arn = self._ours("target group", group and group["TargetGroupArn"], tags)
        self._arn = self._ours("load balancer", balancer and balancer["LoadBalancerArn"], tags)
        if self._arn is None or balancer is None:
            return PublicDoor(name=self._name, target_group_arn=self._target_group_arn)
        return PublicDoor(
            name=self._name,
            arn=self._arn,
            target_group_arn=self._target_group_arn,
            state=balancer["State"]["Code"],
            dns_name=balancer["DNSName"],
            subnet_ids=known_all([zone["SubnetId"] for zone in balancer["AvailabilityZones"]]) or (),
            security_group_ids=known_all(balancer.get("SecurityGroups", [])) or (),
            attributes=balancing.attributes(self._elb, self._arn),
            listeners={item["Port"]: _listener(item) for item in balancing.listeners(self._elb, self._arn)},
            web_acl_arn=api.web_acl(self._waf, self._arn) if self._present else None,
            tags=tags[self._arn],
        )

    def _ours(self, kind: str, arn: str | None, tags: Mapping[str, Mapping[str, str]]) -> str | None:
        if arn is None:
            return None
        return arn if self._owner.may_use(tags[arn], where=f"{kind} {self._name}", making=self._present) else None

    def plan(self, current: PublicDoor) -> Plan:
        if not self._present:
            return plan_absent(current)
        unknown = unknown_options(
            vpc_id=self._params["vpc_id"],
            subnet_ids=self._params["subnet_ids"],
            security_group_ids=self._params["security_group_ids"],
            certificate_arn=self._params["certificate_arn"],
        )
        desired = desired_door(self._params, current.target_group_arn)
        return plan(desired, _of_interest(current, desired), purge_tags=self._params["purge_tags"], unknown=unknown)

    def judge(self, current: PublicDoor) -> Verdict:
        if not self._present or not self._params["wait"]:
            return Verdict(settled=True)
        return Verdict(settled=current.state != "provisioning", note="still provisioning")

    def report(self, state: PublicDoor | None) -> dict[str, Any]:
        if state is None or not self._present:
            return {"public_load_balancer": None}
        told = {"name": state.name, "arn": state.arn, "dns_name": state.dns_name}
        return {"public_load_balancer": {**told, "target_group_arn": state.target_group_arn}}

    def apply(self, change: Change) -> None:
        getattr(self, f"_{change.verb}")(**change.values)

    def _create_target_group(self, *, tags: Mapping[str, str]) -> None:
        interval = self._params["health_check_interval"]
        self._target_group_arn = api.create_target_group(self._elb, self._name, self._params["vpc_id"], interval, tags)

    def _create(self, *, door: PublicDoor) -> None:
        self._arn = api.create(self._elb, door)

    def _set_attributes(self, *, attributes: Mapping[str, str]) -> None:
        balancing.set_attributes(self._elb, self._arn, attributes)

    def _set_subnets(self, *, subnet_ids: tuple[str, ...]) -> None:
        balancing.set_subnets(self._elb, self._arn, subnet_ids)

    def _set_security_groups(self, *, group_ids: tuple[str, ...]) -> None:
        balancing.set_security_groups(self._elb, self._arn, group_ids)

    def _set_web_acl(self, *, web_acl_arn: str) -> None:
        api.set_web_acl(self._waf, self._arn, web_acl_arn)

    def _unset_web_acl(self) -> None:
        api.unset_web_acl(self._waf, self._arn)

    def _create_listener(self, *, port: int, listener: Listener) -> None:
        tags = {**self._params["tags"], "Name": self._name}
        api.create_listener(self._elb, self._arn, port, self._complete(listener), tags)

    def _modify_listener(self, *, port: int, listener: Listener, arn: str) -> None:
        api.modify_listener(self._elb, arn, port, self._complete(listener))

    def _complete(self, listener: Listener) -> Listener:
        """With the target group that this run has made."""
        return _with(listener, self._target_group_arn) if listener.forwards_to is None else listener

    def _tag(self, *, to_set: Mapping[str, str], to_unset: list[str]) -> None:
        write_tags(balancing, self._elb, self._arn, to_set, to_unset)

    def _delete(self) -> None:
        balancing.delete(self._elb, self._arn)

    def _delete_target_group(self) -> None:
        """Its listeners let go of it some seconds after they are gone."""
        until_let_go(
            f"target group {self._name}",
            lambda: api.delete_target_group(self._elb, self._target_group_arn),
            timeout=self.wait_timeout,
            held=lambda error: error.code == "ResourceInUse",
        )


def _listener(item: Mapping[str, Any]) -> Listener:
    (action, *_more) = item["DefaultActions"]
    certificates = item.get("Certificates") or [{}]
    return Listener(
        forwards_to=action.get("TargetGroupArn", "?") if action["Type"] == "forward" else _redirect(action),
        certificate_arn=certificates[0].get("CertificateArn"),
        ssl_policy=item.get("SslPolicy"),
        arn=item["ListenerArn"],
    )


def _redirect(action: Mapping[str, Any]) -> str:
    """ "" for one to HTTPS."""
    config = action.get("RedirectConfig") or {}
    return "" if (config.get("Protocol"), config.get("Port")) == ("HTTPS", "443") else "?"


def _with(listener: Listener, target_group_arn: str | None) -> Listener:
    return Listener(
        forwards_to=target_group_arn, certificate_arn=listener.certificate_arn, ssl_policy=listener.ssl_policy
    )


def _of_interest(current: PublicDoor, desired: PublicDoor) -> PublicDoor:
    """Of its many attributes those that we set, for the difference that is shown."""
    kept = {key: value for key, value in current.attributes.items() if key in desired.attributes}
    listeners = {port: one for port, one in current.listeners.items() if port in desired.listeners}
    return PublicDoor(**{**vars(current), "attributes": kept, "listeners": listeners})
