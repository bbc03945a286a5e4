#!/usr/bin/env bash
# Runs the tests of the workloads beside todo, which has its own: factify, weather, logo and both of morrow's.
# PYTHON chooses the interpreter (3.11 or newer). Where there is no Go or no PostgreSQL, it says what is not tested.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

say() { echo "workload tests: $*" >&2; }

python=${PYTHON:-python3}
scratch=$(mktemp -d)
postgres=
as_postgres() { if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
finish() {
    [ -z "$postgres" ] || as_postgres "$postgres/pg_ctl" -D "$scratch/data" -m immediate stop >/dev/null || true
    wait # for the compiler, if a failure left it alone
    rm -rf "$scratch"
}
trap finish EXIT

# Compiling takes longer than everything else, so it begins here, beside what mostly waits.
PATH=$PATH:/usr/local/go/bin
if command -v go >/dev/null; then
    (cd morrow/backend && exec go test -vet=all -run '^$' ./... >"$scratch/compiled" 2>&1) &
fi

# One virtual environment per user, interpreter and set of requirements; their pins agree.
key=$({ "$python" -c 'import sys; print(sys.version, sys.executable)'; cat requirements-dev.txt {factify,weather,logo}/requirements.txt; } |
    sha256sum | cut -c1-12)
venv=${TMPDIR:-/tmp}/twinstack-workloads-venv-$(id -u)-$key
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
        -r factify/requirements.txt -r weather/requirements.txt -r logo/requirements.txt -r requirements-dev.txt >&2
    touch "$venv/complete"
fi
exec 9>&-

# No cache files: the folders are also build contexts and may be read-only.
export PYTHONDONTWRITEBYTECODE=1
status=0
for workload in factify weather logo; do
    say "$workload"
    (cd "$workload" && "$venv/bin/python" -m pytest -q -p no:cacheprovider) || status=1
done

say morrow/frontend
(cd morrow/frontend && node --test) || status=1

if ! command -v go >/dev/null; then
    say "no Go here: morrow/backend is not tested"
    exit "$status"
fi
say morrow/backend
wait # if it did not compile, the next attempt says why
# compgen, because a pattern without a match is an error to ls.
initdb=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | tail -n 1 || true)
if [ -n "$initdb" ]; then
    [ "$(id -u)" -ne 0 ] || chown postgres "$scratch"
    as_postgres "$initdb" -D "$scratch/data" -A trust -U app -N >/dev/null
    postgres=$(dirname "$initdb")
    as_postgres "$postgres/pg_ctl" -D "$scratch/data" -l "$scratch/log" -w \
        -o "-k $scratch -c listen_addresses= -c fsync=off" start >/dev/null
    export TEST_DATABASE_URL="postgresql://app@/postgres?host=$scratch"
else
    say "no PostgreSQL here: nothing is tested on it"
fi
(cd morrow/backend && go test -count=1 -vet=all ./...) || status=1
exit "$status"
