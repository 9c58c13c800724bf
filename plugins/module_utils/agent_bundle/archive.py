# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A proxy's agent as one file. PRIVATE to the collection; stdlib only."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping


def archive(files: Mapping[str, bytes]) -> bytes:
    """A tar of `files`, a mapping of path to content: the same bytes for the same files, on every controller.

    Not compressed: two zlibs need not give the same bytes, and S3 does not mind a few hundred kilobytes.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)  # without owner and time
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()
