# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Loads what a task of ours needs while Ansible has not forked for it yet, so that no fork has to.

Ansible loads an action plugin in the process that then forks for every task, and throws away with the fork what only
the fork has loaded: our filters, a module with all it imports (neither of which Ansible keeps compiled), and botocore's
description of a service. PRIVATE to the collection.
"""

from __future__ import annotations

import functools
import gc
from contextlib import suppress
from importlib import import_module
from typing import Any

from ansible.plugins.loader import filter_loader, test_loader

try:
    import botocore.exceptions
    import botocore.loaders
    import botocore.session
except ImportError:  # the modules say so
    HAS_BOTOCORE = False
else:
    HAS_BOTOCORE = True

COLLECTION = "twoway.privatelink"
ACTIONS = f"ansible_collections.{COLLECTION}.plugins.action"
MODULES = f"ansible_collections.{COLLECTION}.plugins.modules"
# Ansible loads all filters of a collection, and all tests and filters of its own, when it looks for one.
ANY_FILTER, ANY_TEST = f"{COLLECTION}.sides", "ansible.builtin.defined"
# What each module speaks to, in any of its cases.
SERVICES = {
    "agent_bundle": ("s3",),
    "canary": ("cloudwatch", "ecs", "elbv2", "resourcegroupstaggingapi", "sns", "ssm"),
    "canary_analysis": ("cloudwatch", "elbv2", "resourcegroupstaggingapi"),
    "canary_info": ("ssm",),
    "canary_weights": ("elbv2", "resourcegroupstaggingapi"),
    "canary_weights_info": ("elbv2", "resourcegroupstaggingapi"),
    "catalog_trust": ("autoscaling", "cloudwatch", "ssm"),
    "ecs_cluster": ("ecs",),
    "ecs_services": ("application-autoscaling", "ecs", "elbv2", "iam", "logs", "ssm"),
    "egress_profiles": ("ssm",),
    "endpoint_connection": ("ec2",),
    "endpoint_connection_info": ("ec2",),
    "endpoint_service": ("ec2", "elbv2"),
    "endpoint_service_info": ("ec2",),
    "existing_network_info": ("ec2",),
    "group_addresses_info": ("ec2",),
    "iam_roles": ("iam",),
    "imported_certificate": ("acm",),
    "instance_fleet": ("autoscaling", "ec2"),
    "interface_endpoint": ("ec2",),
    "interface_endpoint_info": ("ec2",),
    "link_preflight": ("autoscaling", "ec2", "elbv2", "ssm", "sts"),
    "link_probe": ("ecs", "logs"),
    "log_group": ("logs",),
    "metric_alarms": ("cloudwatch",),
    "network_load_balancer": ("autoscaling", "ec2", "elbv2"),
    "public_load_balancer": ("elbv2", "wafv2"),
    "published_load_balancers": ("autoscaling", "ec2", "elbv2"),
    "run_lock": ("ssm",),
    "security_groups": ("ec2",),
    "service_catalog": ("ssm",),
    "shard_load_balancers": ("elbv2",),
    "side_network": ("ec2",),
    "ssm_parameters": ("ssm",),
}


def load_for(action: str) -> None:
    """For the module that an action plugin, by its Python name, is there for. A file that is linked to is for none."""
    package, _dot, module = action.rpartition(".")
    if package == ACTIONS:
        load(module)


def load(module: str) -> None:
    """Best effort: whatever cannot be had here is asked for again by the task, which says what is wrong."""
    test_loader.get(ANY_TEST)
    with suppress(KeyError):  # of a Python that is not Ansible's own, such as a test's
        filter_loader.get(ANY_FILTER)
    with suppress(ImportError):
        import_module(f"{MODULES}.{module}")
    if HAS_BOTOCORE:
        for service in SERVICES.get(module, ()):
            _describe(service)
    gc.freeze()  # else forks copy it page by page: https://docs.python.org/3/library/gc.html#gc.freeze


def share_descriptions() -> None:
    """In a fork: clients that are made from now on take what is loaded already."""
    if HAS_BOTOCORE:
        botocore.session.create_loader = loader_of


@functools.cache
def loader_of(search_path: str | None = None) -> Any:
    """One for each path, where botocore makes one for each client."""
    return botocore.loaders.create_loader(search_path)


@functools.cache
def _describe(service: str) -> None:
    """By a client that is never used: it knows best what clients read."""
    with suppress(botocore.exceptions.BotoCoreError, ValueError):
        session = botocore.session.Session()
        session.register_component("data_loader", loader_of(session.get_config_variable("data_path")))
        session.create_client(service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
