#!/usr/bin/env python3
"""A cloud that speaks OpenAI's API over TLS on this machine, for demonstrations: nothing leaves the machine.

    scripts/mock-cloud.py --port 0 --cert-dir DIR [--key KEY] [--delay-ms N] [--status N]

It makes a certificate authority and a certificate for localhost and 127.0.0.1 in DIR (the openssl command, 3.0 or later),
prints `listening on https://127.0.0.1:PORT` when it is ready, and serves until SIGTERM or SIGINT. Clients trust
DIR/ca.pem, which stays the same from one start to the next.

    POST /v1/chat/completions  an answer of a dozen tokens, streamed or not, with usage
    GET  /v1/models            one model
    GET  /stats                {"requests": N, "bytes": N}: all but /stats, and the bytes of their bodies
"""

import argparse
import hmac
import json
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from http import HTTPStatus
from pathlib import Path

MODEL = "mock-cloud-1"
WORDS = "This answer comes from the cloud, which costs money for every token.".split()
HEAD_LIMIT = 64 << 10
BODY_LIMIT = 64 << 20
IDLE_SECONDS = 300


def certificates(folder: Path) -> tuple[Path, Path]:
    """The server's certificate and key; both and the authority's are made unless they are there for another day."""
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    certificate, key = folder / "server.pem", folder / "server.key"
    if all(path.exists() for path in (authority, certificate, key)):
        lasts = ["openssl", "x509", "-noout", "-checkend", "86400", "-in", str(certificate)]
        if subprocess.run(lasts, capture_output=True).returncode == 0:
            return certificate, key
    folder.mkdir(parents=True, exist_ok=True)
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "30"]
    make(
        *new, "-subj", "/CN=mock-cloud authority", "-keyout", authority_key, "-out", authority,
        "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    make(
        *new, "-subj", "/CN=localhost", "-CA", authority, "-CAkey", authority_key, "-keyout", key, "-out", certificate,
        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
        "-addext", "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=serverAuth")
    return certificate, key


def make(*command: object) -> None:
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit("error: the openssl command is missing")
    if done.returncode != 0:
        sys.exit(f"error: openssl failed: {done.stderr.strip()}")


class Refused(Exception):
    """What is answered with an error in OpenAI's shape."""

    def __init__(self, status: int, message: str, kind: str = "invalid_request_error", code: str | None = None):
        super().__init__(message)
        self.status, self.kind, self.code = status, kind, code

    def body(self) -> bytes:
        return encoded({"error": {"message": str(self), "type": self.kind, "param": None, "code": self.code}})


def encoded(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def response(status: int, body: bytes, *, close: bool, kind: str = "application/json", chunked: bool = False) -> bytes:
    """A whole response, to be written at once."""
    length = "transfer-encoding: chunked" if chunked else f"content-length: {len(body)}"
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Status"
    head = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: {kind}\r\n{length}\r\n"
    if status in (429, 503):
        head += "retry-after: 1\r\n"
    if close:
        head += "connection: close\r\n"
    return head.encode() + b"\r\n" + body


def words_in(messages: object) -> int:
    """About as many tokens as the prompt has."""
    texts = []
    for message in messages if isinstance(messages, list) else []:
        content = message.get("content") if isinstance(message, dict) else None
        parts = content if isinstance(content, list) else [{"text": content}]
        texts += [part.get("text") for part in parts if isinstance(part, dict)]
    return 3 + sum(4 + len(text.split()) for text in texts if isinstance(text, str))


class Completion:
    """The answer to one chat request."""

    def __init__(self, request: dict, number: int):
        options = request.get("stream_options")
        self.include_usage = isinstance(options, dict) and options.get("include_usage") is True
        limit = request.get("max_completion_tokens") or request.get("max_tokens")
        self.words = WORDS[:limit] if isinstance(limit, int) and limit > 0 else WORDS
        self.finish = "stop" if len(self.words) == len(WORDS) else "length"
        prompt, answer = words_in(request.get("messages")), len(self.words)
        self.usage = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
        self.head = {
            "id": f"chatcmpl-mock-{number}", "created": int(time.time()), "model": request.get("model") or MODEL,
        }

    def whole(self) -> bytes:
        message = {"role": "assistant", "content": " ".join(self.words), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish}
        return encoded(self.head | {"object": "chat.completion", "choices": [choice], "usage": self.usage})

    def stream(self) -> bytes:
        """All events as HTTP chunks, one each, and the end of the body."""
        deltas = [{"role": "assistant", "content": ""}]
        deltas += [{"content": word if place == 0 else " " + word} for place, word in enumerate(self.words)]
        events = [self.event(delta, None) for delta in deltas] + [self.event({}, self.finish)]
        if self.include_usage:
            events.append(encoded(self.head | {"object": "chat.completion.chunk", "choices": [], "usage": self.usage}))
        lines = [b"data: " + event + b"\n\n" for event in [*events, b"[DONE]"]]
        return b"".join(b"%x\r\n%b\r\n" % (len(line), line) for line in lines) + b"0\r\n\r\n"

    def event(self, delta: dict, finish: str | None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return encoded(self.head | {"object": "chat.completion.chunk", "choices": [choice]})


class Connection(socketserver.StreamRequestHandler):
    """One client's connection, kept for as many requests as it sends."""

    server: "Cloud"

    def setup(self) -> None:
        # The handshake is done here, on the connection's own thread, so that a slow client holds up nobody.
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request.settimeout(IDLE_SECONDS)
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self) -> None:
        try:
            while self.serve():
                pass
        except (OSError, ValueError):
            pass  # The client has left, or speaks no HTTP.

    def serve(self) -> bool:
        """Answers one request; whether another may follow."""
        line = self.rfile.readline(HEAD_LIMIT).decode("latin-1")
        if not line:
            return False
        method, target, version = line.split()
        fields = self.fields()
        close = fields.get("connection", "").lower() == "close" or version == "HTTP/1.0"
        try:
            body = self.body(fields)
        except Refused as refused:
            self.wfile.write(response(refused.status, refused.body(), close=True))
            return False
        path = target.partition("?")[0]
        number = 0 if path == "/stats" else self.server.count(len(body))
        try:
            answer = self.answer(method, path, fields, body, number, close)
        except Refused as refused:
            answer = response(refused.status, refused.body(), close=close)
        self.wfile.write(answer)
        return not close

    def fields(self) -> dict[str, str]:
        fields, room = {}, HEAD_LIMIT
        while (line := self.rfile.readline(room).decode("latin-1")) not in ("\r\n", "\n"):
            room -= len(line)
            name, colon, value = line.partition(":")
            if not colon or room <= 0:
                raise ValueError("no header field")
            fields[name.lower()] = value.strip()
        return fields

    def body(self, fields: dict[str, str]) -> bytes:
        if fields.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if fields.get("transfer-encoding", "").lower() != "chunked":
            return self.exactly(int(fields.get("content-length", "0")))
        body = b""
        while size := int(self.rfile.readline(HEAD_LIMIT).partition(b";")[0], 16):
            body += self.exactly(size, len(body))
            self.rfile.readline(HEAD_LIMIT)
        self.fields()
        return body

    def exactly(self, size: int, so_far: int = 0) -> bytes:
        if size < 0:
            raise ValueError("a length below zero")
        if so_far + size > BODY_LIMIT:
            raise Refused(413, "the body is too large")
        part = self.rfile.read(size)
        if len(part) < size:
            raise ConnectionError("the client left in the middle of its request")
        return part

    def answer(self, method: str, path: str, fields: dict, body: bytes, number: int, close: bool) -> bytes:
        routes = {"/v1/chat/completions": "POST", "/v1/models": "GET", "/stats": "GET"}
        if path not in routes:
            raise Refused(404, f"Unknown request URL: {method} {path}", code="unknown_url")
        if method != routes[path]:
            raise Refused(405, f"Not allowed to {method} on {path}", code="method_not_supported")
        if path == "/stats":
            return response(200, self.server.stats(), close=close)
        self.authorise(fields)
        if path == "/v1/models":
            model = {"id": MODEL, "object": "model", "created": 1735689600, "owned_by": "mock-cloud"}
            return response(200, encoded({"object": "list", "data": [model]}), close=close)
        time.sleep(self.server.delay)
        if self.server.status != 200:
            raise failure(self.server.status)
        try:
            request = json.loads(body)
        except (ValueError, RecursionError):
            request = None
        if not isinstance(request, dict) or not isinstance(request.get("messages"), list):
            raise Refused(400, "The body must be a JSON object with messages.")
        completion = Completion(request, number)
        if request.get("stream") is True:
            return response(200, completion.stream(), close=close, kind="text/event-stream", chunked=True)
        return response(200, completion.whole(), close=close)

    def authorise(self, fields: dict[str, str]) -> None:
        key = self.server.key
        given = fields.get("authorization", "").encode("latin-1")
        if key is not None and not hmac.compare_digest(given, b"Bearer " + key.encode()):
            raise Refused(401, "Incorrect API key provided.", code="invalid_api_key")


def failure(status: int) -> Refused:
    """The failure that --status asks for, in the words OpenAI has for its kind."""
    if status == 429:
        return Refused(status, "Rate limit reached for requests", "requests", "rate_limit_exceeded")
    if status == 401:
        return Refused(status, "Incorrect API key provided.", code="invalid_api_key")
    if status < 500:
        return Refused(status, "The request was refused.")
    return Refused(status, "The server had an error while processing your request.", "server_error")


class Cloud(socketserver.ThreadingTCPServer):
    """The listening socket, and what all connections share."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, options: argparse.Namespace):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificates(options.cert_dir))
        self.context.set_alpn_protocols(["http/1.1"])
        self.key, self.status, self.delay = options.key, options.status, options.delay_ms / 1000
        self.lock, self.requests, self.bytes = threading.Lock(), 0, 0
        super().__init__(("127.0.0.1", options.port), Connection)

    def count(self, size: int) -> int:
        """Books a request; its number."""
        with self.lock:
            self.requests += 1
            self.bytes += size
            return self.requests

    def stats(self) -> bytes:
        with self.lock:
            return encoded({"requests": self.requests, "bytes": self.bytes})

    def handle_error(self, request: object, client_address: object) -> None:
        """A handshake that fails is the client's affair; anything else is ours and shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--cert-dir", type=Path, required=True, help="where the certificates are, or are made")
    parser.add_argument("--key", help="the only key that is let in; without it any is, and none")
    parser.add_argument("--delay-ms", type=float, default=0, help="before each chat answer")
    parser.add_argument("--status", type=int, default=200, help="answer chat requests with this failure")
    options = parser.parse_args()
    if options.delay_ms < 0 or not (options.status == 200 or 400 <= options.status <= 599):
        parser.error("--delay-ms is not below 0, --status is 200 or from 400 to 599")

    with Cloud(options) as cloud:
        stop = lambda *_: threading.Thread(target=cloud.shutdown).start()
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        print(f"listening on https://127.0.0.1:{cloud.server_address[1]}", flush=True)
        cloud.serve_forever(poll_interval=0.1)


main()
