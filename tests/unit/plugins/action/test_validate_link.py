"""validate_link as a playbook runs it: templates that fail, sides in play, all mistakes at once."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[4]
ANSIBLE = Path(sys.executable).with_name("ansible-playbook")
PLAY = [
    {
        "hosts": "links",
        "gather_facts": False,
        "tasks": [
            {
                "twoway.privatelink.validate_link": {"preflight": True},
                "run_once": True,
                "register": "checked",
                "ignore_errors": True,
            },
            {
                "ansible.builtin.copy": {"content": "{{ checked | to_json }}", "dest": "{{ told }}"},
                "run_once": True,
                "check_mode": False,
            },
        ],
    }
]


@pytest.fixture
def validate(tmp_path, cloud):
    """Runs the play on an inventory of two sides with these variables; the result of the task."""

    def validate(public: dict, isolated: dict, *options: str) -> dict:
        hosts = {"tokyo_public": public, "tokyo_isolated": isolated}
        shared = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "link": "tokyo",
            "region": "ap-northeast-1",
            "link_domain": "tokyo.twoway.example",
            "az_ids": ["apne1-az1", "apne1-az4"],
        }
        inventory = {"links": {"children": {"tokyo": {"vars": shared, "hosts": hosts}}}}
        (tmp_path / "inventory.yml").write_text(yaml.safe_dump(inventory))
        (tmp_path / "play.yml").write_text(yaml.safe_dump(PLAY))
        environment = {
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"),
            "ANSIBLE_HOME": str(tmp_path / "home"),
        }
        told = tmp_path / "told.json"
        files = ["-i", str(tmp_path / "inventory.yml"), str(tmp_path / "play.yml")]
        options = ("-e", json.dumps({"told": str(told)}), *options)
        ended = subprocess.run(
            [ANSIBLE, *files, *options], env=environment, capture_output=True, text=True, check=False, timeout=90
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return json.loads(told.read_text())

    return validate


def side(cloud, name: str, **more) -> dict:
    return {
        "side": name,
        "account_id": cloud.settings.account(name).id,
        "vpc_cidr": "10.0.0.0/16",
        "aws_connection": cloud.connection(name),
        **more,
    }


def test_all_mistakes_of_both_sides_come_together(validate, cloud):
    public = side(
        cloud,
        "public",
        external_apis=[{"name": "exchange"}],
        service_ca_pem="{{ lookup('file', '/no/such') }}",
        published=[{"name": "shop", "kind": "nlb", "load_balancer": "shop", "ports": [443]}],
        existing_network={"vpc_id": "vpc-0a1b2c3d", "private_subnet_tags": {"tier": "private"}},
        service_proxy_public=True,
    )
    del public["vpc_cidr"]
    isolated = side(
        cloud, "isolated", account_id="333333333333", services=[{"name": "orders", "image": "{{ registry }}/orders"}]
    )
    isolated["aws_connection"] = {**isolated["aws_connection"], "endpoint_url": "http://127.0.0.1:1"}
    result = validate(public, isolated)
    assert result["failed"] and result["changed"] is False
    starts = [line.partition(";")[0] for line in result["mistakes"]]
    for expected in (
        "tokyo_public: external_apis[0].host: found nothing",
        "tokyo_isolated: services[0].image: found a template that fails: 'registry' is undefined",
        "tokyo_public: service_certificate: found nothing",
        "tokyo_public: service_proxy_public_certificate_arn: found nothing",
        "tokyo_public: existing_network: vpc_id: found vpc-0a1b2c3d, which no VPC of the account and region is",
        "tokyo_public: published[0].load_balancer: found shop, which is not there",
    ):
        assert expected in starts, "\n".join(starts)
    assert any(start.startswith("tokyo_isolated: aws_connection.endpoint_url: found no answer") for start in starts)
    assert any(start.startswith("tokyo_public: service_ca_pem: found a template that fails") for start in starts)
    assert result["msg"].splitlines()[0] == f"{len(result['mistakes'])} mistakes in the inventory:"
    assert result["account_ids"] == {"tokyo_public": "111111111111", "tokyo_isolated": None}
    assert result["azs"]["tokyo_public"].keys() >= {"apne1-az1", "apne1-az4"}


def test_a_side_that_is_not_in_play_is_checked_but_not_asked_for(validate, cloud):
    public = side(cloud, "public", vpc_cidr="10.0.0.0/30")
    result = validate(public, side(cloud, "isolated", services=[]), "--limit", "tokyo_isolated")
    assert result["account_ids"].keys() == {"tokyo_isolated"}
    assert any(line.startswith("tokyo_public: vpc_cidr: found a /30") for line in result["mistakes"])


def standing(run, account: str, *subnets: tuple[str, str], cidr: str = "10.0.0.0/16") -> dict:
    """The network of a side as an earlier run has made it, with a private subnet in each of these zones."""
    cut = [{"kind": "private", "az_id": zone, "cidr": block} for zone, block in subnets]
    tags = {"privatelink:link": "tokyo", "privatelink:side": account}
    made = run("side_network", account, name="tokyo", cidr=cidr, subnets=cut, internet="none", tags=tags)
    assert made["changed"], made
    return made["network"]


def test_a_zone_taken_out_of_a_link_that_stands_is_refused(validate, cloud, run):
    zones = (("apne1-az1", "10.0.0.0/24"), ("apne1-az2", "10.0.1.0/24"), ("apne1-az4", "10.0.2.0/24"))
    ids = standing(run, "isolated", *zones)["private_subnet_ids"]
    cloud.forget_calls()
    result = validate(side(cloud, "public"), side(cloud, "isolated", services=[]), "--check")
    assert [line for line in result["mistakes"] if "az_ids" in line] == [
        f"tokyo_isolated: az_ids: found no apne1-az2, where tokyo-private-apne1-az2 ({ids[1]}, 10.0.1.0/24) stands; "
        "allowed: every zone that the link stands in: apne1-az1, apne1-az2, apne1-az4; put apne1-az2 back: what stands "
        "in a zone cannot be moved out of it; to do without it, tear the link down and build it anew, or build another "
        "one beside it"
    ]
    own = ["DescribeVpcs", "DescribeSubnets"], ["DescribeVpcs", "DescribeSecurityGroups"]
    everybody = 2 * ["GetCallerIdentity", "DescribeAvailabilityZones"]
    assert sorted(cloud.calls) == sorted([*everybody, *own[0], *own[1], "GetParametersByPath"])  # the catalog, public


def test_what_stands_as_it_is_asked_for_is_none_of_the_mistakes(validate, cloud, run):
    standing(run, "isolated", ("apne1-az1", "10.0.0.0/24"), ("apne1-az4", "10.0.1.0/24"))
    result = validate(side(cloud, "public"), side(cloud, "isolated", services=[]))
    assert [line for line in result["mistakes"] if "az_ids" in line or "vpc_cidr" in line] == []


def test_it_tells_whose_proxies_have_to_learn_of_a_ca_first(validate, cloud):
    """Those of the public side, once they have been told of another one; whatever else is wrong."""
    bodies = ("MAMCAQA=", "MAMCAQE=")
    old, new = (f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n" for body in bodies)
    hosts = [side(cloud, name, service_ca_pem=new) for name in ("public", "isolated")]
    assert validate(*hosts)["trust_first"] == []
    put = {"Name": "/twoway/tokyo/catalog/link", "Type": "String", "Overwrite": True}
    cloud.client("ssm", "public").put_parameter(Value=json.dumps({"ca_pem": old}), **put)
    assert validate(*hosts)["trust_first"] == ["tokyo_public"]
    assert validate(*hosts, "--limit", "tokyo_isolated")["trust_first"] == []
    cloud.client("ssm", "public").put_parameter(Value=json.dumps({"ca_pem": new}), **put)
    assert validate(*hosts)["trust_first"] == []


def test_what_ansible_reads_as_no_text_is_told_in_an_operators_words(validate, cloud):
    environment = {"APP_VERSION": 1.1, "COUNTRY": False, "DAY": datetime.date(2026, 11, 30)}
    entry = {"name": "orders", "image": "shop/orders:1", "port": 8443, "environment": environment}
    result = validate(side(cloud, "public"), side(cloud, "isolated", services=[entry]))
    told = [line for line in result["mistakes"] if "services[0]" in line]
    quote = "allowed: a text; quote it (in a template: | string)"
    assert told == [
        f"tokyo_isolated: services[0].environment.APP_VERSION: found 1.1 (fraction); {quote}",
        f"tokyo_isolated: services[0].environment.COUNTRY: found false (truth value); {quote}",
        f"tokyo_isolated: services[0].environment.DAY: found 2026-11-30 (date); {quote}",
    ]
