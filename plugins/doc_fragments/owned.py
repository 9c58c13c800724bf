# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """The options of module_utils/_options.py OWNED."""

    DOCUMENTATION = r"""
options:
  tags:
    description:
      - The tags to set. They must hold C(privatelink:link), and best C(privatelink:side) too.
        These two say whose a resource is; what does not carry them is never changed or deleted.
      - The tag C(Name) is added from the name.
    type: dict
    required: true
    aliases: [resource_tags]
  purge_tags:
    description:
      - Whether to remove tags that O(tags) does not hold. Tags whose key starts with V(aws:) always stay.
    type: bool
    default: true
  state:
    description:
      - Whether it shall be there.
    type: str
    choices: [present, absent]
    default: present
notes:
  - In check mode an id may be null, and a list of ids may hold nulls, for what is not made
    yet. A real run refuses them.
"""
