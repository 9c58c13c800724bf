"""What the egress profiles become: security groups, listeners, and what each service is told."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.filter.egress_groups import egress_groups
from ansible_collections.twoway.privatelink.plugins.filter.egress_listeners import egress_listeners
from ansible_collections.twoway.privatelink.plugins.filter.egress_of_services import egress_of_services
from ansible_collections.twoway.privatelink.plugins.filter.egress_profiles import apply as egress_profiles

EXTERNAL_APIS = [
    {"name": "exchange", "host": "api.exchange.example"},
    {"name": "mail-in", "host": "mail.example", "ports": [8025], "plain_http": True},
    {
        "name": "license-server",
        "mode": "listener",
        "addresses": ["10.9.0.5", "10.0.7.7"],
        "ports": [27000, 1055],
        "endpoint_ports": [27000, 2055],
    },
]
SERVICES = [
    {"name": "orders", "outbound": ["exchange"]},
    {"name": "stock"},
    {"name": "billing", "outbound": ["exchange"]},
    {"name": "press", "outbound": ["mail-in", "license-server"]},
    {"name": "design", "outbound": ["license-server"]},
]
PROFILES = {tuple(profile["services"]): profile for profile in egress_profiles(SERVICES, EXTERNAL_APIS)}
SHOP, PRESS, DESIGN = (PROFILES[services]["port"] for services in (("billing", "orders"), ("press",), ("design",)))
ALL = list(PROFILES.values())


def named(groups, name):
    return next(group for group in groups if group["name"] == name)


def test_the_endpoint_opens_each_port_to_the_group_of_its_profile_and_to_nobody_else():
    groups = egress_groups(ALL, "tokyo", "isolated")
    gate = named(groups, "tokyo-outbound-endpoint")
    assert {rule["group"]: rule["ports"] for rule in gate["ingress"]} == {
        f"tokyo-egress-{SHOP}": [SHOP],
        f"tokyo-egress-{PRESS}": [PRESS, 2055, 27000],
        f"tokyo-egress-{DESIGN}": [2055, 27000],
    }
    assert all(set(rule) == {"group", "ports"} for rule in gate["ingress"])
    for rule in gate["ingress"]:
        assert named(groups, rule["group"])["egress"] == [{"group": gate["name"], "ports": rule["ports"]}]
    assert len(groups) == 4


def test_without_profiles_the_endpoint_opens_to_nobody():
    (gate,) = egress_groups([], "tokyo", "isolated")
    assert gate["ingress"] == []


def test_the_load_balancer_speaks_to_the_proxies_and_to_the_servers_it_was_told_of():
    groups = egress_groups(ALL, "tokyo", "public")
    to_proxies, to_servers = named(groups, "tokyo-outbound-nlb")["egress"]
    assert to_proxies == {"group": "tokyo-reverse-proxy", "ports": [*sorted((SHOP, PRESS)), 8080]}
    assert to_servers == {"cidrs": ["10.9.0.5/32", "10.0.7.7/32"], "ports": [27000, 1055]}
    proxies = named(groups, "tokyo-reverse-proxy")
    assert proxies["ingress"] == [{"group": "tokyo-outbound-nlb", "ports": [*sorted((SHOP, PRESS)), 8080]}]
    assert proxies["egress"][0]["ports"] == [443, 8025]


def test_through_privatelink_the_proxies_admit_the_subnets_of_the_load_balancer_at_the_profiles_ports_alone():
    """Its group comes for their health, at another port."""
    subnets = ["10.0.0.0/24", "10.0.1.0/24", "10.0.7.0/24"]
    proxies = named(egress_groups(ALL, "tokyo", "public", nlb_cidrs=subnets), "tokyo-reverse-proxy")
    assert proxies["ingress"] == [
        {"group": "tokyo-outbound-nlb", "ports": [8080]},
        {"cidrs": subnets, "addresses_of": "tokyo-outbound-nlb", "ports": sorted((SHOP, PRESS))},
    ]


def test_many_profiles_take_a_rule_for_each_block_that_the_subnets_are_together():
    many = [{**ALL[0], "port": 10_000 + n, "destinations": [{"name": "a", "ports": [443]}]} for n in range(50)]
    subnets = ["10.0.0.0/24", "10.0.1.0/24", "10.0.7.0/24"]
    proxies = named(egress_groups(many, "tokyo", "public", nlb_cidrs=subnets), "tokyo-reverse-proxy")
    assert proxies["ingress"][1]["cidrs"] == ["10.0.0.0/23", "10.0.7.0/24"]


def test_metrics_of_the_proxies_are_open_to_whom_was_named():
    proxies = named(egress_groups(ALL, "tokyo", "public", metrics_cidrs=["10.0.9.0/24"]), "tokyo-reverse-proxy")
    assert proxies["ingress"][1:] == [{"cidrs": ["10.0.9.0/24"], "ports": [8080]}]


def test_each_port_leads_to_its_own_target_group():
    listeners = {one["port"]: one["target_group"] for one in egress_listeners(ALL, "tokyo", vpc_cidrs=["10.0.0.0/16"])}
    assert sorted(listeners) == sorted([SHOP, PRESS, 2055, 27000])
    assert (listeners[SHOP]["name"], listeners[SHOP]["port"]) == (f"tokyo-egress-{SHOP}", SHOP)
    assert listeners[SHOP]["health_check"]["path"] == f"/healthz/{SHOP}"
    assert listeners[SHOP]["attributes"]["proxy_protocol_v2.enabled"] == "true"
    direct = listeners[2055]
    assert (direct["name"], direct["target_type"], direct["port"]) == ("tokyo-license-server-2055", "ip", 1055)
    assert direct["targets"] == [
        {"id": "10.9.0.5", "port": 1055, "availability_zone": "all"},
        {"id": "10.0.7.7", "port": 1055},
    ]


def told(endpoint="vpce.example"):
    ids = {f"tokyo-egress-{profile['port']}": f"sg-{profile['port']}" for profile in ALL}
    return egress_of_services(ALL, "tokyo", region="eu-west-2", endpoint=endpoint, security_group_ids=ids)


def test_a_service_is_told_its_own_way_out_and_one_without_none():
    assert sorted(told()) == ["billing", "design", "orders", "press"]
    orders = told()["orders"]
    assert orders["security_group_ids"] == [f"sg-{SHOP}"]
    proxy = f"http://vpce.example:{SHOP}"
    straight = "localhost,127.0.0.1,169.254.169.254,169.254.170.2,.eu-west-2.amazonaws.com,.vpce.amazonaws.com"
    assert orders["environment"] == {
        "HTTPS_PROXY": proxy,
        "https_proxy": proxy,
        "NO_PROXY": straight,
        "no_proxy": straight,
        "NODE_USE_ENV_PROXY": "1",
    }


def test_what_goes_past_the_proxies_is_told_by_name():
    assert told()["design"]["environment"] == {"OUTBOUND_LICENSE_SERVER": "vpce.example:27000,vpce.example:2055"}
    assert told()["press"]["environment"]["OUTBOUND_LICENSE_SERVER"] == "vpce.example:27000,vpce.example:2055"


def test_the_proxy_for_plain_http_is_told_to_those_who_may_use_it():
    assert told()["press"]["environment"]["http_proxy"] == f"http://vpce.example:{PRESS}"
    assert "http_proxy" not in told()["orders"]["environment"]


def test_a_plan_from_nothing_knows_no_group_yet():
    unknown = egress_of_services(ALL, "tokyo", region="eu-west-2", endpoint=None, security_group_ids={})
    assert unknown["orders"]["security_group_ids"] == [None]
    assert unknown["orders"]["environment"]["HTTPS_PROXY"] == f"http://(not known yet):{SHOP}"
