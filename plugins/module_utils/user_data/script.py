# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The user data of a proxy: a short script that unpacks the agent, and the agent.

The bytes depend on the settings and the sources alone, so that a launch template
gets a new version only when there is something new: sorted names, no times, and
bzip2, whose encoder has not changed since 2000 as those of zlib and xz have.
"""

from __future__ import annotations

import base64
import bz2
import json

from .sources import bare, without_comment_lines

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html: 16 KB, before EC2's own base64.
MOST_BYTES = 16 * 1024

_SCRIPT = """\
#!/bin/bash
# The {proxy} proxy of the link {link}: unpacks the agent below and hands over to its setup.sh.
set -euo pipefail
umask 022
mkdir -p /etc/twoway /opt/twoway
cat > /etc/twoway/proxy.json <<'END'
{settings}
END
rm -rf /opt/twoway/agent
python3 -c '
import base64, bz2, json, pathlib, sys
for name, text in json.loads(bz2.decompress(base64.b85decode(sys.stdin.read().strip()))).items():
    path = pathlib.Path("/opt/twoway/agent", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
' <<'END'
{payload}
END
exec /bin/bash /opt/twoway/agent/setup.sh
"""


class TooLarge(ValueError):
    """EC2 would refuse the user data."""


def user_data(settings, files):
    """The script for checked settings and `files`, a mapping of path to text. Raises TooLarge."""
    text = _SCRIPT.format(
        proxy=settings["proxy"],
        link=settings["link"],
        settings=json.dumps(settings, indent=1, sort_keys=True),
        payload=_payload(files),
    )
    if len(text) > MOST_BYTES:
        raise TooLarge(f"the user data has {len(text)} bytes, and EC2 takes {MOST_BYTES}")
    return text


def _payload(files):
    """Base85: a fifth shorter than base64 would be, and without quotes, backslashes or spaces just as safe in bash."""
    packed = {name: _short(name, text) for name, text in sorted(files.items())}
    return base64.b85encode(bz2.compress(json.dumps(packed).encode(), 9)).decode()


def _short(name, text):
    return bare(text) if name.endswith(".py") else without_comment_lines(text)
