"""Listeners: one for each port, with the certificate their protocol needs."""

from __future__ import annotations

import re
from typing import Any

from moto.elbv2.exceptions import (
    DuplicateListenerError,
    InvalidConfigurationRequest,
    ListenerNotFoundError,
    ValidationError,
)
from moto.elbv2.exceptions import ELBClientError as Refused
from moto.elbv2.models import FakeListener
from moto.moto_api._internal import mock_random

from rig.control.ec2 import load_balancers
from rig.control.elbv2 import attributes, quotas

_SECURE = ("HTTPS", "TLS")
_ARN = re.compile(r":listener/(?P<balancer>[^/]+/[^/]+/[^/]+)/[^/]+$")


class Listener(FakeListener):
    """A listener with AWS's attributes and a default rule whose id is of AWS's shape."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.attributes = dict(attributes.LISTENER.get(self.protocol, {}))
        self.default_rule.arn = self.arn.replace(":listener/", ":listener-rule/") + f"/{mock_random.get_random_hex(16)}"

    @property
    def default_rule(self) -> Any:
        return self._default_rule[0]

    @property
    def ordered_rules(self) -> list[Any]:
        """By priority, the default rule last."""
        return [*sorted(self._non_default_rules.values(), key=lambda rule: rule.priority), self.default_rule]


class Listeners:
    """The part of the backend that keeps listeners."""

    def create_listener(
        self,
        load_balancer_arn: str,
        protocol: str,
        port: int,
        ssl_policy: str | None,
        certificate: str | None,
        actions: list[dict[str, Any]],
        alpn_policy: list[str] | None = None,
        tags: list[dict[str, str]] | None = None,
    ) -> Listener:
        balancer = self.load_balancer(load_balancer_arn)
        self._validate_port_and_protocol(balancer.type, port, protocol)
        if port not in range(1, 65536):
            raise ValidationError(f"Listener port '{port}' must be between '1-65535' inclusive")
        checked = self.actions(actions, balancer, protocol)
        if existing := next((one for one in balancer.listeners.values() if one.port == port), None):
            return self._same_listener(existing, (protocol, certificate, [action.data for action in checked]))
        if len(balancer.listeners) >= quotas.LISTENERS_PER_LOAD_BALANCER:
            raise Refused(
                "TooManyListeners",
                f"The maximum number of listeners has been reached on load balancer '{balancer.arn}'",
            )
        self._check_certificate(protocol, certificate)
        listener = Listener(
            load_balancer_arn=balancer.arn,
            arn=f"{balancer.arn.replace(':loadbalancer/', ':listener/')}/{mock_random.get_random_hex(16)}",
            protocol=protocol,
            port=port,
            ssl_policy=_policy(protocol, ssl_policy),
            certificate=certificate,
            default_actions=checked,
            alpn_policy=alpn_policy,
        )
        balancer.listeners[listener.arn] = listener
        self.tagging_service.tag_resource(listener.arn, tags)
        self.forget_links()
        return listener

    def modify_listener(
        self,
        arn: str,
        port: int | None = None,
        protocol: str | None = None,
        ssl_policy: str | None = None,
        certificates: list[dict[str, Any]] | None = None,
        actions: list[dict[str, Any]] | None = None,
        alpn_policy: list[str] | None = None,
    ) -> Listener:
        """What is not given stays; a given action list replaces the default actions."""
        listener = self.listener(arn)
        balancer = self.load_balancer(listener.load_balancer_arn)
        new_protocol = protocol or listener.protocol
        self._validate_port_and_protocol(balancer.type, port or listener.port, new_protocol)
        if any(other.port == port and other.arn != arn for other in balancer.listeners.values()):
            raise DuplicateListenerError()
        certificate = certificates[0]["CertificateArn"] if certificates else listener.certificate
        self._check_certificate(new_protocol, certificate)
        checked = listener.default_actions
        if actions:
            checked = self.actions(actions, balancer, new_protocol, existing=checked)
        if new_protocol != listener.protocol:
            listener.attributes = dict(attributes.LISTENER.get(new_protocol, {}))
        listener.port, listener.protocol = port or listener.port, new_protocol
        listener.certificate = certificate if new_protocol in _SECURE else None
        more = [one for one in listener.certificates[1:] if one != certificate]
        listener.certificates = [certificate, *more] if listener.certificate else []
        listener.ssl_policy = _policy(new_protocol, ssl_policy or listener.ssl_policy)
        listener.alpn_policy = (alpn_policy or listener.alpn_policy) if new_protocol == "TLS" else []
        listener.default_actions = listener.default_rule.actions = checked
        self.forget_links()
        return listener

    def delete_listener(self, listener_arn: str) -> Listener:
        listener = self.listener(listener_arn)
        del self.load_balancer(listener.load_balancer_arn).listeners[listener_arn]
        self.forget_links()
        return listener

    def listener(self, arn: str) -> Listener:
        """By what its ARN says, without looking through all of them."""
        match = _ARN.search(arn)
        owner = arn.split(":listener/")[0] + ":loadbalancer/" + match["balancer"] if match else ""
        balancer = self.load_balancers.get(owner)
        if balancer is None or arn not in balancer.listeners:
            raise ListenerNotFoundError()
        return balancer.listeners[arn]

    def describe_listeners(self, load_balancer_arn: str | None, listener_arns: list[str] | None) -> list[Listener]:
        if load_balancer_arn:
            return list(self.load_balancer(load_balancer_arn).listeners.values())
        return [self.listener(arn) for arn in listener_arns or []]

    def modify_listener_attributes(self, listener_arn: str, attrs: list[dict[str, str]]) -> dict[str, str]:
        listener = self.listener(listener_arn)
        given = {attr["Key"]: attr["Value"] for attr in attrs}
        _check_idle_timeout(listener, given)
        attributes.check("Listener", given, listener.attributes, f"listeners with protocol '{listener.protocol}'")
        listener.attributes.update(given)
        return listener.attributes

    def _same_listener(self, existing: Listener, wanted: tuple) -> Listener:
        """Creating is idempotent, as long as the settings are the same."""
        has = (existing.protocol, existing.certificate, [action.data for action in existing.default_actions])
        if has != wanted:
            raise DuplicateListenerError()
        return existing

    def _check_certificate(self, protocol: str, arn: str | None) -> None:
        if protocol not in _SECURE:
            return
        if arn is None:
            raise ValidationError(f"A certificate must be specified for {protocol} listeners")
        if not self._certificate_exists(arn):
            raise Refused("CertificateNotFound", f"Certificate '{arn}' not found")


def _check_idle_timeout(listener: Listener, given: dict[str, str]) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html (cross-Region access)"""
    asked = given.get("tcp.idle_timeout.seconds", attributes.IDLE_SECONDS)
    service = load_balancers.remote_service_of(listener.load_balancer_arn)
    if asked != attributes.IDLE_SECONDS and service:
        raise InvalidConfigurationRequest(
            f"The TCP idle timeout cannot be customised while {service} offers the load balancer to other regions"
        )


def _policy(protocol: str, asked: str | None) -> str | None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html"""
    return (asked or "ELBSecurityPolicy-2016-08") if protocol in _SECURE else None
