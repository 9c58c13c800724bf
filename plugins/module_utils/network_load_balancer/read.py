# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reads a load balancer with all that hangs on it, in as few calls as it takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer import (
    api,
    api_listeners,
    api_target_groups,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.listener import (
    Listener,
    WantedListener,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.model import (
    Desired,
    Front,
    LoadBalancer,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.questions import questions
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.read_around import read_around
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.read_auto_scaling import (
    with_auto_scaling,
)
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.target_group import (
    ALB,
    TargetGroup,
    WantedTargetGroup,
)


def read_front(connect: Connect, desired: Desired) -> Front:
    """Raises when a name is taken by what is not ours; when ours shall be absent that is left out instead."""
    elbv2 = connect("elbv2")
    balancer = api.get_load_balancer(elbv2, desired.name)
    wanted = {listener.target_group.name: listener.target_group for listener in desired.listeners}
    groups = _groups(elbv2, balancer, tuple(wanted))
    arns = [item["TargetGroupArn"] for item in groups]
    tags = (
        api.get_tags(elbv2, [*([balancer["LoadBalancerArn"]] if balancer else []), *arns]) if balancer or arns else {}
    )
    ours = [item for item in groups if _is_ours(desired, item["TargetGroupName"], tags[item["TargetGroupArn"]], wanted)]
    target_groups = tuple(
        _target_group(elbv2, desired, item, tags[item["TargetGroupArn"]], wanted.get(item["TargetGroupName"]))
        for item in sorted(ours, key=lambda item: item["TargetGroupName"])
    )
    target_groups = with_auto_scaling(connect, desired, target_groups)
    if balancer is None or not _is_ours(desired, desired.name, tags[balancer["LoadBalancerArn"]], (desired.name,)):
        front = Front(target_groups=target_groups)
    else:
        front = _complete(elbv2, desired, balancer, tags[balancer["LoadBalancerArn"]], groups, target_groups)
    arn = front.load_balancer.arn if front.load_balancer else None
    return replace(front, around=read_around(connect, questions(desired, front), arn))


def refresh(elbv2: Any, front: Front) -> Front:
    """The same with the load balancer's state of now, for one call instead of all: what a wait needs."""
    balancer = api.get_load_balancer(elbv2, front.load_balancer.name)
    if balancer is None or balancer["LoadBalancerArn"] != front.load_balancer.arn:
        return Front(target_groups=front.target_groups)
    return replace(front, load_balancer=replace(front.load_balancer, state=balancer["State"]["Code"]))


def _groups(elbv2: Any, balancer: dict[str, Any] | None, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Those behind the load balancer, and the named ones that a killed run has left alone."""
    attached = api_target_groups.list_attached(elbv2, balancer["LoadBalancerArn"]) if balancer else []
    seen = {item["TargetGroupName"] for item in attached}
    return [*attached, *api_target_groups.list_named(elbv2, [name for name in names if name not in seen])]


def _is_ours(desired: Desired, name: str, tags: dict[str, str], named: Any) -> bool:
    """Raises when it is wanted by name and somebody else's."""
    ours = desired.owner.owns(tags)
    if not ours and name in named and desired.present:
        raise PrivateLinkError(
            where=name,
            found="the name is taken by something that does not carry our tags",
            allowed="a name of our own: AWS allows each once in an account and region",
            remedy="choose another name, or tag what is there if it is ours",
        )
    return ours


def _target_group(
    elbv2: Any, desired: Desired, item: dict[str, Any], tags: dict[str, str], wanted: WantedTargetGroup | None
) -> TargetGroup:
    """Attributes and targets are asked for only where the plan needs them."""
    arn = item["TargetGroupArn"]
    attributes = (
        api_target_groups.get_attributes(elbv2, arn) if desired.present and wanted and wanted.attributes else {}
    )
    if desired.present:
        need_targets = wanted is not None and wanted.targets is not None
    else:
        need_targets = item.get("TargetType") == ALB
    return TargetGroup.from_boto(
        item,
        tags=tags,
        attributes={key: value for key, value in attributes.items() if wanted and key in wanted.attributes},
        targets=api_target_groups.list_targets(elbv2, arn) if need_targets else (),
    )


def _complete(
    elbv2: Any,
    desired: Desired,
    balancer: dict[str, Any],
    tags: dict[str, str],
    groups: list[dict[str, Any]],
    target_groups: tuple[TargetGroup, ...],
) -> Front:
    arn = balancer["LoadBalancerArn"]
    names = {item["TargetGroupArn"]: item["TargetGroupName"] for item in groups}
    wishes = {one.port: one for one in desired.listeners if desired.present}
    listeners = [
        _listener(elbv2, item, names, wishes.get(item["Port"])) for item in api_listeners.list_listeners(elbv2, arn)
    ]
    return Front(
        load_balancer=LoadBalancer.from_boto(balancer, tags=tags, attributes=api.get_attributes(elbv2, arn)),
        listeners=tuple(sorted(listeners, key=lambda one: one.port)),
        target_groups=target_groups,
    )


def _listener(elbv2: Any, item: dict[str, Any], names: dict[str, str], wanted: WantedListener | None) -> Listener:
    """Certificates besides the default one, and the idle timeout, are asked for only where the plan needs them."""
    found, arn = Listener.from_boto(item, names), item["ListenerArn"]
    if wanted and wanted.secure and found.protocol == wanted.protocol:
        default = found.certificate_arns[:1]
        certificates = {one["CertificateArn"] for one in api_listeners.list_certificates(elbv2, arn)}
        return replace(found, certificate_arns=(*default, *sorted(certificates - set(default))))
    if wanted and wanted.tcp_idle_timeout is not None and found.protocol == wanted.protocol:
        return replace(found, tcp_idle_timeout=api_listeners.get_idle_timeout(elbv2, arn))
    return found
