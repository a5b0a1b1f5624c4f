#!/usr/bin/env bash
# Three boxes, one black-holed from the start, one killed a third of the way; per strategy 400 chat requests, 20 at a
# time. Prints what clients saw and ends with 1 unless no client saw an error.
#
#   scripts/demo.sh [--requests N] [STRATEGY…]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

requests=400
if [ "${1:-}" = --requests ]; then
    requests=$2
    shift 2
fi
strategies=("$@")
[ ${#strategies[@]} -gt 0 ] || mapfile -t strategies < <(strategy_names)
need_drover

begin_scratch

box_port=$(($(free_port 4) + 1))
post() { python3 -c 'import sys; sys.path.insert(0, "scripts"); from demo_client import post
status, body = post(int(sys.argv[1]), sys.argv[2], __import__("json").loads(sys.argv[3]))
sys.exit(body.decode() if status != 200 else 0)' "$@"; }

"$drover" farm --boxes 3 --port "$box_port" --model llama3.1:8b --seed 1 >"$folder/farm.log" 2>&1 &
pids+=($!)
for box in 0 1 2; do
    wait_for 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/$((box_port + box))" || fail "the farm did not start: $(cat "$folder/farm.log")"
done

status=0
printf '%-18s %-13s %7s %7s %7s   %s\n' strategy "client errors" "p50 s" "p90 s" "max s" "answered by"
for strategy in "${strategies[@]}"; do
    # Through box 0: a killed box does not listen.
    for box in 0 1 2; do post "$box_port" "/farm/reset?box=$box" '{}'; done
    {
        echo "model_list:"
        for box in 0 1 2; do
            echo "  - {model_name: llama3, litellm_params: {model: ollama/llama3.1:8b, api_base: http://127.0.0.1:$((box_port + box))}}"
        done
        echo "router_settings: {routing_strategy: $strategy}"
        echo "litellm_settings: {num_retries: 3, request_timeout: 3}"
    } >"$folder/$strategy.yaml"
    # Black-holed before the gateway starts: it never sees this box well.
    post $((box_port + 1)) /farm/fault '{"kind":"hang"}'
    "$drover" serve --config "$folder/$strategy.yaml" --port 0 >"$folder/$strategy.log" 2>&1 &
    gateway=$!
    pids+=("$gateway")
    wait_for 10 grep -q 'listening on http://' "$folder/$strategy.log" || fail "the gateway did not start: $(cat "$folder/$strategy.log")"
    port=$(sed -nE 's,.*listening on http://[^ ]*:([0-9]+).*,\1,p' "$folder/$strategy.log" | head -1)
    # Box 0 carries all that is left: its model is in memory before the clock runs, as in a pool that has been up a while.
    post "$box_port" /api/chat '{"model":"llama3.1:8b","stream":false,"messages":[{"role":"user","content":"hello"}],"options":{"num_predict":1}}'
    python3 scripts/demo_client.py --name "$strategy" --port "$port" --farm "$box_port" --requests "$requests" || status=1
    kill "$gateway"
    wait "$gateway" || { echo "the gateway did not stop cleanly ($?)" >&2; status=1; }
    unset 'pids[-1]'
done
[ $status -eq 0 ] && echo "no client saw an error" || echo "FAILED: a client saw an error" >&2
exit $status
