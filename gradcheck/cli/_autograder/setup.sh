#!/usr/bin/env bash
# Gradescope runs this once, when it builds the container: it installs gradcheck.
#
# AUTOGRADER_ROOT   where Gradescope's folders are (default: the folder /autograder)
# GRADCHECK_PYTHON  the interpreter to use; else the newest that is there, 3.11 at least
set -euo pipefail

root=${AUTOGRADER_ROOT:-/autograder}
environment=$root/gradcheck-venv

is_fit() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local name
    for name in ${GRADCHECK_PYTHON:-python3.13 python3.12 python3.11 python3}; do
        if is_fit "$name"; then
            echo "$name"
            return
        fi
    done
    return 1
}

if ! python=$(find_python); then
    apt-get update
    # the distribution's own where it is new enough, else the oldest that gradcheck runs on
    apt-get install -y python3 python3-venv || true
    python=$(find_python) || { apt-get install -y python3.11 python3.11-venv; python=$(find_python); }
fi

"$python" -m venv "$environment"
install=("$environment/bin/python" -m pip install --disable-pip-version-check)
cd "$root/source"
what=()
[[ -f requirements.txt ]] && what+=(-r requirements.txt)
for wheel in wheels/*.whl; do
    [[ -f $wheel ]] && what+=("./$wheel")
done
# without a network if the archive holds all that is needed; the index fills gaps
"${install[@]}" --no-index "${what[@]}" || "${install[@]}" "${what[@]}"
"$environment/bin/gradcheck" --version
