"""`python usage.py FILE COMMAND...`: runs it, exits as it did, and writes to FILE what it took.

A process of its own, and a small one: what Linux tells as the largest size of a process is never less than what the
process that started it measured, and a pytest or a bench measures more than a playbook does.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    file, *command = sys.argv[1:]
    started = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    told = {
        "wall_s": time.monotonic() - started,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "peak_rss_mb": usage.ru_maxrss / 1024,
    }
    Path(file).write_text(json.dumps(told))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
