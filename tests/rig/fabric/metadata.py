"""The metadata services of instances (IMDSv2) and of tasks."""

from __future__ import annotations

import asyncio
import datetime
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from rig.fabric import addresses, http
from rig.fabric.atlas import Atlas
from rig.fabric.namespaces import Network
from rig.world import Subnet, Workload

_LIFETIME = datetime.timedelta(hours=6)
_ROLES = "iam/security-credentials/"


def credentials_uri(workload: Workload) -> str:
    """The value of AWS_CONTAINER_CREDENTIALS_RELATIVE_URI."""
    return f"/v2/credentials/{workload.id}"


@dataclass(frozen=True)
class _Caller:
    workload: Workload
    address: str
    subnet: Subnet


class Metadata:
    """One server, a socket in each VPC; a caller is known by its address."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._callers: dict[tuple[str, str], _Caller] = {}
        self._tokens: set[str] = set()
        self._open: dict[str, list[asyncio.Server]] = {}

    def publish(self, atlas: Atlas) -> None:
        callers = {}
        for workload in atlas.workloads.values():
            interface = atlas.interfaces[workload.interface_id]
            caller = _Caller(workload, interface.address, atlas.subnets[interface.subnet_id])
            callers[interface.vpc_id, interface.address] = caller
        self._callers = callers

    def serve(self, vpc_id: str, network: Network) -> None:
        async def answer(request: http.Request) -> http.Response:
            found = self._callers.get((vpc_id, request.peer))
            return self._answer(request, found) if found else http.Response(status=404)

        with network.inside():
            sockets = [socket.create_server((at, 80)) for at in (addresses.METADATA, addresses.TASK_METADATA)]
        asyncio.run_coroutine_threadsafe(self._listen(vpc_id, http.Server(answer), sockets), self._loop).result()

    def leave(self, vpc_id: str) -> None:
        for server in self._open.pop(vpc_id, ()):
            self._loop.call_soon_threadsafe(server.close)

    async def _listen(self, vpc_id: str, server: http.Server, sockets: Iterable[socket.socket]) -> None:
        self._open[vpc_id] = [await server.listen(sock) for sock in sockets]

    def _answer(self, request: http.Request, caller: _Caller) -> http.Response:
        is_task_service = request.local == addresses.TASK_METADATA
        if is_task_service != (caller.workload.kind == "task"):
            return http.Response(status=404)
        return _tell_task(request, caller) if is_task_service else self._tell_instance(request, caller)

    def _tell_instance(self, request: http.Request, caller: _Caller) -> http.Response:
        if request.method == "PUT" and request.path == "/latest/api/token":
            token = secrets.token_urlsafe(40)
            self._tokens.add(token)
            return http.Response.of_text(token)
        if request.headers.get("x-aws-ec2-metadata-token") not in self._tokens:
            return http.Response.of_text("", status=401)  # IMDSv1 is off
        if request.path == "/latest/user-data":
            return http.Response.of_text(caller.workload.user_data)
        if request.path == "/latest/dynamic/instance-identity/document":
            return http.Response.of_json(_identity(caller))
        name = request.path.removeprefix("/latest/meta-data/")
        if name.startswith(_ROLES):
            return _tell_credentials(caller.workload, name.removeprefix(_ROLES))
        found = _facts(caller).get(name)
        return http.Response.of_text(found) if found is not None else http.Response.of_text("", status=404)


def _facts(caller: _Caller) -> dict[str, str]:
    state = caller.workload.metadata.get("target_lifecycle_state")
    return {
        **({"autoscaling/target-lifecycle-state": state} if state else {}),
        "instance-id": caller.workload.id,
        "instance-type": caller.workload.metadata.get("instance_type", ""),
        "ami-id": caller.workload.image,
        "local-ipv4": caller.address,
        "placement/availability-zone": caller.subnet.az_name,
        "placement/availability-zone-id": caller.subnet.az_id,
        "placement/region": caller.workload.region,
    }


def _identity(caller: _Caller) -> dict[str, str]:
    return {
        "instanceId": caller.workload.id,
        "accountId": caller.workload.account_id,
        "region": caller.workload.region,
        "availabilityZone": caller.subnet.az_name,
        "privateIp": caller.address,
    }


def _tell_credentials(workload: Workload, role: str) -> http.Response:
    """Without a role's name, the name of the one there is."""
    if not workload.role_name:
        return http.Response.of_text("", status=404)
    if not role:
        return http.Response.of_text(workload.role_name)
    if role != workload.role_name:
        return http.Response.of_text("", status=404)
    return http.Response.of_json({"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": _time(), **_keys(workload)})


def _tell_task(request: http.Request, caller: _Caller) -> http.Response:
    workload = caller.workload
    if request.path == credentials_uri(workload) and workload.credentials:
        return http.Response.of_json({"RoleArn": workload.role_name, **_keys(workload)})
    if request.path.startswith("/v4/"):
        about = {"TaskARN": workload.metadata.get("task_arn", workload.id), "AvailabilityZone": caller.subnet.az_name}
        return http.Response.of_json(about if request.path.endswith("/task") else {"Image": workload.image})
    return http.Response(status=404)


def _keys(workload: Workload) -> dict[str, str]:
    held = workload.credentials
    if not held:
        return {}
    return {
        "AccessKeyId": held.access_key,
        "SecretAccessKey": held.secret_key,
        "Token": held.session_token,
        "Expiration": _time(_LIFETIME),
    }


def _time(ahead: datetime.timedelta = datetime.timedelta()) -> str:
    return (datetime.datetime.now(datetime.UTC) + ahead).strftime("%Y-%m-%dT%H:%M:%SZ")
