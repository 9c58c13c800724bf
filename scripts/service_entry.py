"""Writes docs/service-entry.md from the schema; with --check only says whether it is as the schema has it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils.link import fields as f
from ansible_collections.twoway.privatelink.plugins.module_utils.link.check import allowed_words
from ansible_collections.twoway.privatelink.plugins.module_utils.link.entries import SERVICE
from ansible_collections.twoway.privatelink.plugins.module_utils.link.external_apis import EXTERNAL_API
from ansible_collections.twoway.privatelink.plugins.module_utils.link.quotas import QUOTAS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "service-entry.md"
HEAD = """# What an inventory's lists take

Written by `scripts/docs` from the schema that checks them; a test fails when it is not. `inventories/example` shows
every option where it stands.

"""


def page() -> str:
    return HEAD + "\n".join(
        [
            *_record("A service: an entry of `services`, isolated side", "services[]", SERVICE),
            *_record("An external API: an entry of `external_apis`, public side", "external_apis[]", EXTERNAL_API),
            *_quotas(),
        ]
    )


def _record(title: str, path: str, record: f.Record, level: int = 2) -> Iterator[str]:
    yield f"{'#' * level} {title}"
    yield ""
    yield record.description
    yield ""
    yield "| option | takes | default | meaning |"
    yield "|---|---|---|---|"
    for name, field in record.fields.items():
        yield f"| `{name}` | {_takes(field)} | {_default(field)} | {_cell(field.description)} |"
    yield ""
    for name, field in record.fields.items():
        inner = field.item if isinstance(field, f.ListOf) else field
        if isinstance(inner, f.Record):
            tail = "[]" if inner is not field else ""
            yield from _record(f"`{path}.{name}{tail}`", f"{path}.{name}{tail}", inner, level + 1)


def _takes(field: f.Field) -> str:
    if isinstance(field, f.Record):
        return "a mapping, see below"
    if isinstance(field, f.MapOf):
        return _cell(f"a mapping: {field.allowed}, to {_item(field.item)}")
    if isinstance(field, f.TextMap):
        return _cell(f"a mapping: {field.allowed}, to texts, in quotes where YAML would read anything else")
    if isinstance(field, f.ListOf):
        unique = ", each once" if field.unique else ""
        return _cell(f"{allowed_words(field)}: {_item(field.item)}{unique}")
    return _cell(allowed_words(field))


def _item(field: f.Field) -> str:
    return "mappings, see below" if isinstance(field, f.Record) else _takes(field)


def _default(field: f.Field) -> str:
    if field.required:
        return "**required**"
    if field.default is None:
        return ""
    return f"`{json.dumps(field.default)}`" if not isinstance(field, f.Record) else "see below"


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("<", "&lt;")


def _quotas() -> Iterator[str]:
    yield "## Quotas: the mapping `quotas`, both sides"
    yield ""
    yield "How much AWS allows the isolated side's account, where that is not AWS's default."
    yield ""
    yield "| name | default | can be raised | what | as of |"
    yield "|---|---|---|---|---|"
    for name, quota in QUOTAS.items():
        raised = "yes" if quota.adjustable else "no"
        yield f"| `{name}` | {quota.default} | {raised} | {quota.what} | [{quota.date}]({quota.source}) |"
    yield ""


def main(arguments: list[str]) -> None:
    wanted = page()
    if "--check" not in arguments:
        PAGE.write_text(wanted, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        sys.exit(f"{PAGE.name} is not as the schema has it: run scripts/docs")


if __name__ == "__main__":
    main(sys.argv[1:])
