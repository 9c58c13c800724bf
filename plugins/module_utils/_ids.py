# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Ids that may not be known yet. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

from collections.abc import Iterable

# What a null becomes on its way through a playbook and an argument spec of type str.
NOTHING = (None, "", "None")


def known(value: str | None) -> str | None:
    """The id, or None: in check mode a resource not made yet has none."""
    return None if value in NOTHING else value


def known_all(values: Iterable[str | None] | None) -> tuple[str | None, ...] | None:
    """Sorted and each once, the unknown ones last; None when the option was not given."""
    if values is None:
        return None
    ids = [known(value) for value in values]
    return (*sorted({value for value in ids if value is not None}), *(None for value in ids if value is None))


def unknown_options(**options: str | None | Iterable[str | None]) -> tuple[str, ...]:
    """The names of the options that hold an id not known."""
    names = []
    for option, value in options.items():
        values = (value,) if value is None or isinstance(value, str) else value
        if any(known(one) is None for one in values):
            names.append(option)
    return tuple(names)
