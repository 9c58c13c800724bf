# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options of canary and canary_info. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils.canary.model import ACTIONS, PAUSED, ROLLING_BACK
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.moves import GATES, NEWS

IGNORE = "ignore"
ON_FAILURE = {"pause": PAUSED, "rollback": ROLLING_BACK, IGNORE: ""}

# As canary_analysis takes them; checks.py looks into them.
CHECKS = {"type": "list", "elements": "dict"}

STEP = {
    "weight": {"type": "float", "required": True},
    "bake": {"type": "int"},
    "timeout": {"type": "int"},
    "gate": {"type": "bool", "default": False},
    "checks": CHECKS,
}

PLAN = {
    "weights": {"type": "list", "elements": "float"},
    "steps": {"type": "list", "elements": "dict", "options": STEP},
    "bake": {"type": "int", "default": 300},
    "timeout": {"type": "int", "default": 600},
    "gate": {"type": "bool", "default": False},
    "checks": CHECKS,
    "abort_on": CHECKS,
    "interval": {"type": "int", "default": 30},
    "window": {"type": "int", "default": 300},
    "ignore_last": {"type": "int", "default": 120},
    "min_healthy": {"type": "int", "default": 1},
    "scale": {"type": "bool", "default": True},
    "start_timeout": {"type": "int", "default": 600},
    "settle": {"type": "int", "default": 30},
}

WEBHOOK = {
    "url": {"type": "str", "required": True, "no_log": True},
    "events": {"type": "list", "elements": "str", "choices": [*GATES, *NEWS], "required": True},
    "headers": {"type": "dict", "no_log": True},
    "timeout": {"type": "int", "default": 10},
    "tries": {"type": "int", "default": 3},
    "on_failure": {"type": "str", "choices": list(ON_FAILURE), "default": "pause"},
    "ca_path": {"type": "path"},
}

CONNECTION = {
    "region": {"type": "str"},
    "endpoint_url": {"type": "str"},
    "access_key": {"type": "str", "no_log": False},
    "secret_key": {"type": "str", "no_log": True},
    "session_token": {"type": "str", "no_log": True},
    "profile": {"type": "str"},
    "validate_certs": {"type": "bool", "default": True},
    "aws_ca_bundle": {"type": "path"},
    "aws_config": {"type": "dict"},
}

PLACE = {
    "link": {"type": "str", "required": True},
    "side": {"type": "str", "choices": ["isolated", "public"], "default": "isolated"},
}

OPTIONS = {
    **PLACE,
    "cluster": {"type": "str"},
    "service": {"type": "str", "required": True},
    "action": {"type": "str", "choices": list(ACTIONS), "required": True},
    "image": {"type": "str"},
    "version": {"type": "raw"},  # as a text, 1.10 would be 1.1 and nobody could tell
    "plan": {"type": "dict", "options": PLAN, "mutually_exclusive": [("weights", "steps")]},
    "weights": {"type": "list", "elements": "float"},
    "bake": {"type": "int"},
    "force": {"type": "bool", "default": False},
    "by": {"type": "str"},
    "reason": {"type": "str"},
    "ticket": {"type": "str"},
    "lock_seconds": {"type": "int", "default": 60},
    "webhooks": {"type": "list", "elements": "dict", "options": WEBHOOK},
    "topic_arn": {"type": "str"},
    "door": {"type": "dict", "options": CONNECTION},
    "progress_path": {"type": "path"},
}

MUTUALLY_EXCLUSIVE = [("image", "version")]

INFO_OPTIONS = {
    "link": PLACE["link"],
    "side": PLACE["side"],
    "service": {"type": "str"},
    "history": {"type": "int", "default": 20},
}
