"""Whatever creation we send, sent again it makes no second thing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.session import get_session

PLUGINS = Path(__file__).parents[3] / "plugins"
SERVICES = (
    "acm",
    "application-autoscaling",
    "autoscaling",
    "cloudwatch",
    "ec2",
    "ecs",
    "elbv2",
    "iam",
    "logs",
    "s3",
    "sns",
    "ssm",
    "wafv2",
)
MAKES = re.compile(r"(create|import|allocate|register|run|start|copy|request|purchase|publish|send)_")

# AWS refuses the second one, for its name or what stands for it.
NAMED = {
    "ec2": {"CreateSubnet", "CreateRoute", "CreateSecurityGroup"},
    "iam": {"CreateRole", "CreateInstanceProfile"},
    "elbv2": {"CreateRule"},  # by its priority
    "autoscaling": {"CreateAutoScalingGroup", "StartInstanceRefresh"},
    "logs": {"CreateLogGroup"},
    "s3": {"CreateBucket"},
}
# The second one comes to the same as the first.
REPEATABLE = {
    "ec2": {"CreateTags", "StartVpcEndpointServicePrivateDnsVerification"},
    "elbv2": {"CreateLoadBalancer", "CreateTargetGroup", "CreateListener", "RegisterTargets"},
    "ecs": {"CreateCluster"},
    "application-autoscaling": {"RegisterScalableTarget"},
    "autoscaling": {"CreateOrUpdateTags"},
    "sns": {"Publish"},
}
# Neither: these go through made_once.
ONCE = {
    "ec2": {"CreateVpc", "CreateInternetGateway", "AllocateAddress"},
    "acm": {"ImportCertificate"},
    "ecs": {"RegisterTaskDefinition"},
}


def methods():
    """Names of what is called on clients, in all plugins: such a call says that it is tried again when throttled."""
    for path in PLUGINS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and "aws_retry" in {one.arg for one in node.keywords}
            if called and MAKES.match(name := getattr(node.func, "attr", "")):
                yield name


def makers():
    called = set(methods())
    for service in SERVICES:
        model = get_session().get_service_model(service)
        for name in model.operation_names:
            if xform_name(name) in called:
                yield service, name, model.operation_model(name).input_shape.members


@pytest.mark.parametrize(("service", "name", "members"), [pytest.param(*one, id=":".join(one[:2])) for one in makers()])
def test_every_creation_has_a_token_or_a_name_or_is_made_once(service, name, members):
    kinds = [kind for kind in (NAMED, REPEATABLE, ONCE) if name in kind.get(service, ())]
    tokens = [member for member in members if member.lower() == "clienttoken"]

    assert len(kinds) + len(tokens) == 1


def test_what_is_made_once_is_called_by_no_other_client():
    """The functions of api.py that make such a call are only used with a client that sends once."""
    wanted = {xform_name(name) for names in ONCE.values() for name in names}
    makers_of = {"create_vpc", "create_internet_gateway", "allocate_address", "import_new", "register_task_definition"}
    again = {"import_again"}  # a certificate that is there: it gets the same contents twice
    found, users = set(), set()
    for path in PLUGINS.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            names = {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}
            if "api" in path.name and names & wanted:
                found.add(function.name)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if name in makers_of and "api" not in path.name:
                users.add((path.parent.name, name, ast.unparse(call.args[0])))

    assert found == makers_of | again
    assert {client for _package, _name, client in users} <= {
        "client",
        "self._connect('acm', once=True)",
        "connect('ecs', once=True)",
    }
    assert {package for package, _name, client in users if client == "client"} == {"side_network"}
