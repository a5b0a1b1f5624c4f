"""Sends requests at recorded times to several gateways at once, whether earlier ones have been answered or not."""

import asyncio
import json

#: Seconds until a request is given up.
LIMIT = 300


async def one(port: int, number: int, request: tuple, start: float) -> dict:
    """Sends a request at its time and reads its answer to the end; seconds from that time to the first piece of text, and to the end.

    `first` is None where no text came, `status` 0 where there was no answer.
    """
    at, model, tokens = request
    # The farm counts four bytes as a token, the role's name too. Each prompt begins otherwise: no slot remembers any.
    text = f"{number:06d} ".ljust(4 * tokens - len("user"), "x")
    body = json.dumps({
        "model": model, "stream": True, "stream_options": {"include_usage": True},
        "messages": [{"role": "user", "content": text}],
    })
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer anything\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    clock = asyncio.get_running_loop().time
    await asyncio.sleep(start + at - clock())
    result = {
        "at": at, "model": model, "prompt": 0, "output": 0, "first": None, "whole": None, "status": 0,
        "late": clock() - start - at,
    }
    try:
        async with asyncio.timeout(LIMIT):
            await _read(port, (head + body).encode(), result, lambda: clock() - start - at)
    except (OSError, asyncio.TimeoutError):
        pass
    return result


async def _read(port: int, message: bytes, result: dict, passed) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    try:
        writer.write(message)
        words = (await reader.readline()).split()
        result["status"] = int(words[1]) if len(words) > 1 else 0
        while line := await reader.readline():
            if line.startswith(b"data: [DONE]"):
                result["whole"] = passed()
            if not line.startswith(b"data: {"):
                continue
            event = json.loads(line[6:])
            if result["first"] is None and (choices := event.get("choices")):
                if choices[0].get("delta", {}).get("content"):
                    result["first"] = passed()
            if usage := event.get("usage"):
                result["prompt"], result["output"] = usage["prompt_tokens"], usage["completion_tokens"]
    finally:
        writer.close()


async def _all(ports: list[int], requests: list) -> list[list[dict]]:
    start = asyncio.get_running_loop().time() + 0.5
    return await asyncio.gather(*(
        asyncio.gather(*(one(port, number, request, start) for number, request in enumerate(requests))) for port in ports
    ))


def replay(ports: list[int], requests: list) -> list[list[dict]]:
    """The results of (seconds, model, prompt tokens) at each port, in the order of the requests."""
    return asyncio.run(_all(ports, requests))
