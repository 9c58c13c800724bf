# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The user data of a proxy's instances. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_SCRIPT = """\
#!/bin/bash
# The {proxy} proxy of the link {link}: installs the runtime, fetches the agent and starts it.
set -euo pipefail
umask 022
mkdir -p /etc/twoway /opt/twoway
cat > /etc/twoway/proxy.json <<'END'
{settings}
END
cat > /etc/twoway/agent.json <<'END'
{agent}
END
cat > /opt/twoway/fetch_agent.py <<'END'
{fetch}
END
{boot}"""


def user_data(settings: Mapping[str, Any], agent: Mapping[str, str], *, fetch: str, boot: str) -> str:
    """The script for checked settings, and for an agent that lies in a bucket. The same every time."""
    return _SCRIPT.format(
        proxy=settings["proxy"],
        link=settings["link"],
        settings=_readable(settings),
        agent=_readable({**agent, "region": settings["region"]}),
        fetch=fetch.rstrip("\n"),
        boot=boot,
    )


def _readable(values: Mapping[str, Any]) -> str:
    return json.dumps(values, indent=1, sort_keys=True)
