#!/usr/bin/env bash
# The engine tests that CI runs: a stack's life on both clouds, and ships under load. They need no language host, but the Pulumi CLI and Go.
# Where there is no `pulumi` on PATH it is built from its Go module, once a machine; where it cannot be, they are skipped, and it says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PATH=$PATH:/usr/local/go/bin
if ! command -v go >/dev/null; then
    echo "engine tests: SKIPPED, there is no Go here" >&2
    exit 0
fi
if ! command -v pulumi >/dev/null; then
    module=github.com/pulumi/pulumi
    version=$(cd test/engine/pulumi && go list -m -f '{{.Version}}' "$module/pkg/v3")
    folder=${XDG_CACHE_HOME:-$HOME/.cache}/twinstack/pulumi-$version
    if [ ! -x "$folder/pulumi" ]; then
        echo "engine tests: building pulumi $version" >&2
        (cd test/engine/pulumi && go build -mod=readonly -ldflags "-s -w -X $module/sdk/v3/go/common/version.Version=$version" \
            -o "$folder/pulumi" "$module/pkg/v3/cmd/pulumi") || {
            echo "engine tests: SKIPPED, pulumi cannot be built" >&2
            exit 0
        }
    fi
    PATH=$folder:$PATH
fi
export PATH
exec npx mocha --no-config --require ./cli/source.js --timeout 300000 test/engine/short.test.ts test/engine/rehearsal.test.ts \
    --grep 'in short|good canary|20 % errors|killed at watch 50'
