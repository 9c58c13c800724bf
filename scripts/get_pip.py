"""Stands in for the pip bootstrap script that `ansible-test --venv` would download: pip as CPython carries it."""

import ensurepip
import subprocess
import sys

ensurepip.bootstrap()
options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *options]))
