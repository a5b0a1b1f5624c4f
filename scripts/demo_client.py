#!/usr/bin/env python3
"""The client of demo.sh: N chat requests, some at a time, with one box killed a third of the way.

Standard library only. Prints one line: errors, p50, p90 and max of what a client waited, and who answered.
"""

import argparse
import collections
import http.client
import json
import sys
import threading
import time


def post(port: int, path: str, body: dict, timeout: float = 30) -> tuple[int, bytes]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        link.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--port", type=int, required=True, help="the gateway's")
    reader.add_argument("--farm", type=int, required=True, help="port of a box that stays up: kills box 2 through it")
    reader.add_argument("--requests", type=int, default=400)
    reader.add_argument("--at-once", type=int, default=20)
    reader.add_argument("--name", default="")
    arguments = reader.parse_args()

    lock = threading.Lock()
    waits: list[float] = []
    errors: collections.Counter = collections.Counter()
    served: collections.Counter = collections.Counter()
    begun = 0

    def worker() -> None:
        nonlocal begun
        while True:
            with lock:
                if begun == arguments.requests:
                    return
                begun += 1
                number = begun
            if number == arguments.requests // 3:
                post(arguments.farm, "/farm/fault?box=2", {"kind": "refuse"})
            body = {"model": "llama3", "max_tokens": 12, "messages": [{"role": "user", "content": f"sheep {number}"}]}
            started = time.monotonic()
            try:
                status, answer = post(arguments.port, "/v1/chat/completions", body)
                fault = "" if status == 200 else f"{status} {answer[:120].decode(errors='replace')}"
                text = json.loads(answer)["choices"][0]["message"]["content"] if status == 200 else ""
                if status == 200 and not text.startswith("box "):
                    fault = f"200 with a wrong answer: {text[:60]}"
            except (OSError, http.client.HTTPException, ValueError, KeyError, IndexError) as problem:
                fault, text = f"{type(problem).__name__}: {problem}", ""
            with lock:
                waits.append(time.monotonic() - started)
                if fault:
                    errors[fault] += 1
                else:
                    served[text.partition(":")[0]] += 1

    threads = [threading.Thread(target=worker) for _ in range(arguments.at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits.sort()
    failed = sum(errors.values())
    boxes = ", ".join(f"{box} {count}" for box, count in sorted(served.items()))
    p50, p90 = (waits[int(share * (len(waits) - 1))] for share in (0.5, 0.9))
    print(
        f"{arguments.name:<18} {failed:>4} of {arguments.requests:<5} {p50:>7.2f} {p90:>7.2f} {waits[-1]:>7.2f}   {boxes}",
        flush=True,
    )
    for fault, count in errors.most_common(5):
        print(f"    {count} times: {fault}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
