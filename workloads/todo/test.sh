#!/usr/bin/env bash
# Runs the tests. On a clean Debian machine, as root, it installs what they need; a second run
# reuses it. Arguments go to pytest. PYTHON chooses the interpreter (3.11 or newer).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

say() { echo "todo tests: $*" >&2; }

install_packages() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "needs the packages: $* (install them, or run this as root on Debian)"
        exit 1
    fi
    say "installing $*"
    export DEBIAN_FRONTEND=noninteractive
    # Two tries: the first may fail on package lists that are missing or old.
    apt-get install -y --no-install-recommends "$@" >&2 ||
        { apt-get update >&2 && apt-get install -y --no-install-recommends "$@" >&2; }
}

python=${PYTHON:-python3}
command -v "$python" >/dev/null || install_packages python3 python3-venv
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { say "$python is older than Python 3.11"; exit 1; }
"$python" -c 'import ensurepip' 2>/dev/null || install_packages python3-venv

if [ "${TODO_TEST_POSTGRES:-}" = skip ]; then
    say "TODO_TEST_POSTGRES=skip: nothing is tested on PostgreSQL"
else
    command -v openssl >/dev/null || install_packages openssl
    if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null; then
        install_packages postgresql
    fi
fi

# One virtual environment per user, interpreter and set of requirements.
key=$({ "$python" -c 'import sys; print(sys.version, sys.executable)'; cat requirements*.txt; } |
    sha256sum | cut -c1-12)
venv=${TMPDIR:-/tmp}/twinstack-todo-venv-$(id -u)-$key
exec 9>"$venv.lock"
flock 9 # another run may be making it
if [ -e "$venv" ] && [ ! -O "$venv" ]; then
    say "$venv belongs to someone else"
    exit 1
fi
if [ ! -e "$venv/complete" ]; then
    say "installing Python packages to $venv"
    "$python" -m venv --clear "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check --require-hashes --only-binary :all: \
        -r requirements.txt -r requirements-dev.txt >&2
    touch "$venv/complete"
fi
exec 9>&- # the tests themselves can run side by side

# No cache files: the folder is also a build context and may be read-only.
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" -m pytest -q -p no:cacheprovider "$@"
