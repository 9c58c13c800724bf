"""When an alarm is in which state. Pure.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"
MISSING, IGNORE, BREACHING, NOT_BREACHING = "missing", "ignore", "breaching", "notBreaching"
TREATMENTS = (BREACHING, NOT_BREACHING, IGNORE, MISSING)

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
# "CloudWatch attempts to retrieve a higher number of data points than the number specified": how many more, AWS says
# only in its examples, where it is two.
EXTRA_PERIODS = 2


def state(breaching: Sequence[bool | None], needed: int, to_alarm: int, treatment: str) -> str | None:
    """Of the data points of the evaluation range, oldest first, None where one is missing.

    `needed` is EvaluationPeriods, `to_alarm` DatapointsToAlarm. None: the state stays what it is.
    """
    real = [point for point in breaching if point is not None]
    if len(real) >= needed:
        return ALARM if sum(real[-needed:]) >= to_alarm else OK
    filled = needed - len(real) if treatment == BREACHING else 0
    if sum(real) + filled >= to_alarm:
        return ALARM
    if treatment in (BREACHING, NOT_BREACHING) or False in real:
        return OK
    if treatment == IGNORE:
        return None
    return ALARM if _is_old_enough(breaching, to_alarm) else INSUFFICIENT_DATA


def _is_old_enough(breaching: Sequence[bool | None], to_alarm: int) -> bool:
    """ "The oldest available breaching datapoint is at least as old as the value of Datapoints to Alarm, and all
    other more recent data points are breaching or missing." """
    if True not in breaching:
        return False
    oldest = breaching.index(True)
    return len(breaching) - oldest >= to_alarm
