"""`python -m market40.cli` is `market40`."""

from market40.cli import main

main()
