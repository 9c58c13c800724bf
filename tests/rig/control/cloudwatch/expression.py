"""Metric math: arithmetic on time series, FILL and IF. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

Points = dict[float, float]
Value = float | Points

_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class ExpressionError(Exception):
    """What cannot be evaluated, in one line."""


def evaluate(expression: str, series: Mapping[str, Points]) -> Points:
    """The points at which all series that take part have one. A constant alone has none."""
    try:
        value = _value(ast.parse(expression, mode="eval").body, series)
    except SyntaxError:
        raise ExpressionError(f"Error in expression: {expression}") from None
    return value if isinstance(value, dict) else {}


def _value(node: ast.expr, series: Mapping[str, Points]) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in series:
            return series[name]
        case ast.Name(id=name):
            raise ExpressionError(f"Undefined variable {name} in expression")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _combine(operator.sub, 0.0, _value(operand, series))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _combine(_OPERATORS[type(op)], _value(left, series), _value(right, series))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPERATORS:
            return _combine(_OPERATORS[type(op)], _value(left, series), _value(right, series))
        case ast.Call(func=ast.Name(id="FILL"), args=[filled, filler]):
            return _fill(_value(filled, series), _value(filler, series), series)
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, otherwise]):
            return _if(*(_value(argument, series) for argument in (condition, then, otherwise)))
    raise ExpressionError(f"not emulated in metric math: {ast.unparse(node)}")


def _combine(operation: Callable[[float, float], float], left: Value, right: Value) -> Value:
    if isinstance(left, float) and isinstance(right, float):
        return _apply(operation, left, right) or 0.0
    times = sorted(_times(left, right))
    pairs = ((time, _apply(operation, _at(left, time), _at(right, time))) for time in times)
    return {time: value for time, value in pairs if value is not None}


def _apply(operation: Callable[[float, float], float], left: float, right: float) -> float | None:
    """Division by zero gives no data point."""
    try:
        return float(operation(left, right))
    except ZeroDivisionError:
        return None


def _times(*values: Value) -> set[float]:
    series = [set(value) for value in values if isinstance(value, dict)]
    return set.intersection(*series) if series else set()


def _at(value: Value, time: float) -> float:
    return value[time] if isinstance(value, dict) else value


def _fill(filled: Value, filler: Value, series: Mapping[str, Points]) -> Value:
    """At every time that any series of the request has."""
    if isinstance(filled, float):
        return filled
    times = sorted({time for points in series.values() for time in points})
    if isinstance(filler, float):
        return {time: filled.get(time, filler) for time in times}
    return {**filler, **filled}


def _if(condition: Value, then: Value, otherwise: Value) -> Value:
    if isinstance(condition, float):
        return then if condition else otherwise
    chosen: Points = {}
    for time, holds in condition.items():
        branch = then if holds else otherwise
        if isinstance(branch, float) or time in branch:
            chosen[time] = _at(branch, time)
    return chosen
