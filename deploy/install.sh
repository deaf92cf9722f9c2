#!/bin/sh
# Makes .venv with all that run, test and lint need; does nothing where it is there already.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 eller nyare behövs (kommandot $python); ange en annan med PYTHON=…" >&2
    exit 1
fi
# What .venv depends on. The path is one of these: a copied .venv leads back to the original.
wanted=$( (cat requirements.txt tests/requirements.txt; pwd; "$python" -V) | cksum)
if [ -x .venv/bin/python ] && [ "$(cat .venv/.installed 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
echo "Installerar i .venv …" >&2
if ! grep -qsF "$(pwd)/.venv" .venv/bin/activate || ! .venv/bin/python -c '' 2>/dev/null; then
    if ! "$python" -m venv --clear .venv; then
        echo "Pythons venv saknas: installera det först (Debian: apt install python3-venv)." >&2
        exit 1
    fi
fi
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input \
    -r requirements.txt -r tests/requirements.txt
echo "$wanted" > .venv/.installed
