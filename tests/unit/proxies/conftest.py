"""Puts the agent's sources on the path, as PYTHONPATH does on an instance."""

import sys

from .agent_process import SOURCES

sys.path.insert(0, str(SOURCES))
