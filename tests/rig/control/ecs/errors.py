"""Refusals of the ECS API. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html"""

from __future__ import annotations

from moto.ecs.exceptions import ECSException


class InvalidParameterException(ECSException):
    code = "InvalidParameterException"


class ClientException(ECSException):
    code = "ClientException"


class ClusterContainsServicesException(ECSException):
    code = "ClusterContainsServicesException"
    message = "The Cluster cannot be deleted while Services are active."


class ClusterContainsTasksException(ECSException):
    code = "ClusterContainsTasksException"
    message = "The Cluster cannot be deleted while Tasks are active."


class ServiceNotActiveException(ECSException):
    code = "ServiceNotActiveException"
    message = "Service was not ACTIVE."
