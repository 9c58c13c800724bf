"""python -m twoway_proxy /etc/twoway/proxy.json"""

import asyncio
import importlib
import sys
from pathlib import Path

from . import journal
from .agent import Agent
from .settings import Settings


def main() -> None:
    settings = Settings.read(Path(sys.argv[1]))
    journal.start()
    # Each image carries the code of its own proxy only.
    proxy = importlib.import_module(f".{settings.proxy}.proxy", __package__).Proxy(settings)
    asyncio.run(Agent(settings, proxy).run())


if __name__ == "__main__":
    main()
