#!/usr/bin/env bash
# The engine tests that CI runs: a stack's life on both clouds, and ships under load. None kills a ship: a `pulumi` that is killed while it
# writes may leave an empty state in a folder, as no bucket would, and then no test could go on. They need no language host, but the Pulumi
# CLI, and Go for the program that is shipped. Where there is no `pulumi` on PATH it is built from its Go module, once a machine. What cannot
# run is skipped, and it says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

skip() {
    printf '\n  SKIPPED: the engine tests. %s\n\n' "$1" >&2
    exit 0
}

PATH=$PATH:/usr/local/go/bin
if ! command -v pulumi >/dev/null; then
    command -v go >/dev/null || skip "There is no pulumi here, and no Go that would build it."
    module=github.com/pulumi/pulumi
    version=$(cd test/engine/pulumi && go list -m -f '{{.Version}}' "$module/pkg/v3")
    folder=${XDG_CACHE_HOME:-$HOME/.cache}/twinstack/pulumi-$version
    if [ ! -x "$folder/pulumi" ]; then
        echo "engine tests: building pulumi $version, which takes some minutes" >&2
        (cd test/engine/pulumi && go build -mod=readonly -ldflags "-s -w -X $module/sdk/v3/go/common/version.Version=$version" \
            -o "$folder/pulumi" "$module/pkg/v3/cmd/pulumi") || skip "pulumi $version cannot be built."
    fi
    PATH=$folder:$PATH
fi
export PATH
exec npx mocha --no-config --require ./cli/source.js --timeout 600000 test/engine/short.test.ts test/engine/rehearsal.test.ts \
    --grep 'in short|good canary|20 % errors|killed at 50 %|killed at take over'
