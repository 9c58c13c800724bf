"""Actions of the Elastic Load Balancing v2 API that moto answers differently from AWS, or not at all."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import ELBClientError as Refused
from moto.elbv2.responses import ELBV2Response, ListenerOrBalancerMissingError
from moto.elbv2.ssl_policies import SSL_POLICIES

from rig.control.elbv2 import quotas
from rig.control.elbv2.pages import page

_ENFORCE = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"


def _default_certificate(arns: list[str]) -> list[dict[str, str]] | None:
    """A listener is told with its default certificate; DescribeListenerCertificates tells the others.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Listener.html
    """
    return [{"CertificateArn": arn} for arn in arns[:1]] or None


class LoadBalancingResponse(ELBV2Response):
    """One method an action; all others are moto's."""

    RESPONSE_KEY_PATH_TO_TRANSFORMER = ELBV2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER | {
        f"{action}Output.Listeners.Listener.Certificates": _default_certificate
        for action in ("CreateListener", "DescribeListeners", "ModifyListener")
    }

    def create_load_balancer(self) -> ActionResult:
        balancer = self.elbv2_backend.create_load_balancer(
            name=self._get_param("Name"),
            security_groups=self._get_param("SecurityGroups", []),
            subnet_ids=self._get_param("Subnets", []),
            subnet_mappings=self._get_param("SubnetMappings", []),
            scheme=self._get_param("Scheme"),
            loadbalancer_type=self._get_param("Type"),
            ip_address_type=self._get_param("IpAddressType", "ipv4"),
            tags=self._get_param("Tags"),
            # Known to CreateLoadBalancer in newer models of the API only.
            enforce=self._get_param(_ENFORCE),
        )
        return ActionResult({"LoadBalancers": [balancer]})

    def set_security_groups(self) -> ActionResult:
        balancer = self.elbv2_backend.set_security_groups(
            self._get_param("LoadBalancerArn"), self._get_param("SecurityGroups", []), self._get_param(_ENFORCE)
        )
        return ActionResult(
            {
                "SecurityGroupIds": balancer.security_groups,
                _ENFORCE: balancer.enforce_security_group_inbound_rules_on_private_link_traffic,
            }
        )

    def describe_load_balancers(self) -> ActionResult:
        found = self.elbv2_backend.describe_load_balancers(
            self._get_param("LoadBalancerArns", []), self._get_param("Names", [])
        )
        return self._paged("LoadBalancers", found)

    def describe_target_groups(self) -> ActionResult:
        found = self.elbv2_backend.describe_target_groups(
            self._get_param("LoadBalancerArn"), self._get_param("TargetGroupArns", []), self._get_param("Names", [])
        )
        return self._paged("TargetGroups", found)

    def describe_listeners(self) -> ActionResult:
        balancer, arns = self._get_param("LoadBalancerArn"), self._get_param("ListenerArns", [])
        if not balancer and not arns:
            raise ListenerOrBalancerMissingError()
        return self._paged("Listeners", self.elbv2_backend.describe_listeners(balancer, arns))

    def describe_rules(self) -> ActionResult:
        found = self.elbv2_backend.describe_rules(self._get_param("ListenerArn"), self._get_param("RuleArns"))
        return self._paged("Rules", found)

    def create_rule(self) -> ActionResult:
        rule = self.elbv2_backend.create_rule(
            listener_arn=self._get_param("ListenerArn"),
            conditions=self._get_param("Conditions"),
            priority=self._get_param("Priority"),
            actions=self._get_param("Actions"),
            tags=self._get_param("Tags"),
            rewriting=self._get_param("Transforms"),
        )
        return ActionResult({"Rules": [rule]})

    def modify_rule(self) -> ActionResult:
        rule = self.elbv2_backend.modify_rule(
            rule_arn=self._get_param("RuleArn"),
            conditions=self._get_param("Conditions", []),
            actions=self._get_param("Actions", []),
            rewriting=self._get_param("Transforms"),
            reset_transforms=bool(self._get_param("ResetTransforms")),
        )
        return ActionResult({"Rules": [rule]})

    def modify_listener(self) -> ActionResult:
        policy = self._get_param("SslPolicy")
        if policy is not None and policy not in SSL_POLICIES:
            raise Refused("SSLPolicyNotFound", f"SSL policy '{policy}' not found")
        listener = self.elbv2_backend.modify_listener(
            arn=self._get_param("ListenerArn"),
            port=self._get_param("Port"),
            protocol=self._get_param("Protocol"),
            ssl_policy=policy,
            certificates=self._get_param("Certificates"),
            actions=self._get_param("DefaultActions"),
            alpn_policy=self._get_param("AlpnPolicy"),
        )
        return ActionResult({"Listeners": [listener]})

    def modify_target_group_attributes(self) -> ActionResult:
        """AWS tells all attributes, not those that were given."""
        arn = self._get_param("TargetGroupArn")
        given = {attribute["Key"]: attribute["Value"] for attribute in self._get_param("Attributes", [])}
        self.elbv2_backend.modify_target_group_attributes(arn, given)
        return ActionResult({"Attributes": self.elbv2_backend.target_group(arn).attributes})

    def describe_account_limits(self) -> ActionResult:
        limits = [{"Name": name, "Max": str(limit)} for name, limit in quotas.ACCOUNT_LIMITS.items()]
        return ActionResult({"Limits": limits})

    def _paged(self, key: str, found: list[Any]) -> ActionResult:
        shown, marker = page(found, self._get_int_param("PageSize"), self._get_param("Marker"))
        return ActionResult({key: shown, "NextMarker": marker})
