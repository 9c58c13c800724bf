"""A headless Chromium, as scripts/setup-proofs unpacks it: nothing of it lies outside the checkout."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

DEBIAN = Path(sys.prefix) / "debian"
PROGRAM = DEBIAN / "usr/lib/chromium/chromium-headless-shell"
_LIBRARIES = ("usr/lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu/pulseaudio", "lib/x86_64-linux-gnu")
_FONTS = """\
<?xml version="1.0"?>
<fontconfig><dir>{fonts}/opentype/inter</dir><dir>{fonts}/truetype/dejavu</dir><cachedir>{cache}</cachedir>
  <alias binding="same"><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


@asynccontextmanager
async def chromium(directory: Path, *arguments: str) -> AsyncIterator[Browser]:
    """`directory` takes what it must write. Its own sandbox wants what a namespace's root cannot give it."""
    fonts = directory / "fonts.conf"
    fonts.write_text(_FONTS.format(fonts=DEBIAN / "usr/share/fonts", cache=directory / "fonts"))
    environment = {
        **os.environ,
        "LD_LIBRARY_PATH": os.pathsep.join(str(DEBIAN / name) for name in _LIBRARIES),
        "FONTCONFIG_FILE": str(fonts),
        "HOME": str(directory),
    }
    arguments = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", *arguments)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=list(arguments), env=environment)
        try:
            yield browser
        finally:
            await browser.close()
