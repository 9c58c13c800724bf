# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options of canary_analysis, and of a check wherever one is listed. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from ansible_collections.twoway.privatelink.plugins.module_utils.canary_analysis.model import METRICS, POLICIES

SOURCE = {
    "namespace": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "statistic": {"type": "str", "default": "Average"},
    "dimensions": {"type": "dict"},
    "stable_dimensions": {"type": "dict"},
}

CHECK = {
    "name": {"type": "str"},
    "metric": {"type": "str", "choices": list(METRICS)},
    "statistic": {"type": "str", "default": "p95"},
    "cloudwatch": {"type": "dict", "options": SOURCE},
    "alarm": {"type": "str"},
    "max": {"type": "float"},
    "min": {"type": "float"},
    "max_ratio": {"type": "float"},
    "min_ratio": {"type": "float"},
    "floor": {"type": "float", "default": 0.0},
    "min_samples": {"type": "int"},
    "no_data": {"type": "str", "choices": list(POLICIES), "default": "pause"},
    "no_baseline": {"type": "str", "choices": list(POLICIES)},
    "dry_run": {"type": "bool", "default": False},
}

OPTIONS = {
    "link": {"type": "str"},
    "side": {"type": "str", "choices": ["isolated", "public"]},
    "service": {"type": "str"},
    "load_balancer": {"type": "str"},
    "target_groups": {
        "type": "dict",
        "options": {"stable": {"type": "str"}, "canary": {"type": "str", "required": True}},
    },
    "checks": {"type": "list", "elements": "dict", "options": CHECK, "required": True},
    "window": {"type": "int", "default": 300},
    "ignore_last": {"type": "int", "default": 120},
    "since": {"type": "str"},
    "dry_run": {"type": "bool", "default": False},
}

REQUIRED_TOGETHER = [("link", "service"), ("load_balancer", "target_groups")]
MUTUALLY_EXCLUSIVE = [("service", "target_groups")]
