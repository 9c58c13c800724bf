# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """What every module of the collection can do."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and return the changes it would make, on an empty account too.
    support: full
  diff_mode:
    description: Returns what is there and what will be, the same in check mode as in a real run.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode. It changes nothing in either.
    support: full
  diff_mode:
    description: Returns what is there and what will be.
    support: N/A
"""
