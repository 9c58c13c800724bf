# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options of canary_weights and canary_weights_info. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

WEIGHTS = {"stable": {"type": "int", "required": True}, "canary": {"type": "int", "required": True}}

STICKINESS = {"enabled": {"type": "bool", "required": True}, "seconds": {"type": "int"}}

TEST_RULE = {
    "header": {"type": "str"},
    "cookie": {"type": "str"},
    "matches": {"type": "list", "elements": "str"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

PLACE = {
    "rule_arn": {"type": "str"},
    "link": {"type": "str"},
    "side": {"type": "str", "choices": ["isolated", "public"]},
    "service": {"type": "str"},
}

OPTIONS = {
    **PLACE,
    "weights": {"type": "dict", "options": WEIGHTS},
    "canary_percent": {"type": "float"},
    "expected": {"type": "dict", "options": WEIGHTS},
    "stickiness": {"type": "dict", "options": STICKINESS},
    "test_rule": {"type": "dict", "options": TEST_RULE},
    "min_healthy": {"type": "int", "default": 1},
    "wait_timeout": {"type": "int", "default": 120},
}

MUTUALLY_EXCLUSIVE = [("weights", "canary_percent")]
REQUIRED_ONE_OF = [("rule_arn", "service")]
REQUIRED_BY = {"service": ["link"]}

INFO_OPTIONS = {**PLACE, "health": {"type": "bool", "default": True}}
