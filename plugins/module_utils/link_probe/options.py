# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options of the module link_probe. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

EXPECT = {
    "status": {"type": "int"},
    "json": {"type": "dict"},
    "answered": {"type": "bool"},
    "connected": {"type": "bool"},
    "refused": {"type": "bool"},
}

CHECK = {
    "name": {"type": "str", "required": True},
    "kind": {"type": "str", "choices": ["http", "tcp", "proxy"], "default": "http"},
    "url": {"type": "str"},
    "connect_to": {"type": "str"},
    "host": {"type": "str"},
    "port": {"type": "int"},
    "proxy": {"type": "str"},
    "headers": {"type": "dict"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "ca_pem": {"type": "str"},
    "expect": {"type": "dict", "options": EXPECT, "required": True},
    "timeout": {"type": "float", "default": 5.0},
    "within": {"type": "float", "default": 0.0},
}

OPTIONS = {
    "link": {"type": "str", "required": True},
    "side": {"type": "str", "choices": ["public", "isolated"], "required": True},
    "cluster": {"type": "str", "required": True},
    "subnet_ids": {"type": "list", "elements": "str", "required": True},
    "security_group_ids": {"type": "list", "elements": "str", "required": True},
    "image": {"type": "str", "required": True},
    "execution_role_arn": {"type": "str", "required": True},
    "task_role_arn": {"type": "str"},
    "log_group": {"type": "str", "required": True},
    "checks": {"type": "list", "elements": "dict", "options": CHECK, "required": True},
    "tags": {"type": "dict"},
    "wait_timeout": {"type": "int", "default": 300},
}
