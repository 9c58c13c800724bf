"""The documentation of a module names the permission for every call that its package makes."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.session import get_session

UTILS = Path(__file__).parents[3] / "plugins" / "module_utils"
MODULES = "ansible_collections.twoway.privatelink.plugins.modules"
# Our name for a client -> botocore's name of its service.
CLIENTS = {"ec2": "ec2", "elbv2": "elbv2", "autoscaling": "autoscaling"}


def calls_of(package):
    """Operations by the name of the client's method, as the api files of the package say it: ec2.create_tags."""
    for path in (UTILS / package).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in CLIENTS:
                yield CLIENTS[node.value.id], node.attr


def operations(service):
    return {xform_name(name): name for name in get_session().get_service_model(service).operation_names}


@pytest.mark.parametrize(
    "module", ["endpoint_service", "endpoint_connection", "interface_endpoint", "network_load_balancer"]
)
def test_every_call_is_permitted_by_the_documentation(module):
    told = set(
        re.findall(r"C\((?:[a-z0-9]+:)?([A-Z][A-Za-z0-9]+)\)", import_module(f"{MODULES}.{module}").DOCUMENTATION)
    )
    known = {service: operations(service) for service in CLIENTS.values()}
    made = {known[service][method] for service, method in calls_of(module) if method in known[service]}

    assert len(made) > 2 and sorted(made - told) == []
