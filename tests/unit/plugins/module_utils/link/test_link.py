"""Every kind of mistake an inventory can hold: where it is told, and what is said."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.twoway.privatelink.plugins.module_utils.link.preflight import Facts

ISOLATED, PUBLIC = "tokyo_isolated", "tokyo_public"
GONE = object()
ZONES = ("apne1-az1", "apne1-az4")


def put(target: Any, path: tuple, value: Any) -> None:
    for step in path[:-1]:
        target = target[step]
    if value is GONE:
        del target[path[-1]]
    elif isinstance(target, list) and path[-1] == len(target):
        target.append(value)
    else:
        target[path[-1]] = value


MISTAKES = {
    "a truth value as -e gives it": (
        (ISOLATED, "purge_services"),
        "false",
        "tokyo_isolated: purge_services: found 'false' (text); allowed: true or false",
    ),
    "a way of reading there is not": (
        (ISOLATED, "verify_live"),
        "closely",
        "tokyo_isolated: verify_live: found 'closely' (text); allowed: bulk, full",
    ),
    "wrong type": (
        (ISOLATED, "services", 2, "port"),
        "8443",
        "tokyo_isolated: services[2].port: found '8443' (text); allowed: a number from 1 to 65535",
    ),
    "port out of range": (
        (ISOLATED, "services", 2, "port"),
        70000,
        "tokyo_isolated: services[2].port: found 70000 (number); allowed: a number from 1 to 65535",
    ),
    "port is a truth value": (
        (ISOLATED, "services", 0, "port"),
        True,
        "tokyo_isolated: services[0].port: found true (truth value)",
    ),
    "missing key": (
        (ISOLATED, "services", 1, "image"),
        GONE,
        "tokyo_isolated: services[1].image: found nothing; allowed: registry/name:tag",
    ),
    "empty key": ((ISOLATED, "services", 1, "port"), None, "tokyo_isolated: services[1].port: found nothing"),
    "unknown key": (
        (ISOLATED, "services", 0, "imgae"),
        "x",
        "tokyo_isolated: services[0].imgae: found a key that means nothing here",
    ),
    "unknown key in a canary": (
        (ISOLATED, "services", 1, "canary", "wieght"),
        1,
        "tokyo_isolated: services[1].canary.wieght: found a key that means nothing here",
    ),
    "duplicate name": (
        (ISOLATED, "services", 1, "name"),
        "orders",
        "tokyo_isolated: services[1].name: found 'orders', the name of services[0] too",
    ),
    "duplicate path": (
        (ISOLATED, "services", 2, "path"),
        "/orders",
        "tokyo_isolated: services[2].path: found '/orders', the path of services[0] too",
    ),
    "duplicate host": (
        (ISOLATED, "services", 0, "host"),
        "billing.tokyo.twoway.example",
        "tokyo_isolated: services[1].host: found 'billing.tokyo.twoway.example', the host of services[0] too",
    ),
    "path of our own": (
        (ISOLATED, "services", 0, "path"),
        "/_link/x",
        "tokyo_isolated: services[0].path: found '/_link/x'",
    ),
    "path of the catalogue": (
        (ISOLATED, "services", 0, "path"),
        "/catalog",
        "tokyo_isolated: services[0].path: found '/catalog'",
    ),
    "path without a slash": (
        (ISOLATED, "services", 0, "path"),
        "orders",
        "tokyo_isolated: services[0].path: found 'orders'",
    ),
    "name AWS refuses": (
        (ISOLATED, "services", 0, "name"),
        "Orders_API",
        "tokyo_isolated: services[0].name: found 'Orders_API' (text); allowed: up to 24 of a-z, 0-9 and -",
    ),
    "name that ends in -": (
        (ISOLATED, "services", 0, "name"),
        "orders-",
        "tokyo_isolated: services[0].name: found 'orders-'",
    ),
    "name too long": ((ISOLATED, "services", 0, "name"), "a" * 25, "tokyo_isolated: services[0].name"),
    "link name AWS refuses": ((ISOLATED, "link"), "internal", "tokyo_isolated: link: found 'internal'"),
    "weight out of range": (
        (ISOLATED, "services", 1, "canary", "weight"),
        101,
        "tokyo_isolated: services[1].canary.weight: found 101 (number); allowed: a number from 0 to 100",
    ),
    "canary without image": (
        (ISOLATED, "services", 1, "canary", "image"),
        GONE,
        "tokyo_isolated: services[1].canary.image: found nothing",
    ),
    "memory Fargate does not have": (
        (ISOLATED, "services", 0, "memory"),
        4096,
        "tokyo_isolated: services[0].memory: found 4096 MiB with 256 CPU units; allowed: 512, 1024, 2048 MiB",
    ),
    "cpu Fargate does not have": ((ISOLATED, "services", 0, "cpu"), 300, "tokyo_isolated: services[0].cpu: found 300"),
    "health check that never ends": (
        (ISOLATED, "services", 0, "health_check"),
        {"timeout": 30},
        "tokyo_isolated: services[0].health_check.timeout: found 30 s with an interval of 10 s",
    ),
    "a further host that another service has": (
        (ISOLATED, "services", 2, "conditions"),
        {"hosts": ["orders.tokyo.twoway.example"]},
        "tokyo_isolated: services[2].conditions.hosts[0]: found 'orders.tokyo.twoway.example', as at services[0].host",
    ),
    "more condition values than a rule takes": (
        (ISOLATED, "services", 0, "conditions"),
        {"methods": ["GET", "PUT"], "headers": {"A": ["1", "2", "3"]}},
        "tokyo_isolated: services[0].conditions: found 5 values besides the host; allowed: 4",
    ),
    "more wildcards than a rule takes": (
        (ISOLATED, "services", 0, "conditions"),
        {"paths": ["/*/*/*", "/?/?/?"]},
        "tokyo_isolated: services[0].conditions: found 6 wildcards; allowed: 5",
    ),
    "a path that the load balancer answers": (
        (ISOLATED, "services", 0, "conditions"),
        {"paths": ["/_link/*"]},
        "tokyo_isolated: services[0].conditions.paths[0]: found '/_link/*'",
    ),
    "the Host header": (
        (ISOLATED, "services", 0, "conditions"),
        {"headers": {"host": "a"}},
        "tokyo_isolated: services[0].conditions.headers: found 'host' (text); allowed: names of headers, Host not",
    ),
    "an address without its size": (
        (ISOLATED, "services", 0, "conditions"),
        {"source_ips": ["10.0.0.1"]},
        "tokyo_isolated: services[0].conditions.source_ips[0]: found 10.0.0.1, without its /32",
    ),
    "a slow start that is too short": (
        (ISOLATED, "services", 0, "slow_start"),
        29,
        "tokyo_isolated: services[0].slow_start: found 29 s; allowed: 0, or 30 and more",
    ),
    "a cookie of the load balancer": (
        (ISOLATED, "services", 0, "stickiness"),
        {"cookie": "awsalbapp"},
        "tokyo_isolated: services[0].stickiness.cookie: found 'awsalbapp'",
    ),
    "a secret's value": (
        (ISOLATED, "services", 0, "secrets"),
        {"KEY": "hunter2"},
        "tokyo_isolated: services[0].secrets.KEY: found a text; allowed: the whole ARN of a secret",
    ),
    "a secret without its random characters": (
        (ISOLATED, "services", 0, "secrets"),
        {"KEY": "arn:aws:secretsmanager:ap-northeast-1:222222222222:secret:db"},
        "tokyo_isolated: services[0].secrets.KEY: found a text",
    ),
    "a secret of another region": (
        (ISOLATED, "services", 0, "secrets"),
        {"KEY": "arn:aws:ssm:eu-west-1:222222222222:parameter/key"},
        "tokyo_isolated: services[0].secrets.KEY: found an ARN of eu-west-1; allowed: one of ap-northeast-1",
    ),
    "a secret that is an environment variable too": (
        (ISOLATED, "services", 0),
        {
            "name": "orders",
            "image": "i",
            "port": 1,
            "environment": {"KEY": "a"},
            "secrets": {"KEY": "arn:aws:ssm:ap-northeast-1:222222222222:parameter/key"},
        },
        "tokyo_isolated: services[0].secrets.KEY: found a name that environment has too",
    ),
    "keys without secrets": (
        (ISOLATED, "services", 0, "secret_keys"),
        ["arn:aws:kms:ap-northeast-1:222222222222:key/1"],
        "tokyo_isolated: services[0].secret_keys: found keys, and no secrets",
    ),
    "scaling by nothing": (
        (ISOLATED, "services", 0, "autoscaling"),
        {"min": 1, "max": 2},
        "tokyo_isolated: services[0].autoscaling: found no figure to go by; allowed: cpu or memory or requests",
    ),
    "scaling downwards": (
        (ISOLATED, "services", 0, "autoscaling"),
        {"min": 3, "max": 2, "cpu": 50},
        "tokyo_isolated: services[0].autoscaling.max: found 2, with a min of 3",
    ),
    "a deployment that can never begin": (
        (ISOLATED, "services", 0, "deployment"),
        {"maximum_percent": 100},
        "tokyo_isolated: services[0].deployment.maximum_percent: found 100 with a minimum_healthy_percent of 100",
    ),
    "a policy that allows everything": (
        (ISOLATED, "services", 0, "task_policy"),
        [{"Action": "*", "Resource": "*"}],
        "tokyo_isolated: services[0].task_policy[0].Action: found '*', everything there is",
    ),
    "a policy that is too long": (
        (ISOLATED, "services", 0, "task_policy"),
        [{"Action": "s3:Get*", "Resource": [f"arn:aws:s3:::{'b' * 60}-{n}" for n in range(150)]}],
        "tokyo_isolated: services[0].task_policy: found 1",
    ),
    "a quota that AWS does not raise": (
        (ISOLATED, "quotas"),
        {"target_groups_per_load_balancer": 101},
        "tokyo_isolated: quotas.target_groups_per_load_balancer: found 101 (number); allowed: a number from 1 to 100",
    ),
    "entry that is no mapping": (
        (ISOLATED, "services", 3),
        "orders",
        "tokyo_isolated: services[3]: found 'orders' (text)",
    ),
    "services that are no list": ((ISOLATED, "services"), {"a": 1}, "tokyo_isolated: services: found a mapping"),
    "no services at all": ((ISOLATED, "services"), GONE, "tokyo_isolated: services: found nothing"),
    "unknown external API": (
        (ISOLATED, "services", 0, "outbound"),
        ["exchagne"],
        "tokyo_isolated: services[0].outbound[0]: found 'exchagne', which no external API is called; "
        "allowed: exchange; did you mean exchange?",
    ),
    "external API without host": (
        (PUBLIC, "external_apis", 0, "host"),
        GONE,
        "tokyo_public: external_apis[0].host: found nothing; allowed: a public DNS name",
    ),
    "external API with an address": (
        (PUBLIC, "external_apis", 0, "host"),
        "169.254.169.254",
        "tokyo_public: external_apis[0].host: found the address 169.254.169.254",
    ),
    "external API with a private name": (
        (PUBLIC, "external_apis", 0, "host"),
        "db.corp.internal",
        "tokyo_public: external_apis[0].host: found db.corp.internal, a private name (.internal)",
    ),
    "external API with port 0": (
        (PUBLIC, "external_apis", 0, "ports"),
        [0],
        "tokyo_public: external_apis[0].ports[0]: found 0",
    ),
    "external API without ports": (
        (PUBLIC, "external_apis", 0, "ports"),
        [],
        "tokyo_public: external_apis[0].ports: found 0 of them",
    ),
    "wildcard of a whole domain": (
        (PUBLIC, "external_apis", 0, "host"),
        "*.com",
        "tokyo_public: external_apis[0].host: found '*.com' (text); allowed: a public DNS name in lower case",
    ),
    "wildcard of what a registry sells": (
        (PUBLIC, "external_apis", 0, "host"),
        "*.co.uk",
        "tokyo_public: external_apis[0].host: found *.co.uk, below which anybody can have a name",
    ),
    "wildcard of two labels": (
        (PUBLIC, "external_apis", 0, "host"),
        "*.*.pay.example",
        "tokyo_public: external_apis[0].host: found '*.*.pay.example' (text)",
    ),
    "external API of mode listener with a host": (
        (PUBLIC, "external_apis", 1),
        {"name": "license", "mode": "listener", "host": "a.example", "addresses": ["10.9.0.1"], "ports": [1]},
        "tokyo_public: external_apis[1].host: found a key of mode proxy",
    ),
    "external API of mode listener without addresses": (
        (PUBLIC, "external_apis", 1),
        {"name": "license", "mode": "listener", "ports": [27000]},
        "tokyo_public: external_apis[1].addresses: found nothing; allowed: a list of at least 1; add addresses",
    ),
    "external API of mode listener without ports": (
        (PUBLIC, "external_apis", 1),
        {"name": "license", "mode": "listener", "addresses": ["10.9.0.1"]},
        "tokyo_public: external_apis[1].ports: found nothing",
    ),
    "public address of mode listener": (
        (PUBLIC, "external_apis", 1),
        {"name": "license", "mode": "listener", "addresses": ["8.8.8.8"], "ports": [27000]},
        "tokyo_public: external_apis[1].addresses[0]: found 8.8.8.8, which no load balancer sends to",
    ),
    "name instead of an address": (
        (PUBLIC, "external_apis", 1),
        {"name": "license", "mode": "listener", "addresses": ["license.corp"], "ports": [27000]},
        "tokyo_public: external_apis[1].addresses[0]: found 'license.corp', and",
    ),
    "fewer endpoint ports than ports": (
        (PUBLIC, "external_apis", 1),
        {"name": "l", "mode": "listener", "addresses": ["10.9.0.1"], "ports": [1, 2], "endpoint_ports": [3]},
        "tokyo_public: external_apis[1].endpoint_ports: found 1 of them for 2 ports",
    ),
    "endpoint port of the egress profiles": (
        (PUBLIC, "external_apis", 1),
        {"name": "l", "mode": "listener", "addresses": ["10.9.0.1"], "ports": [11211]},
        "tokyo_public: external_apis[1].endpoint_ports[0]: found 11211, which may become the port of an egress profile",
    ),
    "addresses of mode proxy": (
        (PUBLIC, "external_apis", 0, "addresses"),
        ["10.9.0.1"],
        "tokyo_public: external_apis[0].addresses: found a key of mode listener",
    ),
    "two external APIs with one host and port": (
        (PUBLIC, "external_apis", 1),
        {"name": "other", "host": "api.exchange.example"},
        "tokyo_public: external_apis[1].ports[0]: found 443, which external_apis[0] (exchange) has too",
    ),
    "two external APIs with one name": (
        (PUBLIC, "external_apis", 1),
        {"name": "exchange", "host": "other.example"},
        "tokyo_public: external_apis[1].name: found 'exchange', the name of external_apis[0] too",
    ),
    "fewer than two zones": (
        (ISOLATED, "az_ids"),
        ["apne1-az1"],
        "tokyo_isolated: az_ids: found 1 of them; allowed: a list of at least 2",
    ),
    "a zone twice": (
        (PUBLIC, "az_ids"),
        ["apne1-az1", "apne1-az1"],
        "tokyo_public: az_ids[1]: found 'apne1-az1' (text), as at az_ids[0]",
    ),
    "a zone name instead of its id": (
        (PUBLIC, "az_ids", 0),
        "ap-northeast-1a",
        "tokyo_public: az_ids[0]: found 'ap-northeast-1a'",
    ),
    "a zone the other side cannot meet": (
        (ISOLATED, "az_ids"),
        ["apne1-az1", "apne1-az2"],
        "tokyo_isolated: az_ids[1]: found apne1-az2, which tokyo_public does not have; allowed: apne1-az1, apne1-az4",
    ),
    "CIDR too small": (
        (PUBLIC, "vpc_cidr"),
        "10.0.0.0/23",
        "tokyo_public: vpc_cidr: found 10.0.0.0/23, too small for 2 private /24 and 2 public /26",
    ),
    "CIDR with host bits": (
        (PUBLIC, "vpc_cidr"),
        "10.0.0.1/16",
        "tokyo_public: vpc_cidr: found '10.0.0.1/16', and 10.0.0.1/16 has host bits set",
    ),
    "CIDR AWS refuses": ((PUBLIC, "vpc_cidr"), "10.0.0.0/8", "tokyo_public: vpc_cidr: found a /8"),
    "subnets over each other": (
        (ISOLATED, "private_subnets"),
        ["10.0.0.0/24", "10.0.0.0/25"],
        "tokyo_isolated: private_subnets[1]: found 10.0.0.0/25, which overlaps 10.0.0.0/24",
    ),
    "a subnet outside": (
        (ISOLATED, "private_subnets"),
        ["10.0.0.0/24", "10.1.0.0/24"],
        "tokyo_isolated: private_subnets[1]: found 10.1.0.0/24",
    ),
    "fewer subnets than zones": (
        (ISOLATED, "private_subnets"),
        ["10.0.0.0/24"],
        "tokyo_isolated: private_subnets: found 1 of them for 2 zones",
    ),
    "account id as a number": (
        (PUBLIC, "account_id"),
        111111111111,
        "tokyo_public: account_id: found 111111111111 (number); allowed: 12 digits in quotes",
    ),
    "a side of neither kind": (
        (PUBLIC, "side"),
        "publik",
        "tokyo_public: side: found 'publik' (text); allowed: public, isolated",
    ),
    "an endpoint that is no URL": (
        (PUBLIC, "aws_connection"),
        {"endpoint_url": "localhost:5000"},
        "tokyo_public: aws_connection.endpoint_url: found 'localhost:5000'",
    ),
    "a connection key that means nothing": (
        (PUBLIC, "aws_connection", "acces_key"),
        "x",
        "tokyo_public: aws_connection.acces_key",
    ),
    "a variable of the other side": (
        (PUBLIC, "services"),
        [],
        "tokyo_public: services: found a variable of the isolated side",
    ),
    "a certificate that is none": (
        (PUBLIC, "service_ca_pem"),
        "ca.pem",
        "tokyo_public: service_ca_pem: found a text without a PEM block",
    ),
    "a key where a certificate should be": (
        (PUBLIC, "service_certificate", "certificate"),
        "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----",
        "tokyo_public: service_certificate.certificate: found a PEM block 'PRIVATE KEY'",
    ),
    "a certificate that is cut off": (
        (PUBLIC, "service_certificate", "certificate"),
        "-----BEGIN CERTIFICATE-----\nMAMCAQ==\n-----END CERTIFICATE-----",
        "tokyo_public: service_certificate.certificate: found a certificate that is cut off or damaged",
    ),
    "no certificate": ((PUBLIC, "service_certificate"), GONE, "tokyo_public: service_certificate: found nothing"),
    "no certificate at the public door": (
        (PUBLIC, "service_proxy_public"),
        True,
        "tokyo_public: service_proxy_public_certificate_arn: found nothing",
    ),
    "two kinds of certificate": (
        (ISOLATED, "certificate_arn"),
        "arn:aws:acm:ap-northeast-1:222222222222:certificate/abc",
        "tokyo_isolated: service_certificate: found a certificate_arn besides",
    ),
    "sides that disagree": (
        (ISOLATED, "region"),
        "eu-west-1",
        "tokyo_isolated: region: found 'eu-west-1' (text), but 'ap-northeast-1' (text) on tokyo_public",
    ),
    "environment that is no text": (
        (ISOLATED, "services", 0, "environment"),
        {"A": [1]},
        "tokyo_isolated: services[0].environment.A: found a list",
    ),
    "an image with a space": (
        (ISOLATED, "services", 0, "image"),
        "shop/orders 1",
        "tokyo_isolated: services[0].image: found 'shop/orders 1'",
    ),
}


def test_the_link_without_a_mistake_has_none(lines):
    assert lines() == []


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told_in_one_line_that_says_where(case, sides, lines):
    path, value, expected = MISTAKES[case]
    put(sides, path, value)
    told = [line for line in lines() if line.startswith(expected)]
    assert len(told) == 1, lines()
    assert "\n" not in told[0]


def test_more_services_than_an_account_takes(sides, lines):
    service = sides[ISOLATED]["services"][0]
    canary = {"canary": {"image": "i"}, "secrets": {"A": "arn:aws:ssm:ap-northeast-1:222222222222:parameter/a"}}
    sides[ISOLATED]["services"] = [{**service, **canary, "name": f"s{number}"} for number in range(2501)]
    assert [line.partition("; ask")[0].partition(": ")[2] for line in lines()] == [
        "services: found 2501 of them, which take 51 shards; allowed: 50 shards",
        "services: found 5002 target groups that they take; allowed: 3000",
        "services: found 5002 ECS services that they take; allowed: 5000",
        "services: found 2501 IAM roles that they take; allowed: 1000",
    ]


def test_an_account_with_other_quotas(sides, lines):
    service = sides[ISOLATED]["services"][0]
    sides[ISOLATED]["services"] = [{**service, "name": f"s{number}"} for number in range(60)]
    for host in (ISOLATED, PUBLIC):
        sides[host]["quotas"] = {"load_balancers_per_region": 1}
    (line,) = lines()
    assert "60 of them, which take 2 shards; allowed: 1 shards" in line


def test_all_mistakes_are_told_together(sides, lines):
    paths = ("wrong type", "missing key", "weight out of range", "external API without host", "account id as a number")
    for case in paths:
        put(sides, *MISTAKES[case][:2])
    said = lines()
    assert [any(line.startswith(MISTAKES[case][2]) for line in said) for case in paths] == [True] * len(paths)


def test_the_nearest_key_is_offered(sides, lines):
    sides[ISOLATED]["services"][0]["desierd_count"] = 2
    assert lines()[0].endswith("did you mean desired_count?")


def test_a_slip_in_a_variables_name_is_told_where_the_variable_is_missing(sides, lines):
    sides[PUBLIC]["vpc_cdir"] = sides[PUBLIC].pop("vpc_cidr")
    assert [line.partition(";")[0] for line in lines()] == [
        "tokyo_public: vpc_cidr: found nothing",
        "tokyo_public: vpc_cdir: found a variable the link does not know",
    ]


def test_an_operators_own_variables_are_no_mistake(sides, lines):
    sides[PUBLIC].update(links=["a"], vpc_cidrs=1, team="shop", proxy_image_id="ami-1")
    assert lines() == []


def test_a_secret_is_never_shown(sides, lines):
    sides[PUBLIC]["aws_connection"]["secret_key"] = ["hunter2"]
    sides[ISOLATED]["service_certificate"]["private_key"] = "hunter2"
    said = lines()
    assert len(said) == 2 and "hunter2" not in "".join(said)


def test_a_template_that_fails_is_a_line_and_its_variable_is_not_missing_too(sides, lines):
    del sides[ISOLATED]["services"]
    unreadable = {"services": {"services[1].image": "'registry' is undefined"}}
    assert lines(tokyo_isolated=unreadable) == [
        "tokyo_isolated: services[1].image: found a template that fails: 'registry' is undefined; "
        "allowed: a value; define what it needs"
    ]


def test_one_cause_is_one_line(lines):
    gone = "file not found: rig.json"
    unreadable = {"service_ca_pem": {"service_ca_pem": gone}, "account_id": {"account_id": gone}}
    (line,) = lines(tokyo_public=unreadable)
    assert line.startswith("tokyo_public: account_id, service_ca_pem: found a template that fails: file not found")


def test_a_destination_is_not_unknown_while_the_list_of_them_cannot_be_read(sides, lines):
    sides[PUBLIC]["external_apis"] = "none"
    assert [line.partition(": found")[0] for line in lines()] == ["tokyo_public: external_apis"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda sides: sides.pop(PUBLIC), "link tokyo: found 0 hosts of the public side; allowed: one"),
        (
            lambda sides: sides.update(tokyo_b={**sides[PUBLIC]}),
            "link tokyo: found 2 hosts of the public side (tokyo_b, tokyo_public); allowed: one",
        ),
    ],
    ids=["one side is missing", "one side is there twice"],
)
def test_a_link_has_two_sides(sides, lines, change, expected):
    change(sides)
    assert lines()[0].startswith(expected)


WELL = Facts(
    reachable=True, account_id="111111111111", azs={"apne1-az1": "ap-northeast-1c", "apne1-az4": "ap-northeast-1a"}
)
REFUSALS = {
    "EndpointConnectionError": "tokyo_public: aws_connection.endpoint_url: found no answer",
    "ExpiredToken": "tokyo_public: aws_connection: found expired credentials",
    "RequestExpired": "tokyo_public: aws_connection: found expired credentials",
    "InvalidClientTokenId": "tokyo_public: aws_connection: found an access key AWS does not know",
    "SignatureDoesNotMatch": "tokyo_public: aws_connection: found a secret key that does not fit",
    "NoCredentialsError": "tokyo_public: aws_connection: found no credentials",
    "UnauthorizedOperation": "tokyo_public: aws_connection: found credentials that may not look around",
    "SomethingNew": "tokyo_public: aws_connection: found what AWS said",
}


@pytest.mark.parametrize(("second", "mistakes"), [("10.0.1.0/24", 0), ("10.0.2.0/24", 1)])
def test_the_reverse_proxies_admit_each_block_of_the_public_sides_private_subnets(sides, lines, second, mistakes):
    apis = [{"name": f"api-{number}", "host": f"api-{number}.example.com"} for number in range(40)]
    services = sides[ISOLATED]["services"]
    sides[PUBLIC].update(external_apis=apis, private_subnets=["10.0.0.0/24", second])
    for number, api in enumerate(apis):
        one = {"name": f"s-{number}", "image": "shop/s:1", "port": 8443, "outbound": [api["name"]]}
        services[number : number + 1] = [one]
    told = lines()
    assert len(told) == mistakes
    assert all("81 rules for the reverse proxies" in line and "10.0.2.0/24" in line for line in told)


def test_a_side_aws_knows_has_no_mistake(lines):
    assert lines({PUBLIC: WELL}) == []


@pytest.mark.parametrize("code", REFUSALS)
def test_what_keeps_us_from_aws_is_told(code, lines):
    (line,) = lines({PUBLIC: Facts(reachable=False, error="what AWS said", code=code)})
    assert line.startswith(REFUSALS[code])


def test_another_account_is_told(lines):
    (line,) = lines({PUBLIC: Facts(reachable=True, account_id="999999999999", azs=WELL.azs)})
    assert line.startswith("tokyo_public: account_id: found 111111111111, but the credentials belong to 999999999999")


def test_a_zone_the_account_does_not_have_is_told(lines):
    (line,) = lines(
        {PUBLIC: Facts(reachable=True, account_id="111111111111", azs={"apne1-az1": "c", "apne1-az2": "d"})}
    )
    assert line.startswith("tokyo_public: az_ids[1]: found apne1-az4, which the account does not have")
    assert "allowed: apne1-az1, apne1-az2;" in line


IDS = {"vpc_id": "vpc-0a1b2c3d", "private_subnet_ids": ["subnet-0a1b2c3d", "subnet-4e5f6071"]}
BY_TAGS = {"vpc_tags": {"Name": "shared"}, "private_subnet_tags": {"tier": "private"}}


@pytest.mark.parametrize("network", [IDS, BY_TAGS, {**BY_TAGS, "public_subnet_tags": {"tier": "public"}}])
def test_a_side_may_stand_in_a_network_that_is_there(sides, lines, network):
    del sides[PUBLIC]["vpc_cidr"]
    sides[PUBLIC]["existing_network"] = network
    assert lines() == []


@pytest.mark.parametrize(
    ("host", "change", "expected"),
    [
        pytest.param(ISOLATED, {"vpc_cidr": None}, "vpc_cidr: found nothing; allowed: an IPv4 block", id="neither"),
        pytest.param(ISOLATED, {"existing_network": IDS}, "vpc_cidr: found it and existing_network", id="both"),
        pytest.param(
            ISOLATED,
            {"vpc_cidr": None, "existing_network": IDS, "private_subnets": ["10.0.0.0/24", "10.0.1.0/24"]},
            "private_subnets: found it and existing_network",
            id="a cut",
        ),
        pytest.param(
            ISOLATED,
            {"vpc_cidr": None, "existing_network": {"vpc_id": "vpc-1", **BY_TAGS}},
            "existing_network.vpc_id: found 'vpc-1' (text); allowed: an id such as vpc-0a1b2c3d4e5f60718",
            id="no id",
        ),
        pytest.param(
            ISOLATED,
            {"vpc_cidr": None, "existing_network": {**IDS, **BY_TAGS}},
            "existing_network: vpc_id: found vpc_tags besides; allowed: one of the two",
            id="two ways to name it",
        ),
        pytest.param(
            ISOLATED,
            {"vpc_cidr": None, "existing_network": {"vpc_id": "vpc-0a1b2c3d"}},
            "existing_network: private_subnet_ids: found nothing; allowed: private_subnet_ids or private_subnet_tags",
            id="no subnets",
        ),
        pytest.param(
            ISOLATED,
            {"vpc_cidr": None, "existing_network": {**BY_TAGS, "public_subnet_tags": {"tier": "public"}}},
            "existing_network: public_subnet_tags: found public subnets on the isolated side",
            id="public subnets",
        ),
        pytest.param(
            PUBLIC,
            {"vpc_cidr": None, "existing_network": {**IDS, "subnet_ids": []}},
            "existing_network.subnet_ids: found a key that means nothing here",
            id="unknown key",
        ),
    ],
)
def test_mistakes_about_a_network_that_is_there(sides, lines, host, change, expected):
    sides[host].update(change)
    found = lines()
    assert found and found[0].startswith(f"{host}: {expected}"), found


def test_what_aws_says_of_the_network_comes_with_the_other_mistakes(sides, lines):
    del sides[ISOLATED]["vpc_cidr"]
    sides[ISOLATED].update(existing_network=IDS, account_id="222222222222")
    result = {"reachable": True, "account_id": "222222222222", "azs": [{"id": z, "name": z} for z in ZONES]}
    nothing = {"vpcs": [], "subnets": [], "own_vpc_id": None, "held": {}}
    (line,) = lines({ISOLATED: Facts.from_result({**result, "network": nothing})})
    assert line.startswith(f"{ISOLATED}: existing_network: vpc_id: found vpc-0a1b2c3d, which no VPC of the account")
