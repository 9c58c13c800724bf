"""How the control plane speaks HTTP: to be given to werkzeug's make_server."""

from __future__ import annotations

from moto.moto_server.werkzeug_app import MotoRequestHandler


class Handler(MotoRequestHandler):
    """Keeps connections open, leaves logging to the API log, and closes without a word when an answer is lost."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_arguments: object) -> None:
        """The API log says it better."""

    def connection_dropped(self, *_arguments: object) -> None:
        """The application raised ConnectionError. A connection left open would keep the caller waiting."""
        self.close_connection = True
