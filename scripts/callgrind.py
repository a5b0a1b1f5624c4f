"""Instructions by function from callgrind's counts by address, with the symbols of the binary that was not stripped."""

import bisect
import re
import subprocess
from pathlib import Path

# The first that matches a function's readable name is its group.
GROUPS = [
    ("exclusive access (checked at run time)", r"^swift_(begin|end)Access|AccessSet"),
    ("retain, release, allocate", r"^swift_(retain|release|bridgeObject|unowned|weak|alloc|dealloc|slowAlloc|slowDealloc|"
     r"initStack|setDealloc|isUniq|arrayInit|unknownObject)|RefCount|^swift::|malloc|calloc|realloc|\bfree\b|_int_|outlined "),
    ("metadata, casts, dictionaries", r"^swift_|^_ZN5swift|Hasher|Dictionary|_NativeDict|dynamicCast|conform"),
    ("clock, kernel entry", r"^libc[^:]*: .*(clock|epoll|recv|read|send|write)|vdso|TimeSource"),
    ("C library: copies, comparisons", r"^libc|mem(cpy|cmp|chr|move|set)|str(n|len|casecmp)"),
    ("ByteBuffer", r"ByteBuffer"),
    ("NIO: channels, pipeline, loop", r"NIO|ChannelHandler|EventLoop|Selector|Socket|Channel|PendingWrites|Promise|Future"),
    ("dialects: reading and writing JSON", r"Dialects|JSON|NDJSON|Translator|ClientRequest|Ollama|Provider|AnswerWriter|Scanner"),
    ("balancer", r"Balancer|Pool|Lease|Strategy|Breaker|Forecast|Least|Deployment|Instance|Decision"),
    ("gateway: the request's machine", r"Exchange|Gateway|Route|CallHead|Fence|Fallback"),
    ("front: sniffer, lane", r"HotLane|Sniff|Front|Lane|Loop"),
    ("upstream: parser, chunks", r"Upstream|ResponseParser|ChunkDecoder"),
    ("telemetry: counters, log line", r"Telemetry|LoopCounters|RequestLines|LineWriter|TimeStamp|Latency|CallID|Record"),
]


def _costs(out: Path) -> dict[tuple[str, str, int], int]:
    """Own instructions by object, function and address: what a call took inside is its own line, and left out here."""
    costs: dict[tuple[str, str, int], int] = {}
    place, function, skip = "", "", False
    with out.open() as lines:
        for line in lines:
            if line.startswith("0x"):
                if skip:
                    skip = False
                    continue
                fields = line.split()
                key = (place, function, int(fields[0], 16))
                costs[key] = costs.get(key, 0) + int(fields[-1])
            elif line.startswith("calls="):
                skip = True
            elif line.startswith("ob="):
                place = Path(line[3:].strip()).name
            elif line.startswith("fn="):
                function = line[3:].strip().removesuffix("'2")
    return costs


def _symbols(binary: Path) -> tuple[list[int], list[str]]:
    listing = subprocess.run(["nm", "--defined-only", "-n", binary], capture_output=True, text=True, check=True).stdout
    starts, names = [], []
    for line in listing.splitlines():
        fields = line.split()
        if len(fields) == 3 and fields[1] in "tTwWiV":
            starts.append(int(fields[0], 16))
            names.append(fields[2])
    return starts, names


def by_function(few: Path, many: Path, binary: Path, requests: int) -> dict[str, float]:
    """Instructions per request of every function, readable names; other objects have their own symbols."""
    starts, symbols = _symbols(binary)
    totals: dict[str, float] = {}
    for out, sign in ((few, -1), (many, 1)):
        for (place, function, address), cost in _costs(out).items():
            name = f"{place}: {function}"
            if place == "drover":
                index = bisect.bisect_right(starts, address) - 1
                name = symbols[index] if index >= 0 else "?"
            totals[name] = totals.get(name, 0) + sign * cost / requests
    shown = [name for name, cost in totals.items() if abs(cost) >= 1]
    readable = subprocess.run(
        ["swift", "demangle", "--compact", "--simplified"], input="\n".join(shown), capture_output=True, text=True
    ).stdout.splitlines()
    if len(readable) != len(shown):
        readable = shown
    merged: dict[str, float] = {}
    for raw, name in zip(shown, readable):
        merged[name] = merged.get(name, 0) + totals[raw]
    return merged


def grouped(cost: dict[str, float]) -> list[tuple[str, float]]:
    """The same by group, the largest first."""
    sums: dict[str, float] = {}
    for name, spent in cost.items():
        group = next((group for group, pattern in GROUPS if re.search(pattern, name)), "other")
        sums[group] = sums.get(group, 0) + spent
    return sorted(sums.items(), key=lambda item: -item[1])
