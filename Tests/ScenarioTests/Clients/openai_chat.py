"""Everything an application does with the official `openai` package, against a gateway in front of simulated boxes.

usage: openai_chat.py BASE_URL KEY

Prints one line per thing that worked; the first that does not ends it with a traceback and status 1.
"""

import asyncio
import json
import sys

import openai

base_url, key = sys.argv[1:3]
# No retries of the package's own: they would hide what the gateway owes.
options = {"base_url": base_url, "api_key": key, "max_retries": 0, "timeout": 20}
client = openai.OpenAI(**options)
HELLO = [{"role": "system", "content": "You are terse."}, {"role": "user", "content": "Say hello."}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather at a place.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city", "days"],
        },
    },
}


def chat():
    answer = client.chat.completions.create(model="llama3", messages=HELLO, temperature=0.2, max_tokens=9, seed=4)
    assert answer.object == "chat.completion" and answer.id.startswith("chatcmpl-"), answer
    choice = answer.choices[0]
    assert choice.message.role == "assistant" and choice.message.content.startswith("box "), answer
    assert choice.finish_reason == "length", answer
    assert answer.usage.completion_tokens == 9, answer.usage
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 9, answer.usage


def headers():
    raw = client.chat.completions.with_raw_response.create(model="llama3", messages=HELLO, max_tokens=2)
    assert raw.parse().choices[0].message.content
    for name in ("x-litellm-call-id", "x-litellm-model-id", "x-litellm-model-group", "x-drover-instance"):
        assert raw.headers.get(name), (name, raw.headers)


def chat_streamed():
    chunks = list(client.chat.completions.create(model="llama3", messages=HELLO, stream=True))
    text = "".join(c.choices[0].delta.content or "" for c in chunks)
    assert text.startswith("box "), text
    assert len({c.id for c in chunks}) == 1, "one id for the whole stream"
    assert chunks[0].choices[0].delta.role == "assistant", chunks[0]
    assert [c.choices[0].finish_reason for c in chunks].count("stop") == 1, chunks
    assert all(c.usage is None for c in chunks), "usage only when asked for"


def usage_chunk():
    chunks = list(
        client.chat.completions.create(
            model="llama3", messages=HELLO, max_tokens=5, stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == 5, chunks[-1]
    assert all(c.usage is None for c in chunks[:-1]), chunks


def tools():
    messages = [{"role": "user", "content": "Please call get_weather for Bern."}]
    answer = client.chat.completions.create(model="llama3", messages=messages, tools=[WEATHER])
    choice = answer.choices[0]
    assert choice.finish_reason == "tool_calls", answer
    call = choice.message.tool_calls[0]
    assert call.type == "function" and call.function.name == "get_weather" and call.id, call
    arguments = json.loads(call.function.arguments)
    assert isinstance(arguments["city"], str) and isinstance(arguments["days"], int), arguments
    messages += [choice.message, {"role": "tool", "tool_call_id": call.id, "content": '{"sky": "clear"}'}]
    answer = client.chat.completions.create(model="llama3", messages=messages, tools=[WEATHER])
    assert answer.choices[0].finish_reason == "stop" and answer.choices[0].message.content, answer


def tools_streamed():
    messages = [{"role": "user", "content": "Please call get_weather for Bern."}]
    with client.chat.completions.stream(model="llama3", messages=messages, tools=[WEATHER]) as stream:
        final = stream.get_final_completion()
    call = final.choices[0].message.tool_calls[0]
    assert call.function.name == "get_weather" and "city" in json.loads(call.function.arguments), final
    assert final.choices[0].finish_reason == "tool_calls", final


ADD = {
    "type": "function",
    "function": {
        "name": "add",
        "parameters": {
            "type": "object",
            "properties": {"terms": {"type": "array", "items": {"$ref": "#/$defs/Term"}}},
            "required": ["terms"],
            "$defs": {"Term": {"type": "integer"}},
        },
    },
}
NAMED = {"type": "function", "function": {"name": "get_weather"}}


def demanded(choice, call, reason):
    assert reason == "tool_calls", reason
    arguments = json.loads(call.function.arguments)
    if call.function.name == "add" and choice == "required":
        assert all(isinstance(term, int) for term in arguments["terms"]), arguments
    else:
        assert call.function.name == "get_weather", call
        assert isinstance(arguments["city"], str) and isinstance(arguments["days"], int), arguments


def tools_demanded():
    for choice in ("required", NAMED):
        for tools in ([ADD, WEATHER], [WEATHER]):
            answer = client.chat.completions.create(model="llama3", messages=HELLO, tools=tools, tool_choice=choice)
            (call,) = answer.choices[0].message.tool_calls
            assert answer.choices[0].message.content is None, answer
            demanded(choice, call, answer.choices[0].finish_reason)
    none = client.chat.completions.create(model="llama3", messages=HELLO, tools=[WEATHER], tool_choice="none")
    assert none.choices[0].message.content and not none.choices[0].message.tool_calls, none


def tools_demanded_streamed():
    for choice in ("required", NAMED):
        with client.chat.completions.stream(
            model="llama3", messages=HELLO, tools=[ADD, WEATHER], tool_choice=choice
        ) as stream:
            final = stream.get_final_completion()
        (call,) = final.choices[0].message.tool_calls
        assert not final.choices[0].message.content, final
        demanded(choice, call, final.choices[0].finish_reason)


def structured():
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
        "required": ["name", "tags"],
        "additionalProperties": False,
    }
    answer = client.chat.completions.create(
        model="llama3",
        messages=HELLO,
        response_format={"type": "json_schema", "json_schema": {"name": "thing", "strict": True, "schema": schema}},
    )
    content = json.loads(answer.choices[0].message.content)
    assert isinstance(content["name"], str) and isinstance(content["tags"], list), content
    answer = client.chat.completions.create(
        model="llama3", messages=HELLO, response_format={"type": "json_object"}
    )
    assert isinstance(json.loads(answer.choices[0].message.content), dict), answer


def completions():
    answer = client.completions.create(model="llama3", prompt="Once upon a time", max_tokens=4)
    assert answer.object == "text_completion" and answer.choices[0].text, answer
    chunks = list(client.completions.create(model="llama3", prompt="Once upon", max_tokens=4, stream=True))
    assert "".join(c.choices[0].text for c in chunks if c.choices), chunks


def embeddings():
    # The package asks for base64 by itself; what an application gets is the same either way.
    packed = client.embeddings.create(model="embed", input=["one", "two"])
    plain = client.embeddings.create(model="embed", input=["one", "two"], encoding_format="float")
    assert [d.index for d in packed.data] == [0, 1] and len(packed.data[0].embedding) == 768, packed
    for ours, theirs in zip(packed.data, plain.data):
        assert max(abs(a - b) for a, b in zip(ours.embedding, theirs.embedding)) < 1e-6
    assert packed.data[0].embedding != packed.data[1].embedding
    assert packed.usage.prompt_tokens > 0, packed.usage


def models():
    assert [m.id for m in client.models.list()] == ["llama3", "embed"]
    assert client.models.retrieve("llama3").id == "llama3"


def failing(kind, code, call, *words):
    try:
        call()
    except kind as error:
        assert error.code == code, error
        assert all(word in error.message for word in words), error.message
        return
    raise AssertionError(f"{kind.__name__} was not raised")


def errors():
    create = client.chat.completions.create
    for stream in (False, True):
        unknown = lambda: create(model="llama4", messages=HELLO, stream=stream)
        failing(openai.NotFoundError, "model_not_found", unknown, "`llama4`", "`llama3`", "`embed`")
        hot = lambda: create(model="llama3", messages=HELLO, temperature="hot", stream=stream)
        failing(openai.BadRequestError, "invalid_request", hot, "temperature")
        empty = lambda: create(model="llama3", messages=[], stream=stream)
        failing(openai.BadRequestError, "invalid_request", empty, "messages")
    many = lambda: create(model="llama3", messages=HELLO, n=129)
    failing(openai.BadRequestError, "invalid_request", many)
    failing(openai.NotFoundError, "model_not_found", lambda: client.models.retrieve("llama4"), "`llama3`")
    stranger = openai.OpenAI(**{**options, "api_key": "sk-nobody"})
    failing(openai.AuthenticationError, "invalid_api_key", lambda: stranger.models.list())
    failing(
        openai.AuthenticationError,
        "invalid_api_key",
        lambda: stranger.chat.completions.create(model="llama3", messages=HELLO),
    )


def several_answers():
    answer = client.chat.completions.create(model="llama3", messages=HELLO, n=3)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert all(choice.message.content for choice in answer.choices)
    texts, ends = {}, set()
    for chunk in client.chat.completions.create(model="llama3", messages=HELLO, n=3, stream=True):
        for choice in chunk.choices:
            texts[choice.index] = texts.get(choice.index, "") + (choice.delta.content or "")
            if choice.finish_reason:
                ends.add(choice.index)
    assert set(texts) == ends == {0, 1, 2} and all(texts.values())


def many_at_once():
    async def one(tongue, number):
        stream = await tongue.chat.completions.create(
            model="llama3", messages=[{"role": "user", "content": f"Number {number}"}], stream=True
        )
        return "".join([c.choices[0].delta.content or "" async for c in stream])

    async def all_of_them():
        async with openai.AsyncOpenAI(**options) as tongue:
            return await asyncio.gather(*(one(tongue, number) for number in range(24)))

    texts = asyncio.run(all_of_them())
    assert len(texts) == 24 and len({text[:6] for text in texts}) == 3, "every box answers some"


def leaving():
    stream = client.chat.completions.create(model="llama3", messages=HELLO, stream=True)
    next(iter(stream))
    stream.close()
    chat()


for step in (
    chat, headers, chat_streamed, usage_chunk, tools, tools_streamed, tools_demanded, tools_demanded_streamed, structured,
    completions, embeddings, models, errors, several_answers, many_at_once, leaving,
):
    step()
    print("ok", step.__name__, flush=True)
