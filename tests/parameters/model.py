"""The parameters that EC2 has for endpoints, their services and connections, as the installed botocore knows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.session import get_session

# Told in many calls, always the same, and shown as one parameter.
WHOLE = ("TagSpecifications", "Filters")


@cache
def operations() -> dict[str, tuple[str, ...]]:
    """Every operation on endpoints with its parameters; those of structures inside by dots: DnsOptions.DnsRecordIpType.

    By the operation's name, not by a list: what AWS adds tomorrow is found with the botocore that knows it.
    """
    model = get_session().get_service_model("ec2")
    return {
        name: tuple(_parameters(model.operation_model(name).input_shape))
        for name in model.operation_names
        if "VpcEndpoint" in name
    }


def sent(arguments: Mapping[str, Any]) -> Iterator[str]:
    """The same names for the arguments of one call."""
    for name, value in arguments.items():
        entries = value if isinstance(value, list) else [value]
        structures = [entry for entry in entries if isinstance(entry, dict)]
        if structures and name not in WHOLE:
            yield from (f"{name}.{inner}" for entry in structures for inner in sent(entry))
        else:
            yield name


def _parameters(shape: Any, prefix: str = "") -> Iterator[str]:
    for name, member in shape.members.items():
        inner = member.member if member.type_name == "list" else member
        if inner.type_name == "structure" and name not in WHOLE:
            yield from _parameters(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"
