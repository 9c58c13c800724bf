"""The one lock around every API request and every snapshot.

moto has no lock of its own and loses updates under threads.
"""

from __future__ import annotations

import threading

lock = threading.RLock()
