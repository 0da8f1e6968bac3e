#!/usr/bin/env bash
# Make requirements.txt and requirements-dev.txt again, with hashes, for every supported Python.
set -euo pipefail
cd "$(dirname "$0")/.."
common=(--universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --quiet)
header='# Made by `make lock` from pyproject.toml; never edited by hand.'
uv=$(command -v uv || echo .venv/bin/uv)
if [ ! -x "$uv" ]; then .venv/bin/python -m pip install --quiet uv; uv=.venv/bin/uv; fi
"$uv" pip compile pyproject.toml "${common[@]}" -o requirements.txt
"$uv" pip compile --group dev -c requirements.txt "${common[@]}" -o requirements-dev.txt
"$uv" pip compile --group bench -c requirements.txt -c requirements-dev.txt "${common[@]}" -o requirements-bench.txt
for file in requirements.txt requirements-dev.txt requirements-bench.txt; do
    { echo "$header"; cat "$file"; } > "$file.new" && mv "$file.new" "$file"
done
