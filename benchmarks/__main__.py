"""`python -m benchmarks [name ...]`: run the benchmarks one after another."""

from __future__ import annotations

import argparse
import importlib
import time

from benchmarks.report import head

NAMES = (
    "webhook",
    "adoption",
    "serve",
    "codes",
    "conformance",
    "codec",
    "symbols",
    "overlaid",
    "print",
    "inspection",
)


def main() -> None:
    """Run those that are named, all by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    names = parser.parse_args().names or list(NAMES)
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"no benchmark {unknown[0]}; there are {', '.join(NAMES)}")
    print(head(), flush=True)
    for name in names:
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"\n## {name}: {(module.__doc__ or '').splitlines()[0]}\n", flush=True)
        began = time.monotonic()
        module.run()
        print(f"\n({time.monotonic() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
