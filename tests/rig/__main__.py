"""`python -m rig up|down|status|serve`, with tests/ on PYTHONPATH."""

from __future__ import annotations

import argparse
import sys

from rig import launch
from rig.launch import LaunchError, Options, add_options, options_of


def main() -> int:
    parser = argparse.ArgumentParser(prog="rig", description="the sandbox cloud")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, help_ in (
        ("up", "start it in the background"),
        ("serve", "start it in the foreground"),
        ("down", "end it and everything it made"),
        ("status", "say whether it is up"),
    ):
        sub = verbs.add_parser(verb, help=help_)
        add_options(sub)
        if verb == "serve":
            sub.add_argument("--ready-fd", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    try:
        return _do(arguments, options_of(arguments))
    except LaunchError as error:
        print(f"rig: {error}", file=sys.stderr)
        return 1


def _do(arguments: argparse.Namespace, options: Options) -> int:
    match arguments.verb:
        case "up":
            facts = launch.up(options)
            print(f"up at {facts['endpoint_url']} (process {facts['pid']}); facts in {options.facts_path}")
        case "serve":
            launch.serve(options, arguments.ready_fd)
        case "down":
            print("down" if launch.down(options) else "was not up")
        case "status":
            facts = launch.facts(options)
            print(f"up at {facts['endpoint_url']} (process {facts['pid']})" if facts else "not up")
            return 0 if facts else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
