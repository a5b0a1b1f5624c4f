"""Chats one after the other on one connection, and prints how long they took. See demo-fallback.sh."""

import argparse
import http.client
import json
import ssl
import statistics
import sys
import time
import urllib.parse

# Above the cloud's own time, in milliseconds.
ALLOWED = 50

parser = argparse.ArgumentParser()
parser.add_argument("--url", required=True)
parser.add_argument("--cafile")
parser.add_argument("--key", default="anything")
parser.add_argument("--model", required=True)
parser.add_argument("--fallback", help="the model that has to answer in its place")
parser.add_argument("--requests", type=int, default=100)
parser.add_argument("--name", required=True)
parser.add_argument("--write", help="file for the longest time, for a later --own")
parser.add_argument("--own", help="file with the cloud's own longest time")
options = parser.parse_args()

place = urllib.parse.urlsplit(options.url)
if place.scheme == "https":
    context = ssl.create_default_context(cafile=options.cafile)
    connection = http.client.HTTPSConnection(place.hostname, place.port, timeout=30, context=context)
else:
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
body = json.dumps({"model": options.model, "messages": [{"role": "user", "content": "Hi"}]})
headers = {"content-type": "application/json", "authorization": f"Bearer {options.key}"}

times = []
for number in range(options.requests):
    started = time.perf_counter()
    connection.request("POST", "/v1/chat/completions", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    times.append((time.perf_counter() - started) * 1000)
    if answer.status != 200:
        sys.exit(f"request {number}: {answer.status} {text.decode()}")
    if options.fallback:
        said = json.loads(text)["model"], answer.headers["x-litellm-attempted-fallbacks"]
        if said != (options.fallback, "1"):
            sys.exit(f"request {number}: answered by {said[0]} after {said[1]} fallbacks")

print(f"{options.name:<24} p50 {statistics.median(times):7.1f} ms   max {max(times):7.1f} ms", end="")
if options.write:
    with open(options.write, "w") as file:
        file.write(str(max(times)))
if options.own:
    with open(options.own) as file:
        more = max(times) - float(file.read())
    print(f"   {more:+.1f} ms above the cloud's own max", end="")
    if more >= ALLOWED:
        sys.exit(f"\nFAILED: {ALLOWED} ms are allowed")
print()
