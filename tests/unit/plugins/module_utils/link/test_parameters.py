"""What a link writes into Parameter Store is measured before anything is written: the very texts, to the character."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.twoway.privatelink.plugins.module_utils.egress_profiles.model import desired
from ansible_collections.twoway.privatelink.plugins.module_utils.link.egress import egress_profiles
from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import allow_list
from ansible_collections.twoway.privatelink.plugins.module_utils.link.parameters import certificate_text
from ansible_collections.twoway.privatelink.plugins.module_utils.link.preflight import Facts, trust_comes_first
from ansible_collections.twoway.privatelink.plugins.module_utils.link.services import service_catalog
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import Desired, trusting

ISOLATED, PUBLIC = "tokyo_isolated", "tokyo_public"
MOST = 8192
ALLOWED = f"allowed: {MOST}, the most that a parameter of Systems Manager holds"
TASK = Path(__file__).parents[5] / "roles" / "service_proxy" / "tasks" / "certificate.yml"
# As AWS names an endpoint, whose ids it makes up.
DNS = "vpce-0fe5b17a0707d6abc-29p5708s{}.vpce-svc-04deb776dc2b8e67f.ap-northeast-1.vpce.amazonaws.com"
AZS = {"apne1-az1": "ap-northeast-1c", "apne1-az4": "ap-northeast-1a"}


def block(size: int) -> str:
    """A PEM block of so many characters, DER outside and nothing inside."""
    body = size - len("-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n")
    inside = bytes([0x30, 0x82, *(body // 4 * 3 - 4).to_bytes(2, "big")]).ljust(body // 4 * 3, b"\0")
    return f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(inside).decode().ljust(body)}\n-----END CERTIFICATE-----\n"


def given_to(text_of, size: int) -> str:
    """A PEM block with which the text has exactly this length."""
    return block(1000 + size - len(text_of(block(1000))))


def tls(certificate: str) -> str:
    """As the role's own task makes it."""
    task = yaml.safe_load(TASK.read_text())[0]
    task_vars = {
        "service_proxy_certificate": {"certificate": certificate, "private_key": "key ü\n"},
        "service_proxy_tls": {key: trust_as_template(text) for key, text in task["vars"]["service_proxy_tls"].items()},
    }
    templar = Templar(loader=DataLoader(), variables=task_vars)
    (parameter,) = task["twoway.privatelink.ssm_parameters"]["parameters"]
    return templar.template(trust_as_template(parameter["secret"]))


def test_the_text_that_is_measured_is_the_one_that_the_role_writes():
    assert certificate_text("a\r\nb ü", "key ü\n") == tls("a\r\nb ü")


@pytest.mark.parametrize("more", [0, 1])
def test_the_certificate_of_the_door(sides, lines, more):
    key = sides[PUBLIC]["service_certificate"]["private_key"]
    certificate = given_to(lambda text: certificate_text(text, key), MOST + more)
    sides[PUBLIC]["service_certificate"]["certificate"] = certificate
    expected = [
        f"tokyo_public: service_certificate: found {MOST + 1} characters of JSON for its certificates and key, which "
        f"the door reads; {ALLOWED}; use fewer intermediates, or ECDSA or RSA-2048 keys"
    ]
    assert lines() == expected * more


def test_the_isolated_side_may_have_a_longer_one(sides, lines):
    """ACM holds it: https://docs.aws.amazon.com/acm/latest/APIReference/API_ImportCertificate.html"""
    sides[ISOLATED]["service_certificate"]["certificate"] = block(2 * MOST)
    assert lines() == []


def link_written(ca_pem: str) -> str:
    """The parameter that service_catalog would write."""
    zonal = {zone: DNS.format(f"-{name}") for zone, name in AZS.items()}
    params = {"link": "tokyo", "side": "public", "domain": "tokyo.twoway.example", "services": [], "tags": None}
    params |= {"endpoint_dns": DNS.format(""), "endpoint_zonal_dns": zonal, "ca_pem": ca_pem}
    (text,) = Desired.from_params({**params, "purge": True, "state": "present"}).parameters.values()
    return text


@pytest.mark.parametrize("more", [0, 1])
def test_the_ca_before_there_is_an_endpoint(sides, lines, more):
    ca = given_to(link_written, MOST + more)
    for side in sides.values():
        side["service_ca_pem"] = ca
    facts = {PUBLIC: Facts(reachable=True, account_id="111111111111", azs=AZS)}
    expected = [
        f"tokyo_public: service_ca_pem: found {MOST + 1} characters of JSON for it and the names of the endpoint; "
        f"{ALLOWED}; use fewer or smaller certificates: ECDSA, or RSA of 2048 bits"
    ]
    assert lines(facts) == expected * more


def other(size: int) -> str:
    """A PEM block that is none of `block`."""
    return block(size).replace("AAA", "BBB", 1)


@pytest.mark.parametrize("more", [0, 1])
def test_both_cas_while_the_certificate_is_changed(sides, lines, more):
    """What is published, with what it lacks: the text that catalog_trust writes."""
    old = other(3000)
    new = given_to(lambda pem: trusting(link_written(old), pem), MOST + more)
    for side in sides.values():
        side["service_ca_pem"] = new
    facts = {PUBLIC: Facts(reachable=True, account_id="111111111111", azs=AZS, catalog_link=link_written(old))}
    expected = [
        f"tokyo_public: service_ca_pem: found {MOST + 1} characters of JSON for it, the names of the endpoint and the "
        f"CAs that the service proxies trust until the certificate is changed; {ALLOWED}; use fewer or smaller "
        "certificates: ECDSA, or RSA of 2048 bits; or take out first, in a run of its own, what is not needed any more"
    ]
    assert lines(facts) == expected * more


@pytest.mark.parametrize(
    ("told", "unread", "comes_first"),
    [
        (None, False, False),
        (block(1000), False, False),
        (block(1000) + block(1000), False, False),
        (other(1000), False, True),
        (block(1000) + other(1000), False, True),
        (None, True, True),
    ],
    ids=["not built yet", "the same", "the same twice", "another", "one more, of a run that was killed", "not known"],
)
def test_when_trust_comes_first(told, unread, comes_first):
    text = None if told is None else link_written(told)
    facts = Facts(reachable=True, catalog_link=text, catalog_unread=unread)
    assert trust_comes_first(facts, block(1000)) is comes_first


def test_a_service_whose_entry_is_too_long(sides, lines):
    entry = {**sides[ISOLATED]["services"][1], "path": "/" + "p" * MOST}
    sides[ISOLATED]["services"][1] = entry
    (line,) = lines()
    (complete,) = service_catalog([entry], "tokyo.twoway.example")
    shown = {key: complete[key] for key in ("name", "host", "path")}
    shown |= {"version": "2.0.1", "health_check": {"path": "/healthz", "matcher": "200"}, "port": 65535}
    shown["canary"] = {"version": "2", "weight": 99.9}
    size = len(json.dumps(shown, separators=(",", ":")))
    assert line == (
        f"tokyo_isolated: services[1]: found {size} characters of JSON for its entry in the catalogue; {ALLOWED}; "
        "shorten path, health_check.path or matcher"
    )


@pytest.mark.parametrize("more", [0, 1])
def test_a_set_of_external_apis_that_no_parameter_holds(sides, lines, more):
    apis = [{"name": f"api-{n}", "host": f"{'x' * 60}.{'y' * 60}.{n}.example"} for n in range(40)]
    sides[PUBLIC]["external_apis"], sides[ISOLATED]["services"] = apis, sides[ISOLATED]["services"][:1]
    sides[ISOLATED]["services"][0]["outbound"] = [api["name"] for api in apis]
    assert lines() == []

    def written() -> str:
        services = service_catalog(sides[ISOLATED]["services"], "tokyo.twoway.example")
        profiles = [profile.as_dict() for profile in egress_profiles(services, allow_list(apis))]
        params = {"link": "tokyo", "side": "public", "profiles": profiles, "purge": True, "tags": None}
        (text,) = desired({**params, "state": "present"}).parameters.values()
        return text

    wanted, number = MOST + more, 40
    while wanted - len(written()) > 400:
        apis.append({"name": f"api-{number}", "host": f"{'x' * 60}.{'y' * 60}.{number}.example"})
        sides[ISOLATED]["services"][0]["outbound"].append(f"api-{number}")
        number += 1
    for api in apis[:5]:
        missing = wanted - len(written())
        first, rest = api["host"].split(".", 1)
        api["host"] = f"{first}.{'z' * min(missing - 1, 60)}.{rest}" if missing > 1 else api["host"]
    assert len(written()) == wanted
    expected = [
        f"tokyo_isolated: services[0].outbound: found {MOST + 1} characters of JSON for the {len(apis)} external APIs "
        f"of the profile and the names of the 1 services that share it; {ALLOWED}; name fewer external APIs, or give "
        "some of the services another set of them"
    ]
    assert lines() == expected * more
