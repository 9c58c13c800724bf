# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What ECS tells of a service, as a person reads it. Pure; PRIVATE to the collection; stdlib only.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
"""

from __future__ import annotations

import re

LONGEST = 160
ITSELF = re.compile(r"^\(?service [^ )]+\)?,? ")
IN_WORDS = (
    (re.compile(r"\(target-group [^()]*:targetgroup/([^/()]+)/[^()]*\)"), r"target group \1"),
    (re.compile(r"\(task ([0-9a-f]{8})[0-9a-f]*\)"), r"task \1"),
    (re.compile(r"\(reason ([^()]*)\)"), r"\1"),
    (re.compile(r"\((instance|port|deployment|taskSet) ([^()]*)\)"), r"\1 \2"),
)


def words(message: str) -> str:
    """Without the name of the service, which stands before it, and without ARNs and long ids."""
    said = ITSELF.sub("", message)
    for pattern, replacement in IN_WORDS:
        said = pattern.sub(replacement, said)
    said = said.rstrip(".")
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 3]}..."
