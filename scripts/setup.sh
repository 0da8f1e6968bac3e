#!/usr/bin/env bash
# Install what this machine lacks: `setup.sh runtime|dev|browser|bench`. Root gets system packages
# by apt-get; anybody else is told the one line to run.
set -euo pipefail
cd "$(dirname "$0")/.."

need_packages() { # need_packages WHY PACKAGE...
    local why=$1; shift
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "setup: installing $* ($why)"
        apt-get install -y -q "$@" >/dev/null 2>&1 || {
            apt-get update -q >/dev/null && apt-get install -y -q "$@" >/dev/null
        }
    else
        echo "setup: $why is missing. Run this, then try again:" >&2
        echo "    sudo apt-get install -y $*" >&2
        exit 1
    fi
}

find_python() {
    local each
    for each in python3 python3.13 python3.12 python3.11; do
        if command -v "$each" >/dev/null && "$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            echo "$each"; return
        fi
    done
    echo "setup: Python 3.11 or newer is needed" >&2; exit 1
}

make_venv() {
    local python; python=$(find_python)
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        need_packages "Python's venv" python3-venv
    fi
    [ -x .venv/bin/python ] || "$python" -m venv .venv
}

install() { # install STAMP REQUIREMENTS
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$2"
    touch "$1"
}

case "${1:-}" in
    runtime)
        make_venv
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
        # The checkout itself: a path file, so that nothing need be built or downloaded for it.
        site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
        pwd > "$site/market40.pth"
        printf '#!%s/.venv/bin/python\nfrom market40.cli import main\n\nmain()\n' "$(pwd)" > .venv/bin/market40
        chmod +x .venv/bin/market40
        touch .venv/.runtime ;;
    dev)
        # The second of the decoders that read what we draw (tests/degrade.py); pyzbar only binds it.
        ldconfig -p 2>/dev/null | grep -q libzbar.so.0 \
            || need_packages "libzbar, which reads our codes in the tests" libzbar0
        install .venv/.dev requirements-dev.txt ;;
    browser)
        command -v chromium >/dev/null || command -v google-chrome >/dev/null || command -v chromium-browser >/dev/null \
            || need_packages "a Chromium for the browser tests" chromium
        command -v pdftoppm >/dev/null || need_packages "pdftoppm, which rasterises the printed cards" poppler-utils ;;
    bench)
        command -v wrk >/dev/null || need_packages "wrk, which loads the server" wrk
        [ .venv/.bench -nt requirements-bench.txt ] || install .venv/.bench requirements-bench.txt ;;
    *) echo "usage: $0 runtime|dev|browser|bench" >&2; exit 2 ;;
esac
