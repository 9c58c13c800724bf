"""Runs a module of ours in this process, which kills itself, as kill -9 does, at a write of a parameter.

Reads JSON: {"module", "arguments", "check": false, "parameter": name, "write": number from 1 or 0 for none, "moment":
"before" or "after"}. Before: AWS has not been asked yet. After: AWS has done it, and nobody has heard the answer.
"""

import json
import os
import signal
import sys
from importlib import import_module

from ansible.module_utils.testing import patch_module_args
from botocore.client import BaseClient

MODULES = "ansible_collections.twoway.privatelink.plugins.modules"


def arm(parameter, write, moment):
    real, seen = BaseClient._make_api_call, [0]

    def call(client, operation, arguments):
        is_it = operation == "PutParameter" and arguments["Name"] == parameter
        seen[0] += is_it
        dies = is_it and seen[0] == write
        if dies and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(client, operation, arguments)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    BaseClient._make_api_call = call


def main():
    told = json.loads(sys.stdin.read())
    if told.get("write"):
        arm(told["parameter"], told["write"], told["moment"])
    with patch_module_args(told["arguments"]):
        import_module(f"{MODULES}.{told['module']}").main()


if __name__ == "__main__":
    main()
