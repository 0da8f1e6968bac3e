"""Starts the sandbox bank: `python -m market40.sandbox`."""

from market40.sandbox.program import main

raise SystemExit(main())
