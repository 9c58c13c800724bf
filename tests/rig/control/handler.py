"""How the control plane speaks HTTP: to be given to werkzeug's make_server."""

from __future__ import annotations

from moto.moto_server.werkzeug_app import MotoRequestHandler

from rig.control import clock


class Handler(MotoRequestHandler):
    """Keeps connections open, leaves logging to the API log, and closes without a word when an answer is lost."""

    protocol_version = "HTTP/1.1"

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Of the Date header: the time in the cloud, by which clients tell how old something is."""
        return super().date_time_string(clock.wall() if timestamp is None else timestamp)

    def log_request(self, *_arguments: object) -> None:
        """The API log says it better."""

    def connection_dropped(self, *_arguments: object) -> None:
        """The application raised ConnectionError. A connection left open would keep the caller waiting."""
        self.close_connection = True
