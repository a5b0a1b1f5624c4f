#!/usr/bin/env bash
# What a fallback costs after a refused connection. A local instance that refuses, a cloud over TLS that answers after
# DELAY ms, 100 chats one after the other, twice: with the breaker off every request meets the refused connection, with
# it on (the default) only the first does. Prints p50 and max beside the cloud's own, asked directly, and ends with 1
# unless every answer came from the cloud and max is less than 50 ms above the cloud's own.
#
#   scripts/demo-fallback.sh [--requests N] [--delay-ms DELAY]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

requests=100
delay=20
while [ $# -gt 0 ]; do
    case $1 in
        --requests) requests=$2 ;;
        --delay-ms) delay=$2 ;;
        *) fail "unknown option $1" ;;
    esac
    shift 2
done
need_drover
need_packages openssl

begin_scratch

started cloud python3 scripts/mock-cloud.py --port 0 --cert-dir "$folder" --key sk-demo --delay-ms "$delay"
cloud=$url
# Nobody listens here: what was free a moment ago.
closed=$(free_port 1)

config() {
    cat <<EOF
model_list:
  - model_name: llama3
    litellm_params: {model: ollama/llama3.1:8b, api_base: "http://127.0.0.1:$closed"}
  - model_name: smart
    litellm_params: {model: openai/gpt-4o, api_base: "$cloud/v1", api_key: sk-demo, ssl_verify: "$folder/ca.pem"}
litellm_settings: {num_retries: 3, fallbacks: [{llama3: [smart]}]}
drover: {$1 local: {"$cloud/v1": false}}
EOF
}
config 'breaker: off, probe: {interval: 600s, timeout: 2s, fall: 1000, rise: 1},' >"$folder/every.yaml"
config '' >"$folder/first.yaml"

measure() { python3 scripts/fallback_client.py --requests "$requests" --cafile "$folder/ca.pem" "$@"; }
measure --url "$cloud" --key sk-demo --model gpt-4o --name "the cloud itself" --write "$folder/own"
status=0
for kind in every first; do
    started "$kind" "$drover" serve --config "$folder/$kind.yaml" --port 0
    name="each meets the refusal"
    [ $kind = every ] || name="known to be down"
    measure --url "$url" --model llama3 --fallback smart --name "$name" --own "$folder/own" || status=1
done
exit $status
