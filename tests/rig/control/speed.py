"""What moto works out anew for every call, or every value of an answer, worked out once."""

from __future__ import annotations

import functools
from typing import Any

import moto.backends
import moto.core.responses
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker


def install() -> None:
    """May be called more than once."""
    _once(moto.core.responses, "method_names_from_class", list)  # walks a whole response class
    _once(moto.backends, "list_of_moto_modules", tuple)  # lists a directory, and looks at each of its 190 entries
    if XFormedAttributePicker.get_possible_keys is not _Names.get_possible_keys:
        _Names.uncached = XFormedAttributePicker.get_possible_keys
        XFormedAttributePicker.get_possible_keys = _Names.get_possible_keys


def _once(module: Any, name: str, whole: Any) -> None:
    uncached = getattr(module, name)
    if not hasattr(uncached, "cache_info"):
        setattr(module, name, functools.cache(lambda *arguments: whole(uncached(*arguments))))


class _Names:
    """Under which names a value may be found follows from its place in the API's model and from what holds it.

    The shapes of a model live as long as the model does, which moto keeps.
    """

    known: dict[tuple[Any, ...], tuple[str, ...]] = {}
    uncached: Any = None

    def get_possible_keys(self: XFormedAttributePicker, context: AttributePickerContext) -> tuple[str, ...]:
        shape = context.shape
        key = (type(context.obj), context.key, shape, getattr(shape, "parent", None))
        names = _Names.known.get(key)
        if names is None:
            names = _Names.known[key] = tuple(_Names.uncached(self, context))
        return names
