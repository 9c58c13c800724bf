"""Runs inside a task of the public side: opens the door's catalogue in a browser and leaves pictures of it.

Arguments: the door's name, a name that its certificate has, and the directory for the pictures.
"""

import asyncio
import socket
import sys
import tempfile
from pathlib import Path

from browser.chromium import chromium

VIEWS = {
    "catalogue": {"viewport": {"width": 1280, "height": 720}},
    "catalogue-dark": {"viewport": {"width": 1280, "height": 720}, "color_scheme": "dark"},
    "catalogue-phone": {"viewport": {"width": 390, "height": 844}},
}


async def main(door: str, name: str, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    rules = f"MAP {name} {socket.gethostbyname(door)}"
    with tempfile.TemporaryDirectory() as home:
        async with chromium(Path(home), f"--host-resolver-rules={rules}") as browser:
            for picture, view in VIEWS.items():
                window = await browser.new_context(ignore_https_errors=True, **view)
                page = await window.new_page()
                await page.goto(f"https://{name}/catalog")
                # Each service is asked for its health in turn: wait for the last.
                await page.wait_for_selector(".services:not(:has(.unknown))", timeout=60_000)
                await page.screenshot(path=into / f"{picture}.png", full_page=True)
                print(into / f"{picture}.png", flush=True)
                await window.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
