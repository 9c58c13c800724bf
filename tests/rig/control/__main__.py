"""Serves the control plane alone: `python -m rig.control [port]`, with PYTHONPATH=tests."""

from __future__ import annotations

import sys

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from rig.control.server import create_app
from rig.control.settings import Settings


class QuietHandler(MotoRequestHandler):
    def log_request(self, *_args: object) -> None:
        """The API log says it better."""


def main() -> None:
    settings = Settings()
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = make_server("127.0.0.1", port, create_app(settings), threaded=True, request_handler=QuietHandler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    for account in settings.accounts:
        print(f"{account.name} {account.id} {account.access_key} {account.secret_key}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
