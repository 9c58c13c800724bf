"""`python -m e2e.theirs make`."""

import sys

from . import company

if __name__ == "__main__":
    if sys.argv[1:] != ["make"]:
        sys.exit("usage: python -m e2e.theirs make")
    company.make()
