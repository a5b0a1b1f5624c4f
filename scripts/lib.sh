# Sourced by the scripts beside it: words for people, and packages.

say() { printf '\n== %s\n' "$*" >&2; }

# The strategies of the balancer, one a line.
strategy_names() { sed -n 's/^ *public static let name = "\(.*\)"$/\1/p' Sources/Balancer/Strategies/*.swift; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# begin_scratch: sets folder, a temporary one, and pids; what is in either ends with the script.
begin_scratch() {
    folder=$(mktemp -d)
    pids=()
    trap end_scratch EXIT
    trap 'exit 130' INT TERM
}

end_scratch() {
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$folder"
}

# need_drover: sets drover, the binary that is shown or checked.
need_drover() {
    drover=${DROVER_BINARY:-.build-release/release/drover}
    [ -x "$drover" ] || fail "$drover is not there; run: make release"
    command -v python3 >/dev/null || fail "python3 is missing; run: sudo apt-get install -y python3"
}

# free_port COUNT: the first of so many that are free beside each other.
free_port() { python3 -c 'import sys; sys.path.insert(0, "scripts"); import benchlib; print(benchlib.free_ports(int(sys.argv[1])))' "$1"; }

# start_box MODEL…: one simulated box that has these; sets box_port, and farm, its process.
start_box() {
    local model words=()
    for model in "$@"; do words+=(--model "$model"); done
    box_port=$(($(free_port 2) + 1))
    "$drover" farm --boxes 1 --port "$box_port" "${words[@]}" --seed 1 >"$folder/farm.log" 2>&1 &
    farm=$!
    pids+=("$farm")
    wait_for 15 curl -sf "http://127.0.0.1:$box_port/api/version" || fail "the farm did not start: $(cat "$folder/farm.log")"
}

# wait_for SECONDS COMMAND…: until it succeeds; fails when it has not by then.
wait_for() {
    local limit=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $limit ] || return 1
        sleep 0.05
    done
}

# started NAME COMMAND…: runs it in the scratch folder's care and waits for its line "listening on URL"; sets url.
started() {
    local name=$1
    shift
    # Emptied here, not by the process that may not run yet: one that is started again would be found in its old lines.
    : >"$folder/$name.log"
    "$@" >>"$folder/$name.log" 2>&1 &
    pids+=($!)
    wait_for 15 grep -q 'listening on http' "$folder/$name.log" || fail "$name did not start: $(cat "$folder/$name.log")"
    url=$(sed -nE 's,.*listening on (https?://[^ ]+).*,\1,p' "$folder/$name.log" | head -1)
}

# need_packages PACKAGE…: installs the Debian packages that are missing. Services that a package brings are not started.
need_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || fail "missing: ${missing[*]}; install them with this system's package manager"
    [ "$(id -u)" -eq 0 ] || fail "missing packages; run: sudo apt-get install -y ${missing[*]}"
    say "installing ${missing[*]}"
    local policy=/usr/sbin/policy-rc.d made_policy=""
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        made_policy=yes
    fi
    local status=0
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -q -y --no-install-recommends "${missing[@]}"; } \
        >&2 || status=$?
    [ -z "$made_policy" ] || rm -f "$policy"
    [ "$status" -eq 0 ] || fail "could not install ${missing[*]}"
}
