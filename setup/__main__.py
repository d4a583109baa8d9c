"""Prepare this checkout: `python3 setup TARGET`, called by the Makefile."""

import sys

OLDEST_PYTHON = (3, 11)

if sys.version_info < OLDEST_PYTHON:
    sys.exit(
        "Python 3.11 or newer is needed: try again with `make PYTHON=python3.12 ...`."
    )

from targets import main  # noqa: E402 - an older Python could not even read the rest

sys.exit(main(sys.argv[1:]))
