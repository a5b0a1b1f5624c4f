#!/usr/bin/env bash
# "Local first, cloud when it fails": one box, a cloud over TLS, and a model `smart` that falls back. The box answers;
# the box is killed, and the cloud answers; a request that must stay local gets an error and the cloud not one byte.
# Ends with 1 when anything is not as it should be.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

need_drover
need_packages curl openssl

begin_scratch

started cloud python3 scripts/mock-cloud.py --port 0 --cert-dir "$folder" --key sk-demo
cloud=$url
start_box llama3.1:8b

cat >"$folder/config.yaml" <<EOF
model_list:
  - model_name: llama3
    litellm_params: {model: ollama/llama3.1:8b, api_base: "http://127.0.0.1:$box_port"}
  - model_name: gpt-4o
    litellm_params: {model: gpt-4o, api_key: os.environ/OPENAI_API_KEY, api_base: "$cloud/v1", ssl_verify: "$folder/ca.pem"}
  # "smart" tries the box first, and falls back to the cloud.
  - model_name: smart
    litellm_params: {model: ollama/llama3.1:8b, api_base: "http://127.0.0.1:$box_port"}
litellm_settings: {drop_params: true, request_timeout: 600, num_retries: 3, fallbacks: [{smart: [gpt-4o]}]}
drover: {local: {"$cloud/v1": false}}
EOF
OPENAI_API_KEY=sk-demo started gateway "$drover" serve --config "$folder/config.yaml" --port 0
gateway=$url

# chat MODEL [CURL OPTION…]: sets status, model (of the body) and text; prints what was asked and what came.
chat() {
    local asked=$1
    shift
    status=$(curl -s -o "$folder/answer" -w '%{http_code} %{time_total}' "$@" "$gateway/v1/chat/completions" \
        -H 'content-type: application/json' -H 'authorization: Bearer anything' \
        -d "{\"model\":\"$asked\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")
    read -r status seconds <<<"$status"
    read -r model text < <(python3 -c 'import json, sys
body = json.load(open(sys.argv[1]))
print(body.get("model", "-"), body["choices"][0]["message"]["content"] if "choices" in body else body["error"]["message"])' "$folder/answer")
    printf '  %-8s %s in %s s, model %s: %s\n' "$asked" "$status" "$seconds" "$model" "${text:0:100}"
}
expect() { [ "$2" = "$3" ] || fail "$1 is $2, not $3"; }
cloud_requests() { curl -s --cacert "$folder/ca.pem" "$cloud/stats" | python3 -c 'import json, sys; print(json.load(sys.stdin)["requests"])'; }

echo "the box answers"
chat smart
expect status "$status" 200
expect model "$model" smart
expect "requests at the cloud" "$(cloud_requests)" 0

echo "the box is killed"
kill "$farm"
wait "$farm" 2>/dev/null || true
chat smart
expect status "$status" 200
expect model "$model" gpt-4o
chat smart
expect model "$model" gpt-4o
expect "requests at the cloud" "$(cloud_requests)" 2

echo "what must stay local stays"
chat smart -H 'x-drover-local-only: true'
case $status in 502 | 503) ;; *) fail "status is $status" ;; esac
chat gpt-4o -H 'x-drover-local-only: true'
expect status "$status" 403
expect "requests at the cloud" "$(cloud_requests)" 2

"$drover" status --url "$gateway" || true
echo "all as it should be"
