"""Writes the *.eventstream files: ConverseStream answers as Bedrock frames them, for the tests of framing and reader.

    pip install botocore && python streams.py

Encoded here with nothing but `struct` and `zlib`; botocore's own decoder (1.44.8) must read back what was written. The
events have the shapes of botocore's service model of bedrock-runtime; `p` is the padding that Bedrock puts into them.
"""

import json
import struct
import zlib

from botocore.eventstream import EventStreamBuffer


def string(text):
    return b"\x07" + struct.pack(">H", len(text.encode())) + text.encode()


# One value of each type that the form has.
TYPES = {
    "true": b"\x00",
    "false": b"\x01",
    "byte": b"\x02\x80",
    "short": b"\x03\x80\x01",
    "integer": b"\x04\x80\x00\x00\x01",
    "long": b"\x05\x80\x00\x00\x00\x00\x00\x00\x01",
    "bytes": b"\x06\x00\x03\x07\x07\x07",
    "string": string(":event-type"),
    "timestamp": b"\x08\x00\x00\x01\x9a\x00\x00\x00\x00",
    "uuid": b"\x09" + bytes(range(16)),
}


def message(headers, payload):
    encoded = b"".join(bytes([len(name)]) + name.encode() + value for name, value in headers.items())
    prelude = struct.pack(">II", 16 + len(encoded) + len(payload), len(encoded))
    body = prelude + struct.pack(">I", zlib.crc32(prelude)) + encoded + payload
    whole = body + struct.pack(">I", zlib.crc32(body))
    buffer = EventStreamBuffer()
    buffer.add_data(whole)
    read = list(buffer)
    assert len(read) == 1 and read[0].payload == payload and len(read[0].headers) == len(headers)
    return whole


def event(name, data, before={}):
    headers = {
        ":event-type": string(name),
        ":content-type": string("application/json"),
        ":message-type": string("event"),
    }
    return message(before | headers, json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def exception(name, data):
    headers = {
        ":exception-type": string(name),
        ":content-type": string("application/json"),
        ":message-type": string("exception"),
    }
    return message(headers, json.dumps(data, separators=(",", ":")).encode())


def delta(index, **what):
    return event("contentBlockDelta", {"contentBlockIndex": index, "delta": what, "p": "abcdefghij"[: 3 + index]})


def call(index, identifier, name, *pieces):
    start = {"toolUse": {"toolUseId": identifier, "name": name}}
    return (
        event("contentBlockStart", {"contentBlockIndex": index, "p": "ab", "start": start})
        + b"".join(delta(index, toolUse={"input": piece}) for piece in pieces)
        + stop(index)
    )


def stop(index):
    return event("contentBlockStop", {"contentBlockIndex": index, "p": "abcdefgh"})


def end(reason, **more):
    return event("messageStop", {"p": "abcd", "stopReason": reason} | more)


def metadata(given=12, written=7, **more):
    usage = {"inputTokens": given, "outputTokens": written, "totalTokens": given + written} | more
    return event("metadata", {"metrics": {"latencyMs": 551}, "p": "abc", "usage": usage})


START = event("messageStart", {"p": "abcdefghijklm", "role": "assistant"})
HELLO = delta(0, text="Hel") + delta(0, text="lo \"žluťoučký\"\n\U0001f999") + delta(0, text="")
SEAL = "EqoBCkgIARABGAIiQL8/+=="

STREAMS = {
    "text": START + HELLO + stop(0) + end("end_turn") + metadata(),
    "length": START + HELLO + stop(0) + end("max_tokens") + metadata(),
    "filtered": START + delta(0, text="Sorry") + stop(0) + end("guardrail_intervened") + metadata(),
    "cached": START + HELLO + stop(0) + end("stop_sequence")
    + metadata(3, 7, cacheReadInputTokens=1000, cacheWriteInputTokens=200),
    "tools": START + delta(0, text="Let me see.") + stop(0)
    + call(1, "tooluse_kZJMlvQmRJ6eAyJE5GIl7Q", "weather", "", '{"city": "Br', 'no", "days"', ": 2}")
    + call(2, "tooluse_b", "now")
    + end("tool_use") + metadata(400, 60),
    "thinking": START + delta(0, reasoningContent={"text": "Two and "}) + delta(0, reasoningContent={"text": "two."})
    + delta(0, reasoningContent={"signature": SEAL}) + stop(0)
    + delta(1, text="Four.") + stop(1)
    + end("end_turn", additionalModelResponseFields={"usage": {"output_tokens_details": {"thinking_tokens": 20}}})
    + metadata(30, 25),
    "answer": START + call(0, "tooluse_c", "json_tool_call", "", '{"city":', ' "Brno"}') + end("tool_use") + metadata(),
    "answer-empty": START + call(0, "tooluse_c", "json_tool_call") + end("tool_use") + metadata(),
    "placeholder": START + delta(0, text="No.") + stop(0) + call(1, "tooluse_d", "no_tool", "{}")
    + end("tool_use") + metadata(),
    "unknown": event("initial-response", {}) + START + delta(0, text="a")
    + delta(0, citation={"title": "A book"}) + event("somethingNew", {"a": [1]})
    + event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "b"}}, TYPES)
    + stop(0) + end("end_turn") + metadata(),
    "no-metadata": START + HELLO + stop(0) + end("end_turn"),
    "no-reason": START + HELLO + stop(0) + metadata(),
    "no-json": START + HELLO + message({":event-type": string("contentBlockDelta")}, b"{"),
    "malformed-call": START + HELLO + stop(0) + end("malformed_tool_use") + metadata(),
    "throttled-first": exception("throttlingException", {"message": "Too many tokens, please wait."}),
    "throttled-later": START + HELLO + exception("throttlingException", {"message": "Too many requests"}),
    "too-long": exception("validationException", {"message": "Input is too long for requested model."}),
    "failed": START + HELLO
    + exception("modelStreamErrorException", {"message": "boom", "originalStatusCode": 500, "originalMessage": "x"}),
    "overloaded": START + HELLO
    + exception("modelStreamErrorException", {"message": "Overloaded", "originalStatusCode": 529}),
    "error": START + HELLO
    + message(
        {
            ":message-type": string("error"),
            ":error-code": string("InternalFailure"),
            ":error-message": string("it \"broke\""),
        },
        b"",
    ),
}

for name, stream in STREAMS.items():
    with open(f"{name}.eventstream", "wb") as file:
        file.write(stream)
