"""https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html#API_DeregisterScalableTarget_Errors"""

from __future__ import annotations

from moto.core.exceptions import JsonRESTError


class ObjectNotFoundException(JsonRESTError):
    def __init__(self, message: str) -> None:
        super().__init__("ObjectNotFoundException", message)


class LimitExceededException(JsonRESTError):
    def __init__(self, message: str) -> None:
        super().__init__("LimitExceededException", message)
