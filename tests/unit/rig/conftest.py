"""A cloud to test against: the control plane on a loopback port, with time that only tests move."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from rig.control import clock
from rig.control.handler import Handler
from rig.control.server import ControlPlane, create_app
from rig.control.settings import Account, Settings
from rig.world import Credentials
from werkzeug.serving import make_server


class Cloud:
    """The emulated AWS of one test: `clock.advance(seconds)` is how time passes in it."""

    def __init__(self, control_plane: ControlPlane, url: str) -> None:
        self.control_plane = control_plane
        self.url = url
        self.clock = clock.ManualTime()
        self._clients: dict[tuple[str, str, str | None], object] = {}

    @property
    def settings(self) -> Settings:
        return self.control_plane.settings

    def account(self, name: str) -> Account:
        return self.settings.account(name)

    def client(self, account: str, service: str, credentials: Credentials | None = None, region: str | None = None):
        """A boto3 client of the account's operator, or of whoever holds `credentials`. It never retries."""
        if credentials:
            return self._make(service, credentials.access_key, credentials.secret_key, credentials.session_token)
        if (account, service, region) not in self._clients:
            owner = self.account(account)
            made = self._make(service, owner.access_key, owner.secret_key, region=region)
            self._clients[account, service, region] = made
        return self._clients[account, service, region]

    def begin(self) -> None:
        """An empty cloud, at time nought."""
        self.clock = clock.ManualTime()
        clock.use(self.clock)
        self.control_plane.reset()

    def _make(
        self,
        service: str,
        access_key: str,
        secret_key: str,
        session_token: str | None = None,
        region: str | None = None,
    ):
        return boto3.client(
            service,
            region_name=region or self.settings.region,
            endpoint_url=self.url,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=session_token,
            config=Config(retries={"total_max_attempts": 1}),
        )


@pytest.fixture(scope="session")
def served_cloud() -> Iterator[Cloud]:
    control_plane = create_app(Settings())
    server = make_server("127.0.0.1", 0, control_plane, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Cloud(control_plane, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cloud(served_cloud: Cloud) -> Cloud:
    served_cloud.begin()
    return served_cloud


@pytest.fixture
def backdoor(cloud: Cloud) -> Callable[..., Any]:
    """backdoor("POST", "reset", body=None) -> what the path under /_rig/ answers."""

    def ask(method: str, path: str, body: Any = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{cloud.url}/_rig/{path}", data=content, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    return ask
