"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html"""

from __future__ import annotations

import pytest
from unit.rig.elb.scenery import FIXED, error_of, forward, make_certificate


@pytest.fixture
def application(balancing):
    return balancing.balancer("application", "application")


@pytest.fixture
def network_balancer(balancing):
    return balancing.balancer("network", "network")


def test_one_listener_a_port(balancing, application):
    arn = balancing.listener(application, 80, "HTTP", FIXED)
    assert balancing.listener(application, 80, "HTTP", FIXED) == arn, "the same again is no mistake"
    other = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]
    wanted = {"balancer": application, "port": 80, "protocol": "HTTP", "actions": other}
    assert error_of(balancing.listener, **wanted)[0] == "DuplicateListener"


def test_a_listener_cannot_move_to_a_port_that_is_taken(balancing, application, elbv2):
    balancing.listener(application, 80, "HTTP", FIXED)
    second = balancing.listener(application, 81, "HTTP", FIXED)
    assert error_of(elbv2.modify_listener, ListenerArn=second, Port=80)[0] == "DuplicateListener"


def test_https_needs_a_certificate_that_exists(balancing, application, cloud, plane):
    wanted = {"balancer": application, "port": 443, "protocol": "HTTPS", "actions": FIXED}
    assert error_of(balancing.listener, **wanted)[0] == "ValidationError"
    unknown = "arn:aws:acm:ap-northeast-1:222222222222:certificate/00000000-0000-0000-0000-000000000000"
    refused = error_of(balancing.listener, **wanted, Certificates=[{"CertificateArn": unknown}])
    assert refused[0] == "CertificateNotFound"
    certificate, key = make_certificate("*.tokyo.twoway.example")
    acm = cloud.client("isolated", "acm")
    arn = acm.import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]
    balancing.listener(**wanted, Certificates=[{"CertificateArn": arn}])
    ((presented,),) = [listener.certificates for listener in plane.round().listeners]
    assert presented.names == ("*.tokyo.twoway.example",)
    assert (presented.chain_pem.encode().strip(), presented.key_pem.encode()) == (certificate.strip(), key)


def test_a_certificate_in_use_stays(balancing, application, cloud, elbv2):
    """https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html"""
    certificate, key = make_certificate("*.tokyo.twoway.example")
    acm = cloud.client("isolated", "acm")
    arn = acm.import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]
    listener = balancing.listener(application, 443, "HTTPS", FIXED, Certificates=[{"CertificateArn": arn}])
    assert acm.describe_certificate(CertificateArn=arn)["Certificate"]["InUseBy"] == [application]
    assert error_of(acm.delete_certificate, CertificateArn=arn)[0] == "ResourceInUseException"
    elbv2.delete_listener(ListenerArn=listener)
    acm.delete_certificate(CertificateArn=arn)


def test_a_chain_comes_back_as_it_was_imported(cloud):
    certificate, key = make_certificate("a.example")
    authority, _key = make_certificate("ca.example")
    acm = cloud.client("isolated", "acm")
    arn = acm.import_certificate(Certificate=certificate, PrivateKey=key, CertificateChain=authority)["CertificateArn"]
    assert acm.get_certificate(CertificateArn=arn)["CertificateChain"].strip() == authority.decode().strip()


def test_importing_again_renews_the_certificate_and_keeps_its_tags(cloud, balancing, application, plane):
    """https://docs.aws.amazon.com/acm/latest/userguide/import-reimport.html"""
    acm = cloud.client("isolated", "acm")
    certificate, key = make_certificate("a.example")
    tags = [{"Key": "privatelink:link", "Value": "tokyo"}]
    arn = acm.import_certificate(Certificate=certificate, PrivateKey=key, Tags=tags)["CertificateArn"]
    balancing.listener(application, 443, "HTTPS", FIXED, Certificates=[{"CertificateArn": arn}])
    renewed, key = make_certificate("a.example")
    wanted = {"CertificateArn": arn, "Certificate": renewed, "PrivateKey": key}
    assert error_of(acm.import_certificate, **wanted, Tags=tags)[0] == "ValidationException"
    assert acm.import_certificate(**wanted)["CertificateArn"] == arn
    assert acm.list_tags_for_certificate(CertificateArn=arn)["Tags"] == tags
    ((presented,),) = [listener.certificates for listener in plane.round().listeners]
    assert presented.chain_pem.encode().strip() == renewed.strip()


def test_tcp_listeners_have_an_idle_timeout(balancing, network_balancer, elbv2):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html"""
    group = balancing.target_group("g", "ip", "TCP", 3128)
    arn = balancing.listener(network_balancer, 3128, "TCP", forward(group))
    told = elbv2.describe_listener_attributes(ListenerArn=arn)["Attributes"]
    assert told == [{"Key": "tcp.idle_timeout.seconds", "Value": "350"}]
    too_short = [{"Key": "tcp.idle_timeout.seconds", "Value": "59"}]
    assert error_of(elbv2.modify_listener_attributes, ListenerArn=arn, Attributes=too_short)[0] == "ValidationError"
    elbv2.modify_listener_attributes(ListenerArn=arn, Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "60"}])
    (told,) = elbv2.describe_listener_attributes(ListenerArn=arn)["Attributes"]
    assert told["Value"] == "60"


def test_protocols_must_fit(balancing, application, network_balancer):
    http, tcp = balancing.target_group("h"), balancing.target_group("t", protocol="TCP")
    refused = [
        error_of(balancing.listener, balancer=network_balancer, port=80, protocol="HTTP", actions=forward(http)),
        error_of(balancing.listener, balancer=application, port=80, protocol="TCP", actions=forward(tcp)),
        error_of(balancing.listener, balancer=network_balancer, port=80, protocol="TCP", actions=forward(http)),
        error_of(balancing.listener, balancer=network_balancer, port=80, protocol="TCP", actions=FIXED),
    ]
    codes = [code for code, _message in refused]
    assert codes == ["ValidationError", "ValidationError", "IncompatibleProtocols", "InvalidLoadBalancerAction"]


def test_fifty_listeners_and_no_more(balancing, network_balancer):
    group = balancing.target_group("g", "ip", "TCP", 80)
    for port in range(1, 51):
        balancing.listener(network_balancer, port, "TCP", forward(group))
    wanted = {"balancer": network_balancer, "port": 51, "protocol": "TCP", "actions": forward(group)}
    assert error_of(balancing.listener, **wanted)[0] == "TooManyListeners"


def test_a_target_group_serves_one_load_balancer(balancing, application):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html#API_CreateListener_Errors"""
    group = balancing.target_group("g")
    balancing.listener(application, 80, "HTTP", forward(group))
    other = balancing.balancer("other", "application")
    wanted = {"balancer": other, "port": 80, "protocol": "HTTP", "actions": forward(group)}
    assert error_of(balancing.listener, **wanted)[0] == "TargetGroupAssociationLimit"


def test_a_tls_listener_takes_another_alpn_policy(balancing, network_balancer, elbv2, cloud):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/network/tls-listener-certificates.html"""
    certificate, key = make_certificate("a.example")
    arn = cloud.client("isolated", "acm").import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"]
    group = balancing.target_group("g", "ip", "TCP", 80)
    more = {"Certificates": [{"CertificateArn": arn}], "AlpnPolicy": ["HTTP2Only"]}
    listener = balancing.listener(network_balancer, 443, "TLS", forward(group), **more)
    elbv2.modify_listener(ListenerArn=listener, AlpnPolicy=["HTTP2Preferred"])
    (told,) = elbv2.describe_listeners(ListenerArns=[listener])["Listeners"]
    assert told["AlpnPolicy"] == ["HTTP2Preferred"]


def test_a_listener_is_told_with_its_default_certificate_alone(balancing, application, elbv2, cloud):
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeListenerCertificates.html"""
    acm = cloud.client("isolated", "acm")
    arns = []
    for name in ("a.example", "b.example"):
        certificate, key = make_certificate(name)
        arns.append(acm.import_certificate(Certificate=certificate, PrivateKey=key)["CertificateArn"])
    listener = balancing.listener(application, 443, "HTTPS", FIXED, Certificates=[{"CertificateArn": arns[0]}])
    elbv2.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": arns[1]}])
    (told,) = elbv2.describe_listeners(ListenerArns=[listener])["Listeners"]
    assert told["Certificates"] == [{"CertificateArn": arns[0]}]
    every = elbv2.describe_listener_certificates(ListenerArn=listener)["Certificates"]
    assert [one["CertificateArn"] for one in every] == arns
