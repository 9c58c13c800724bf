"""Makes the collection importable as ansible_collections.twoway.privatelink, wherever the checkout lies."""

import sys
from pathlib import Path

COLLECTIONS = Path(__file__).resolve().parent.parent / ".venv" / "collections"

sys.path.insert(0, str(COLLECTIONS))
