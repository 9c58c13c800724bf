# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The options of the module egress_profiles. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

OPTIONS = {
    "link": {"type": "str", "required": True},
    "side": {"type": "str", "choices": ["public", "isolated"], "default": "public"},
    "profiles": {"type": "list", "elements": "dict", "default": []},
    "purge": {"type": "bool", "default": True},
    "tags": {"type": "dict"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
