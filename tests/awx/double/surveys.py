"""What AWX takes as a survey, and as an answer to one.

After JobTemplateSurveySpec in awx/api/views, and awx/main/models/mixins.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TYPES = {
    "text": str,
    "textarea": str,
    "password": str,
    "integer": int,
    "float": (float, int),
    "multiplechoice": str,
    "multiselect": (str, list),
}
CHOICES = ("multiplechoice", "multiselect")


def survey_error(spec: Mapping[str, Any]) -> str | None:
    for name, kind in (("name", str), ("description", str), ("spec", list)):
        if name not in spec:
            return f"Field '{name}' is missing from survey spec."
        if not isinstance(spec[name], kind):
            return f"Expected {kind.__name__} for field '{name}'."
    if not spec["spec"]:
        return "'spec' doesn't contain any items."
    seen: set[str] = set()
    for index, item in enumerate(spec["spec"]):
        error = _item_error(index, item)
        if error:
            return error
        if item["variable"] in seen:
            return f"'variable' '{item['variable']}' duplicated in survey question {index}."
        seen.add(item["variable"])
    return None


def _item_error(index: int, item: Any) -> str | None:
    if not isinstance(item, dict):
        return f"Survey question {index} is not a json object."
    for name in ("type", "question_name", "variable", "required"):
        if name not in item:
            return f"'{name}' missing from survey question {index}"
        if not isinstance(item[name], bool if name == "required" else str):
            return f"'{name}' in survey question {index} is of the wrong type."
    if item["type"] not in TYPES:
        return f"'{item['type']}' in survey question {index} is not one of the allowed question types."
    default = item.get("default", "")
    if default != "" and not isinstance(default, TYPES[item["type"]]):
        return f"Default value {default} in survey question {index} is of the wrong type."
    for name in ("min", "max"):
        if item.get(name) is not None and not isinstance(item[name], int):
            return f"The {name} limit in survey question {index} expected to be integer."
    return _choice_error(index, item, default) if item["type"] in CHOICES else None


def _choice_error(index: int, item: Mapping[str, Any], default: Any) -> str | None:
    if "choices" not in item:
        return f"Survey question {index} of type {item['type']} must specify choices."
    given = default.splitlines() if isinstance(default, str) else default
    if item["type"] == "multiplechoice" and len(given) > 1:
        return "Multiple Choice (Single Select) can only have one default value."
    if any(one not in choices_of(item) for one in given):
        return "Default choice must be answered from the choices listed."
    return None


def choices_of(item: Mapping[str, Any]) -> list[str]:
    choices = item["choices"]
    return [one for one in choices.splitlines() if one.strip()] if isinstance(choices, str) else list(choices)


def answer_errors(spec: Mapping[str, Any], answers: Mapping[str, Any], required: bool = True) -> list[str]:
    """Of all answers together; `required` also asks for those that are lacking."""
    return [error for item in spec.get("spec", ()) for error in _answer_errors(item, answers, required)]


def _answer_errors(item: Mapping[str, Any], answers: Mapping[str, Any], required: bool) -> list[str]:
    variable, kind = item["variable"], item["type"]
    if variable not in answers:
        return [f"'{variable}' value missing"] if item["required"] and required else []
    value = answers[variable]
    if kind in ("text", "textarea", "password"):
        if not isinstance(value, str):
            return [f"Value {value} for '{variable}' expected to be a string."]
        return _length_errors(item, value)
    if kind == "multiplechoice" and value not in choices_of(item):
        return [f"Value {value} for '{variable}' expected to be one of {choices_of(item)}."]
    if kind == "integer" and (isinstance(value, bool) or not isinstance(value, int)):
        return [f"Value {value} for '{variable}' expected to be an integer."]
    return []


def _length_errors(item: Mapping[str, Any], value: str) -> list[str]:
    low, high = item.get("min"), item.get("max")
    if low not in ("", None) and len(value) < low:
        return [f"'{item['variable']}' value {value} is too small."]
    if high not in ("", None) and len(value) > high:
        return [f"'{item['variable']}' value {value} is too large."]
    return []


def defaults_of(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What an unanswered survey puts into the variables: its defaults that are valid answers."""
    given = {item["variable"]: item["default"] for item in spec.get("spec", ()) if item.get("default") is not None}
    items = {item["variable"]: item for item in spec.get("spec", ())}
    return {name: value for name, value in given.items() if not _answer_errors(items[name], given, True)}
