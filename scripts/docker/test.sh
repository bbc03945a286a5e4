#!/usr/bin/env bash
# `npm run test:docker`: images, Compose files, `dev` and `cloud: local` on a real Docker engine. Arguments go to mocha.
# Without an engine it says that it is skipped; with TWINSTACK_DOCKER=required that is a failure.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/docker/engine.sh
. scripts/docker/bases.sh

trap engine_down EXIT
trap 'exit 130' INT TERM
if ! engine_up; then
    say "SKIPPED: nothing of what runs in containers was tested"
    [ "${TWINSTACK_DOCKER:-}" != required ]
    exit
fi
# In an engine that is somebody's, no name is given to a stand-in: there, images are pulled.
if [ -n "$engine_pid" ]; then bases_up || exit 1; fi
node_modules/.bin/mocha --no-config --require ts-node/register --timeout 600000 "test/docker/**/*.test.ts" "$@"
