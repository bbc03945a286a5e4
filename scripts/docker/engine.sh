# Sourced. `engine_up` leaves DOCKER_HOST naming an engine that answers: the one that does already, or else one that it starts
# itself, with a socket and a data folder of its own. `engine_down` stops that one by its process id, and never another.

say() { echo "docker tests: $*" >&2; }

# Kept between runs: base images and what BuildKit remembers are in it.
engine_home=${TWINSTACK_ENGINE_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/twinstack/engine}
engine_pid=

# Of several clients the first that builds with BuildKit: before version 23 by itself, since then by its plugin buildx.
client_with_buildkit() {
    local candidate major
    while read -r candidate; do
        major=$("$candidate" --version | sed -E 's/^Docker version ([0-9]+).*/\1/')
        if [ "$major" -lt 23 ] || "$candidate" buildx version >/dev/null 2>&1; then
            dirname "$candidate"
            return
        fi
    done < <(type -ap docker)
    return 1
}

engine_up() {
    local folder
    folder=$(client_with_buildkit) || { say "there is no docker client that can build with BuildKit"; return 1; }
    export PATH="$folder:$PATH" DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1
    if docker info >/dev/null 2>&1; then
        say "using the engine that answers, $(docker version --format '{{.Server.Version}}')"
        return
    fi
    if [ "$(id -u)" -ne 0 ] || ! command -v dockerd >/dev/null; then
        say "no engine answers, and to start one takes dockerd and root"
        return 1
    fi
    mkdir -p "$engine_home"
    exec 8>"$engine_home/lock"
    flock -w 900 8 || { say "another run has been using $engine_home for a quarter of an hour"; return 1; }
    export DOCKER_HOST="unix://$engine_home/docker.sock"
    unset DOCKER_CONTEXT
    if docker info >/dev/null 2>&1; then
        engine_pid=$(cat "$engine_home/pid")
        say "using the engine that an interrupted run left, process $engine_pid"
        return
    fi
    # Two would share one set of firewall rules.
    if pgrep -x dockerd >/dev/null; then
        say "a dockerd runs on this machine, but not where DOCKER_HOST says: no second one is started beside it"
        return 1
    fi
    dockerd --host "$DOCKER_HOST" --data-root "$engine_home/data" --exec-root "$engine_home/run" \
        --pidfile "$engine_home/pid" >"$engine_home/log" 2>&1 8>&- &
    engine_pid=$!
    for _ in $(seq 100); do
        if docker info >/dev/null 2>&1; then
            say "started an engine of its own, $(docker version --format '{{.Server.Version}}')"
            return
        fi
        kill -0 "$engine_pid" 2>/dev/null || break
        sleep 0.3
    done
    say "dockerd does not start:"
    tail -n 5 "$engine_home/log" >&2
    engine_down
    return 1
}

engine_down() {
    [ -n "$engine_pid" ] || return 0
    kill "$engine_pid" 2>/dev/null || true
    # It stops its containers first.
    for _ in $(seq 100); do kill -0 "$engine_pid" 2>/dev/null || break; sleep 0.3; done
    engine_pid=
}
