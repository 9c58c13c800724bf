# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options of the module service_catalog. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

SERVICE = {
    "name": {"type": "str", "required": True},
    "host": {"type": "str", "required": True},
    "path": {"type": "str", "required": True},
    "port": {"type": "int", "default": 443},
    "version": {"type": "str"},
    "health_check": {
        "type": "dict",
        "options": {"path": {"type": "str", "default": "/healthz"}, "matcher": {"type": "str", "default": "200"}},
    },
    "canary": {
        "type": "dict",
        "options": {"version": {"type": "str", "required": True}, "weight": {"type": "float", "required": True}},
    },
}

OPTIONS = {
    "link": {"type": "str", "required": True},
    "side": {"type": "str", "choices": ["public", "isolated"], "default": "public"},
    "domain": {"type": "str"},
    "endpoint_dns": {"type": "str"},
    "endpoint_zonal_dns": {"type": "dict"},
    "ca_pem": {"type": "str"},
    "services": {"type": "list", "elements": "dict", "options": SERVICE, "default": []},
    "purge": {"type": "bool", "default": True},
    "purge_ca": {"type": "bool", "default": True},
    "tags": {"type": "dict"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

REQUIRED_IF = [("state", "present", ["domain", "ca_pem"])]
