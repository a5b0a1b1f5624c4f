#!/usr/bin/env bash
# Proves the run stage of the Dockerfile without a Docker engine: a folder with exactly the packages it names, the release
# binary in it, started as a user of its own by chroot, asked by the image's own health check.
#
#   scripts/image-check.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

binary=${1:-.build-release/release/drover}
[ -x "$binary" ] || fail "$binary is not there; run: make release"
[ "$(id -u)" -eq 0 ] || fail "a chroot needs root; run: sudo make image-check"
need_packages debootstrap

# What the last stage says: its base, its packages, its user, its health check.
stage=$(awk '/^FROM /{stage=""} {stage=stage $0 "\n"} END{printf "%s", stage}' Dockerfile)
base=$(sed -nE 's/^FROM debian:([0-9]+)-slim$/\1/p' <<<"$stage")
[ "$base" = 12 ] || fail "the run stage is not debian:12-slim any more; teach this script its suite"
packages=$(sed -nE 's/.*apt-get install -y --no-install-recommends ([^\\]*[^ \\]).*/\1/p' <<<"$stage" | tr -s ' ' ',')
user=$(sed -nE 's/.*useradd .*--uid ([0-9]+) .*/\1/p' <<<"$stage")
[ -n "$packages" ] && [ -n "$user" ] || fail "no package list or no user found in the Dockerfile's run stage"
mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' | awk '$1 == "bookworm" { print $2; exit }')
[ -n "$mirror" ] || fail "this machine's package sources do not hold Debian 12 (bookworm)"

folder=$(mktemp -d)
pid=""
finish() {
    [ -z "$pid" ] || { kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; } || true
    ! mountpoint -q "$folder/image/proc" || umount "$folder/image/proc"
    rm -rf --one-file-system "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM
image=$folder/image

say "a Debian 12 folder with ${packages//,/, }"
timeout 900 debootstrap --variant=minbase --include="$packages" bookworm "$image" "$mirror" >"$folder/debootstrap.log" 2>&1 \
    || fail "debootstrap: $(tail -3 "$folder/debootstrap.log")"
install -m 0755 "$binary" "$image/usr/local/bin/drover"
install -d "$image/etc/drover"
install -m 0644 configs/compose.yaml "$image/etc/drover/config.yaml"

# As every container has it; Swift reads its own arguments there.
mount -t proc proc "$image/proc" 2>/dev/null || mount --bind /proc "$image/proc" || fail "cannot mount /proc in the folder"

missing=$(chroot "$image" ldd /usr/local/bin/drover | grep 'not found' || true)
[ -z "$missing" ] || fail "the image lacks libraries: $missing"

# An array and not a function: in the background a function would be a shell around the process, with another id.
inside=(chroot --userspec="$user:$user" "$image" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/)
say "start as user $user"
"${inside[@]}" drover --version
port=$(free_port 1)
"${inside[@]}" LITELLM_MASTER_KEY=sk-image-check drover serve --config /etc/drover/config.yaml --port "$port" >"$folder/log" 2>&1 &
pid=$!
# The very command of HEALTHCHECK, on this run's port.
health=$(python3 - "$port" <<'PYTHON'
import json, re, sys
text = open("Dockerfile").read().replace("\\\n", " ")
command = json.loads(re.search(r"^HEALTHCHECK .*?CMD (\[.*\])$", text, re.MULTILINE).group(1))
print(command[2].replace("/4000", "/" + sys.argv[1]))
PYTHON
)
limit=$((SECONDS + 10))
until "${inside[@]}" /bin/bash -c "$health" 2>/dev/null; do
    kill -0 "$pid" 2>/dev/null || fail "drover ended: $(cat "$folder/log")"
    [ $SECONDS -lt $limit ] || fail "no answer on /health/liveliness: $(cat "$folder/log")"
    sleep 0.1
done
owner=$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")
[ "$owner" = "$user" ] || fail "it runs as user $owner, not $user"
kill "$pid"
wait "$pid" || fail "it did not stop cleanly: $(tail -3 "$folder/log")"
pid=""
size=$(stat -c %s "$binary")
echo "image-check: passed (health check answered, user $user, clean stop; binary $((size / 1000000)) MB)"
