#!/usr/bin/env bash
# "Keys, teams and budgets": a key with its models and its budget, and three teams: Engineering (llama3 and mistral, no cap),
# Marketing (gpt-4o alone, 50 dollars a month), Data Science (smart, 200 dollars a month). Each gets what is its own and
# nothing else; what is spent is in the book, survives a restart, and the key stands in no file.
# Ends with 1 when anything is not as it should be.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

need_drover
need_packages curl openssl

begin_scratch
started cloud python3 scripts/mock-cloud.py --port 0 --cert-dir "$folder" --key sk-demo
cloud=$url
start_box llama3.1:8b mistral:7b

cat >"$folder/config.yaml" <<YAML
model_list:
  - model_name: llama3
    litellm_params: {model: ollama/llama3.1:8b, api_base: "http://127.0.0.1:$box_port"}
  - model_name: mistral
    litellm_params: {model: ollama/mistral:7b, api_base: "http://127.0.0.1:$box_port"}
  - model_name: gpt-4o
    litellm_params: {model: gpt-4o, api_key: os.environ/OPENAI_API_KEY, api_base: "$cloud/v1", ssl_verify: "$folder/ca.pem"}
  - model_name: smart
    litellm_params: {model: ollama/llama3.1:8b, api_base: "http://127.0.0.1:$box_port"}
litellm_settings: {drop_params: true, num_retries: 1, fallbacks: [{smart: [gpt-4o]}]}
general_settings: {master_key: sk-master-demo-0001}
drover: {local: {"$cloud/v1": false}, compare_with: openai/gpt-4o}
YAML
master=sk-master-demo-0001
export LITELLM_MASTER_KEY=$master
serve() {
    OPENAI_API_KEY=sk-demo started gateway "$drover" serve --config "$folder/config.yaml" --port 0
    gateway=$url
    gateway_pid=${pids[-1]}
}
serve
[ ! -e "$folder/drover.db" ] || fail "there is a file before there is a key"

# field NAME: of the JSON object on standard input.
field() { python3 -c 'import json, sys; value = json.load(sys.stdin)
for name in sys.argv[1].split("."): value = value[name]
print(value)' "$1"; }
# admin PATH BODY: as the master.
admin() { curl -sf -X POST "$gateway$1" -H "Authorization: Bearer $master" -H 'Content-Type: application/json' -d "$2"; }
# ask WHAT KEY MODEL STATUS: a chat, and the status that it must have.
ask() {
    local status
    status=$(curl -s -o "$folder/answer" -w '%{http_code}' "$gateway/v1/chat/completions" \
        -H 'content-type: application/json' -H "authorization: Bearer $2" \
        -d "{\"model\":\"$3\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")
    printf '  %-14s %-8s %s\n' "$1" "$3" "$status"
    [ "$status" = "$4" ] || fail "$1 gets $status for $3, not $4: $(cat "$folder/answer")"
}

echo "a key with its models, its budget and its month"
key=$(curl -sf -X POST "$gateway/key/generate" -H "Authorization: Bearer $master" -H "Content-Type: application/json" \
    -d '{"models": ["llama3", "mistral"], "max_budget": 10, "duration": "30d"}' | field key)
ask "the key" "$key" llama3 200
ask "the key" "$key" mistral 200
ask "the key" "$key" gpt-4o 403
ask "nobody" sk-nobody llama3 401

echo "three teams"
engineering=$("$drover" teams create Engineering --model llama3 --model mistral --url "$gateway")
marketing=$("$drover" teams create Marketing --model gpt-4o --budget 50 --per 30d --url "$gateway")
science=$("$drover" teams create "Data Science" --model smart --budget 200 --per 30d --url "$gateway")
engineer=$("$drover" keys create --alias engineer --team "$engineering" --url "$gateway" 2>/dev/null)
marketeer=$("$drover" keys create --alias marketeer --team "$marketing" --url "$gateway" 2>/dev/null)
scientist=$("$drover" keys create --alias scientist --team "$science" --url "$gateway" 2>/dev/null)
ask Engineering "$engineer" llama3 200
ask Engineering "$engineer" mistral 200
ask Engineering "$engineer" gpt-4o 403
ask Marketing "$marketeer" gpt-4o 200
ask Marketing "$marketeer" llama3 403
ask "Data Science" "$scientist" smart 200
ask "Data Science" "$scientist" gpt-4o 403

echo "a budget that is spent"
admin /team/update "{\"team_id\": \"$marketing\", \"max_budget\": 0.00001}" >/dev/null
ask Marketing "$marketeer" gpt-4o 422
"$drover" teams update Marketing --budget 50 --per 30d --url "$gateway" >/dev/null
ask Marketing "$marketeer" gpt-4o 200

echo "a key that is blocked, and one that takes its place"
"$drover" keys block engineer --url "$gateway" >/dev/null
ask Engineering "$engineer" llama3 401
"$drover" keys unblock engineer --url "$gateway" >/dev/null
ask Engineering "$engineer" llama3 200
renewed=$("$drover" keys regenerate engineer --url "$gateway" 2>/dev/null)
ask Engineering "$engineer" llama3 401
ask Engineering "$renewed" llama3 200

sleep 0.6
"$drover" teams list --url "$gateway"
"$drover" spend --by team --url "$gateway"

echo "all of it outlives the process"
spent() { curl -sf "$gateway/team/info?team_id=$marketing" -H "Authorization: Bearer $master" | field team_info.total_spend; }
before=$(spent)
python3 -c 'import sys; sys.exit(float(sys.argv[1]) <= 0)' "$before" || fail "Marketing has spent $before"
kill "$gateway_pid"
wait "$gateway_pid" 2>/dev/null || true
serve
[ "$(spent)" = "$before" ] || fail "Marketing has spent $(spent) after a restart, and $before before"
ask Marketing "$marketeer" gpt-4o 200
for secret in "$key" "$engineer" "$renewed" "$marketeer" "$scientist" "$master"; do
    if grep -qF "$secret" "$folder"/drover.db* "$folder"/gateway.log; then fail "a key stands in a file"; fi
done
echo "all as it should be"
