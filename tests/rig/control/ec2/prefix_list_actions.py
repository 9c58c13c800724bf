"""Prefix lists with their address ranges, which moto leaves out."""

from __future__ import annotations

from moto.core.responses import ActionResult

from rig.control.ec2 import queries
from rig.control.ec2.actions import Actions
from rig.control.ec2.errors import refuse

_GETTERS = {
    "prefix-list-id": lambda entry: entry.id,
    "prefix-list-name": lambda entry: entry.prefix_list_name,
}


class PrefixListActions(Actions):
    def describe_prefix_lists(self) -> ActionResult:
        """Only the lists of AWS services that have gateway endpoints."""
        wanted = self.listed("PrefixListIds")
        known = self.home.managed_prefix_lists
        for list_id in wanted:
            if list_id not in known:
                refuse("InvalidPrefixListId.NotFound", f"The prefix list ID '{list_id}' does not exist")
        found = [known[list_id] for list_id in wanted] or [entry for entry in known.values() if entry.owner_id == "AWS"]
        shown, token = queries.page(queries.select(found, self.listed("Filters"), _GETTERS), self.request)
        rendered = [
            {
                "PrefixListId": entry.id,
                "PrefixListName": entry.prefix_list_name,
                "Cidrs": [part["Cidr"] for part in next(reversed(entry.entries.values()), ())],
            }
            for entry in shown
        ]
        return ActionResult({"PrefixLists": rendered, "NextToken": token})
