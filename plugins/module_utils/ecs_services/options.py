# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options of the module ecs_services. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

SHARD = {
    "number": {"type": "int", "required": True},
    "name": {"type": "str"},
    "load_balancer_arn": {"type": "str"},
    "listener_arn": {"type": "str"},
    "port": {"type": "int", "default": 443},
}

OPTIONS = {
    "link": {"type": "str", "required": True},
    "side": {"type": "str", "choices": ["isolated", "public"], "default": "isolated"},
    "link_domain": {"type": "str"},
    "services": {"type": "list", "elements": "dict"},
    "account_id": {"type": "str"},
    "cluster": {"type": "str", "required": True},
    "vpc_id": {"type": "str"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "shards": {"type": "list", "elements": "dict", "options": SHARD},
    "execution_role_arn": {"type": "str"},
    "task_role_arn": {"type": "str"},
    "execution_policy": {"type": "list", "elements": "dict"},
    "task_policy": {"type": "list", "elements": "dict"},
    "log_group_prefix": {"type": "str"},
    "environment": {"type": "dict"},
    "outbound": {"type": "dict"},
    "quotas": {"type": "dict"},
    "purge_services": {"type": "bool", "default": True},
    "purge_logs": {"type": "bool", "default": False},
    "verify_live": {"type": "str", "choices": ["bulk", "full"], "default": "bulk"},
    "tags": {"type": "dict"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    "progress_path": {"type": "path"},
}

REQUIRED_IF = [("state", "present", ["link_domain", "services", "shards"])]
