"""What the benchmarks share: processes and what they cost, the canned upstream, the load, and tables.

Standard library only. Everything listens on 127.0.0.x, every process started here is ended here, by its id.
"""

import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / ".build-release" / "release"


def strategy_names() -> list[str]:
    """The strategies of the balancer."""
    files = sorted((ROOT / "Sources" / "Balancer" / "Strategies").glob("*.swift"))
    found = (re.search(r'^ *public static let name = "(.*)"$', file.read_text(), re.MULTILINE) for file in files)
    names = [match.group(1) for match in found if match]
    if not names:
        fail(f"{ROOT} has no strategies: run the script where it stands in the repository")
    return names


DROVER = Path(os.environ.get("DROVER_BINARY", RELEASE / "drover"))
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MODEL = "llama3"
TAG = "llama3.1:8b"

_children: list[subprocess.Popen] = []


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> None:
    note(f"error: {text}")
    sys.exit(2)


def need_packages(*packages: str) -> None:
    """Debian packages, installed when missing (as root), as scripts/lib.sh does it."""
    script = '. scripts/lib.sh; need_packages "$@"'
    if subprocess.run(["bash", "-c", script, "-", *packages], cwd=ROOT).returncode != 0:
        sys.exit(2)


def need_binary(path: Path) -> Path:
    if not path.exists():
        fail(f"{path} is not there; run `make release` first")
    return path


def raise_open_files(needed: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= needed:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, max(needed, hard)))
    except (ValueError, OSError):
        fail(f"needs {needed} open files, the limit is {hard}; run: ulimit -n {needed}")


# Processes


def start(command: list, log: Path, **options) -> subprocess.Popen:
    with open(log, "ab") as out:
        child = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, **options
        )
    _children.append(child)
    return child


def stop(child: subprocess.Popen, grace: float = 5) -> int | None:
    """SIGTERM, then SIGKILL after `grace` seconds; its exit status."""
    if child in _children:
        _children.remove(child)
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(grace)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(5)
    return child.returncode


def stop_all() -> None:
    for child in list(reversed(_children)):
        stop(child)


def tree(pid: int) -> list[int]:
    """The process and everything below it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            stat = Path(f"/proc/{entry}/stat").read_text()
        except OSError:
            continue
        parent = int(stat.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(entry))
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of these processes so far, all threads."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def rss_mb(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
    return total * PAGE / 1e6


def machine_ticks() -> tuple[int, int]:
    """(idle, all) ticks of the whole machine."""
    fields = [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return fields[3] + fields[4], sum(fields)


#: Scripts that run at once look for ports in places of their own.
PORTS = int(os.environ.get("DROVER_PORTS", "0"))


def free_ports(count: int, above: int = 21000) -> int:
    """The first of `count` consecutive ports that nothing listens on."""
    base = above + PORTS
    while base + count < 60000:
        for offset in range(count):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", base + offset))
                except OSError:
                    base += offset + 1
                    break
        else:
            return base
    fail("no free ports")


# HTTP by hand, for checks


def ask(port: int, method: str, path: str, body=None, headers=None, timeout: float = 10) -> tuple[int, bytes]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        link.request(method, path, data, {"content-type": "application/json", **(headers or {})})
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def raw_answer(link: socket.socket) -> bytes:
    """One whole answer with its head, by its length or to its last chunk; what came until the connection ended, where it does."""
    text = b""
    needed = None
    while needed is None or (len(text) < needed if needed else not text.endswith(b"\r\n0\r\n\r\n")):
        piece = link.recv(65_536)
        if not piece:
            return text
        text += piece
        end = text.find(b"\r\n\r\n")
        if needed is None and end >= 0:
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", text[:end])
            needed = end + 4 + int(length.group(1)) if length else 0
    return text


def body_of(answer: bytes) -> bytes:
    """The body of a whole answer, out of its chunks where it came in some."""
    head, _, rest = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" not in head.lower():
        return rest
    body = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        body += rest[:length]
        rest = rest[length + 2 :] if length else b""
    return body


def balancer_probe(product: str) -> Path:
    """A program of Benchmarks that needs the balancer alone, built as a release is."""
    build = ["swift", "build", "-c", "release", "--package-path", str(ROOT / "Benchmarks")]
    build += ["--scratch-path", str(ROOT / ".build-probe"), *(ROOT / "scripts" / "release-flags").read_text().split()]
    balancer = os.environ | {"DROVER_TARGETS": "balancer"}
    if subprocess.run(build + ["--product", product], stdout=subprocess.DEVNULL, env=balancer).returncode != 0:
        fail(f"{product} did not build")
    shown = subprocess.run(build + ["--show-bin-path"], capture_output=True, text=True, check=True, env=balancer)
    return Path(shown.stdout.strip()) / product


def wait_until(ready, what: str, seconds: float, child: subprocess.Popen | None = None, log: Path | None = None) -> None:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if child is not None and child.poll() is not None:
            break
        try:
            if ready():
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    tail = log.read_text(errors="replace")[-2000:] if log and log.exists() else ""
    fail(f"{what} did not come up\n{tail}")


def answers(port: int, path: str) -> bool:
    return ask(port, "GET", path, timeout=2)[0] == 200


# Our own processes


class Folder:
    """A temporary folder; with `with`, everything started is ended and the folder removed on the way out."""

    def __enter__(self) -> Path:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(143))
        self.path = Path(tempfile.mkdtemp(prefix="drover-bench-"))
        self.path.chmod(0o755)  # nginx started by root reads the bodies as another user
        return self.path

    def __exit__(self, *_) -> None:
        stop_all()
        shutil.rmtree(self.path, ignore_errors=True)


def pool_config(bases: list[str], strategy: str = "least-busy", extra: str = "") -> str:
    lines = ["model_list:"]
    for base in bases:
        lines += [
            f"  - model_name: {MODEL}",
            "    litellm_params:",
            f"      model: ollama/{TAG}",
            f"      api_base: {base}",
        ]
    return "\n".join(lines) + f"\nrouter_settings:\n  routing_strategy: {strategy}\n{extra}"


def start_gateway(folder: Path, config: str, *options: str, name: str = "drover") -> tuple[subprocess.Popen, int]:
    """A gateway on a free port; returns once it says that it listens."""
    file, log = folder / f"{name}.yaml", folder / f"{name}.log"
    file.write_text(config)
    log.write_bytes(b"")
    child = start([need_binary(DROVER), "serve", "--config", file, "--port", "0", *options], log)
    port = 0

    def listening() -> bool:
        nonlocal port
        found = re.search(rb"listening on http://[^\s:]+:(\d+)", log.read_bytes())
        port = int(found.group(1)) if found else 0
        return found is not None

    wait_until(listening, "drover", 10, child, log)
    return child, port


#: Never 1.82.7, 1.82.8 or 1.107.0, which were compromised.
LITELLM = "litellm[proxy]==1.106.2"
VENVS = ROOT / ".build-peers"


def environment(name: str, *requirements: str) -> Path:
    """A Python environment with exactly these; made once, used again."""
    home = VENVS / name
    stamp = home / "requirements.txt"
    wanted = "\n".join(requirements)
    if not stamp.exists() or stamp.read_text() != wanted:
        note(f"installing {wanted}")
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        pip = [home / "bin" / "python3", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *requirements], check=True)
        stamp.write_text(wanted)
    return home / "bin"


def start_litellm(folder: Path, config: str, name: str = "litellm") -> tuple[subprocess.Popen, int]:
    """The real LiteLLM proxy, one worker; returns once it answers."""
    binary = environment("litellm", LITELLM) / "litellm"
    port = free_ports(1)
    file, log = folder / f"{name}.yaml", folder / f"{name}.log"
    file.write_text(config)
    settings = {
        "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_LOG": "ERROR",
    }
    command = [binary, "--config", file, "--host", "127.0.0.1", "--port", port, "--num_workers", 1]
    child = start(command, log, env={**os.environ, **settings})
    wait_until(lambda: answers(port, "/health/liveliness"), "LiteLLM", 90, child, log)
    return child, port


def start_farm(folder: Path, boxes: int, *options: str) -> tuple[subprocess.Popen, int]:
    """A farm on consecutive free ports; returns its first port once the last box answers."""
    first = free_ports(boxes + 1, above=21400) + 1
    log = folder / "farm.log"
    command = [need_binary(DROVER), "farm", "--port", first, "--seed", 1, *options]
    if "--profile" not in options:
        command += ["--boxes", boxes, "--model", TAG]
    child = start(command, log)
    wait_until(lambda: answers(first + boxes - 1, "/api/version"), "drover farm", 20, child, log)
    return child, first


# The canned upstream: nginx with fixed bodies, so that it is never what is measured.

PLAIN = {
    "model": TAG,
    "created_at": "2026-01-01T00:00:00.000000Z",
    "message": {"role": "assistant", "content": "All the sheep are in the fold, and the gate is shut. " * 6},
    "done": True,
    "done_reason": "stop",
    "total_duration": 950000000,
    "load_duration": 1200000,
    "prompt_eval_count": 64,
    "prompt_eval_duration": 120000000,
    "eval_count": 80,
    "eval_duration": 800000000,
}
LINES = 64


def _ndjson() -> str:
    lines = []
    for index in range(LINES - 1):
        lines.append(
            {
                "model": TAG,
                "created_at": "2026-01-01T00:00:00.000000Z",
                "message": {"role": "assistant", "content": f" word{index}"},
                "done": False,
            }
        )
    last = dict(PLAIN, message={"role": "assistant", "content": ""})
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines + [last])


# For proxies that pass OpenAI's dialect on. Other words and figures than Ollama's, so that an answer shows whose it is.
PASSED = "Nobody translated this: it was in the upstream's answer. " * 6


def _openai_plain() -> str:
    message = {"index": 0, "message": {"role": "assistant", "content": PASSED}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 61, "completion_tokens": 71, "total_tokens": 132}
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": MODEL, "choices": [message]}
    return json.dumps(body | {"usage": usage}, separators=(",", ":"))


def _openai_stream() -> str:
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
    out = []
    for index in range(LINES - 1):
        choice = {"index": 0, "delta": {"content": f" pass{index}"}}
        out.append(json.dumps(base | {"choices": [choice]}, separators=(",", ":")))
    out.append(json.dumps(base | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}))
    return "".join(f"data: {line}\n\n" for line in out + ["[DONE]"])


# What an answer is: Ollama's bytes, OpenAI's bytes, or OpenAI's made of Ollama's.
#
# The last cannot be had by passing bytes on. Whole: the content is in Ollama's canned body alone, in a shape that is in
# OpenAI's alone, and the sum of the tokens is in neither. Streamed: Ollama's words, each in an event of OpenAI's.


def is_passed(body: bytes, stream: bool) -> bool:
    """What the upstream has sent, in either dialect."""
    if stream:
        return body in [text.encode() for text in (_ndjson(), _openai_stream())]
    try:
        return json.loads(body) in [PLAIN, json.loads(_openai_plain())]
    except ValueError:
        return False


def is_renamed(body: bytes, stream: bool) -> bool:
    """Ollama's bytes under the name that was asked for, as a gateway passes them on."""
    asked, own = (json.dumps({"model": name})[1:-1].replace(": ", ":").encode() for name in (MODEL, TAG))
    return asked in body and is_passed(body.replace(asked, own), stream)


def is_translated(body: bytes, stream: bool) -> bool:
    """OpenAI's dialect made of Ollama's."""
    try:
        return _is_translated_stream(body) if stream else _is_translated_whole(body)
    except (ValueError, KeyError, IndexError, TypeError):
        return False


def _is_translated_whole(body: bytes) -> bool:
    answer = json.loads(body)
    choice = answer["choices"][0]
    figures = (PLAIN["prompt_eval_count"], PLAIN["eval_count"], PLAIN["prompt_eval_count"] + PLAIN["eval_count"])
    usage = answer["usage"]
    return (
        choice["message"]["content"] == PLAIN["message"]["content"]
        and choice["finish_reason"] == "stop"
        and (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == figures
    )


def _is_translated_stream(body: bytes) -> bool:
    events = body.decode().strip().split("\n\n")
    if events.pop() != "data: [DONE]":
        return False
    words, reasons = "", []
    for event in events:
        if not event.startswith("data: "):
            return False
        for choice in json.loads(event[6:])["choices"]:
            words += choice["delta"].get("content") or ""
            reasons.append(choice.get("finish_reason"))
    return words == "".join(f" word{index}" for index in range(LINES - 1)) and reasons[-1] == "stop"


# Anthropic's dialect made of Ollama's: its words in blocks or events that neither of the others has, and its counts.


def is_message(body: bytes, stream: bool) -> bool:
    """Anthropic's dialect made of Ollama's."""
    try:
        return _is_message_stream(body) if stream else _is_message_whole(body)
    except (ValueError, KeyError, IndexError, TypeError):
        return False


def _is_message_whole(body: bytes) -> bool:
    answer = json.loads(body)
    usage = (answer["usage"]["input_tokens"], answer["usage"]["output_tokens"])
    return (
        answer["type"] == "message"
        and answer["content"] == [{"type": "text", "text": PLAIN["message"]["content"]}]
        and answer["stop_reason"] == "end_turn"
        and usage == (PLAIN["prompt_eval_count"], PLAIN["eval_count"])
    )


def _is_message_stream(body: bytes) -> bool:
    kinds, words = [], ""
    for event in body.decode().strip().split("\n\n"):
        name, data = event.split("\n")
        value = json.loads(data.removeprefix("data: "))
        if name != f"event: {value['type']}":
            return False
        kinds.append(value["type"])
        if value["type"] == "content_block_delta":
            words += value["delta"]["text"]
    return (
        words == "".join(f" word{index}" for index in range(LINES - 1))
        and kinds[0] == "message_start"
        and kinds[-1] == "message_stop"
    )


def message_body(stream: bool, model: str = MODEL) -> bytes:
    """The same request as `chat_body`, in Anthropic's words."""
    body = json.loads(chat_body(stream, model))
    system, *rest = body["messages"]
    return json.dumps(body | {"system": system["content"], "messages": rest}, separators=(",", ":")).encode()


def chat_body(stream: bool, model: str = MODEL) -> bytes:
    """A chat request of about 400 bytes."""
    text = (
        "The flock is spread over three fields and rain is coming in from the west. Which field should be cleared "
        "first, and which gate do I leave open on the way back to the yard by the river?"
    )
    body = {
        "model": model,
        "messages": [{"role": "system", "content": "You are a patient shepherd who answers in one sentence."}]
        + [{"role": "user", "content": text}],
        "temperature": 0.7,
        "max_tokens": 128,
        "stream": stream,
    }
    return json.dumps(body, separators=(",", ":")).encode()


HOSTS = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]


def places(port: int) -> list[str]:
    """The canned upstream's addresses at one of its ports."""
    return [f"{host}:{port}" for host in HOSTS]


def nginx_binary() -> str:
    need_packages("nginx-light" if not shutil.which("nginx") and not Path("/usr/sbin/nginx").exists() else "ca-certificates")
    return shutil.which("nginx") or "/usr/sbin/nginx"


def nginx_config(folder: Path, name: str, http: str, main: str = "") -> Path:
    file = folder / f"{name}.conf"
    home = folder / name
    home.mkdir(exist_ok=True)
    temporary = "\n".join(
        f"  {kind}_temp_path {home}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file.write_text(
        f"""daemon off; worker_processes 1; worker_rlimit_nofile 16384; {main} pid {home}/pid; error_log {home}/error.log error;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 3600s; default_type application/json;
  client_body_buffer_size 64k; tcp_nodelay on;
{temporary}
{http}
}}
"""
    )
    return file


def nginx_pool(port: int, servers: list[str], extra: str = "") -> str:
    """nginx as a proxy before some `HOST:PORT`, with kept connections."""
    listed = "".join(f" server {server};" for server in servers)
    return f"""  upstream pool {{ least_conn;{listed} keepalive 128; keepalive_requests 1000000000; }}
  server {{ listen 127.0.0.1:{port};
    location / {{ proxy_pass http://pool; proxy_http_version 1.1; proxy_set_header Connection ""; {extra} }} }}"""


def start_nginx(folder: Path, name: str, http: str, port: int) -> subprocess.Popen:
    file = nginx_config(folder, name, http)
    child = start([nginx_binary(), "-p", folder / name, "-c", file, "-e", folder / name / "error.log"], folder / f"{name}.log")

    def open_port() -> bool:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True

    wait_until(open_port, name, 5, child, folder / f"{name}.log")
    return child


def canned_upstream(folder: Path, plain_port: int, stream_port: int) -> subprocess.Popen:
    """One nginx, two ports: whole answers on one, streamed answers of 64 lines on the other, on 127.0.0.1 to 127.0.0.3."""
    tags = json.dumps(
        {"models": [{"name": TAG, "model": TAG, "size": 1, "digest": "a" * 64, "modified_at": "2026-01-01T00:00:00Z"}]}
    )
    bodies = {
        "tags": tags,
        "ps": '{"models":[]}',
        "version": '{"version":"0.33.0"}',
        "chat": json.dumps(PLAIN, separators=(",", ":")),
        "chat-stream": _ndjson(),
        "openai": _openai_plain(),
        "openai-stream": _openai_stream(),
        "model-info": json.dumps({"model_path": MODEL, "is_generation": True, "served_model_name": MODEL}),
        "models": json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]}),
        "health": "{}",
    }
    home = folder / "bodies"
    home.mkdir(exist_ok=True)
    for name, body in bodies.items():
        (home / name).write_text(body)
    info = ["/get_model_info", "/model_info", "/get_server_info", "/server_info"]

    def server(port: int, suffix: str, kind: str, sse: str) -> str:
        listen = "\n".join(f"    listen {host}:{port} reuseport;" for host in HOSTS)
        routes = {"/api/tags": "tags", "/api/ps": "ps", "/api/version": "version", "/v1/models": "models"}
        routes |= {path: "model-info" for path in info} | {"/health": "health", "/health_generate": "health"}
        fixed = "\n".join(f"    location = {path} {{ rewrite ^ /{body} break; }}" for path, body in routes.items())
        # A static file answers POST with 405, which is turned into that same file: no module is needed for it.
        return f"""  server {{
{listen}
    root {home}; error_page 405 =200 $uri; open_file_cache max=100 inactive=1h; open_file_cache_valid 1h;
{fixed}
    location = /api/chat {{ default_type {kind}; rewrite ^ /chat{suffix} break; error_page 405 =200 /chat{suffix}; }}
    location = /chat{suffix} {{ default_type {kind}; }}
    location = /v1/chat/completions {{ default_type {sse}; rewrite ^ /openai{suffix} break; error_page 405 =200 /openai{suffix}; }}
    location = /openai{suffix} {{ default_type {sse}; }}
  }}"""

    http = server(plain_port, "", "application/json", "application/json")
    http += "\n" + server(stream_port, "-stream", "application/x-ndjson", "text/event-stream")
    return start_nginx(folder, "upstream", http, plain_port)


# Load

_LUA = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer anything"
wrk.body = io.open("{body}", "rb"):read("*a")
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{{"requests":%d,"us":%d,"bytes":%d,"p50":%d,"p99":%d,"status":%d,"socket":%d}}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
"""


def wrk(
    folder: Path, url: str, stream: bool, seconds: float, connections: int = 64, model: str = MODEL, asks=chat_body
) -> dict:
    """So many connections, each with its next request as soon as it has an answer; times in microseconds."""
    body = folder / ("body-stream.json" if stream else "body.json")
    body.write_bytes(asks(stream, model))
    script = folder / f"{body.stem}.lua"
    script.write_text(_LUA.format(body=body))
    command = ["wrk", "-t", "1", "-c", connections, "-d", f"{seconds:g}s", "--timeout", "20s", "-s", script, url]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode != 0:
        fail(f"wrk: {done.stderr or done.stdout}")
    return json.loads(done.stdout.strip().splitlines()[-1])


# Figures


def median(values) -> float:
    return statistics.median(values)


def percentile(values, share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(header: list[str], rows: list[list[str]]) -> str:
    """A markdown table; the first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in [header] + rows) for column in range(len(header))]

    def line(cells: list[str]) -> str:
        padded = [cell.ljust(width) if index == 0 else cell.rjust(width) for index, (cell, width) in enumerate(zip(cells, widths))]
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join("-" * (width + 2) if index == 0 else "-" * (width + 1) + ":" for index, width in enumerate(widths)) + "|"
    return "\n".join([line(header), rule] + [line(row) for row in rows])


class Verdicts:
    """Goals beside what was measured; `exit` ends with 1 when one was missed."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.missed = 0

    def add(self, what: str, measured: str, goal: str, met: bool | None) -> None:
        word = "not judged" if met is None else "met" if met else "MISSED"
        self.missed += met is False
        self.rows.append([what, measured, goal, word])

    def exit(self, judge: bool = True) -> None:
        """Without `judge` a missed goal is only shown: a machine that others share proves nothing in a short run."""
        if self.rows:
            print(table(["what", "measured", "goal", "verdict"], self.rows))
        sys.exit(1 if self.missed and judge else 0)


def hardware() -> str:
    name = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "unknown processor",
    )
    system = f"Linux {os.uname().release.split('-')[0]}"
    load = f"load average {os.getloadavg()[0]:.1f} at the start"
    return f"{name}, {os.cpu_count()} cores, {system}, {time.strftime('%Y-%m-%d', time.gmtime())}, {load}"
