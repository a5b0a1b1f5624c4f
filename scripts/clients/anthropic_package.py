"""The official `anthropic` package against a gateway. Arguments: the gateway's URL, and the names of a model of boxes, one of vectors on
boxes, one behind an OpenAI-dialect server, one of vectors there."""

import sys

import anthropic
from cases import case, main

URL, BOX, _, OTHER, _ = sys.argv[1:]
client = anthropic.Anthropic(base_url=URL, api_key="none", max_retries=0)
hi = [{"role": "user", "content": "Say hi"}]
weather = {
    "name": "weather", "description": "The weather of a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def refused(call, kind: type) -> None:
    try:
        call()
    except kind as error:
        assert error.body["type"] == "error" and error.body["error"]["message"], error
        return
    raise AssertionError(f"no {kind.__name__}")


@case
def create_whole():
    for model in (BOX, OTHER):
        message = client.messages.create(model=model, max_tokens=30, messages=hi, system="Be brief")
        assert message.content[0].text and message.role == "assistant" and message.model == model, message
        assert message.usage.output_tokens > 0 and message.stop_reason in ("end_turn", "max_tokens"), message


@case
def stream_in_order():
    for model in (BOX, OTHER):
        kinds = [event.type for event in client.messages.create(model=model, max_tokens=30, messages=hi, stream=True)]
        assert kinds[:2] == ["message_start", "content_block_start"], kinds
        assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"], kinds


@case
def stream_helper():
    with client.messages.stream(model=BOX, max_tokens=30, messages=hi) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    assert text and message.content[0].text == text and message.usage.output_tokens > 0, message


@case
async def async_whole_and_streamed():
    async with anthropic.AsyncAnthropic(base_url=URL, api_key="none", max_retries=0) as client:
        assert (await client.messages.create(model=BOX, max_tokens=30, messages=hi)).content[0].text
        async with client.messages.stream(model=BOX, max_tokens=30, messages=hi) as stream:
            assert [text async for text in stream.text_stream]


@case
def blocks_and_pictures():
    source = {"type": "base64", "media_type": "image/png", "data": picture}
    content = [{"type": "text", "text": "Say hi", "cache_control": {"type": "ephemeral"}}]
    message = client.messages.create(
        model=BOX, max_tokens=30, system=[{"type": "text", "text": "Be brief"}],
        messages=[{"role": "user", "content": content}])
    assert message.content[0].text, message
    refused(
        lambda: client.messages.create(
            model="nobody", max_tokens=30, messages=[{"role": "user", "content": [{"type": "image", "source": source}]}]),
        anthropic.NotFoundError)


@case
def a_picture_by_address_is_refused():
    source = {"type": "url", "url": "https://example.com/a.png"}
    refused(
        lambda: client.messages.create(
            model=BOX, max_tokens=30, messages=[{"role": "user", "content": [{"type": "image", "source": source}]}]),
        anthropic.BadRequestError)


@case
def tools_there_and_back():
    first = client.messages.create(
        model=BOX, max_tokens=300, messages=[{"role": "user", "content": "Call weather"}], tools=[weather],
        tool_choice={"type": "tool", "name": "weather"})
    use = next(block for block in first.content if block.type == "tool_use")
    assert first.stop_reason == "tool_use" and "city" in use.input, first
    second = client.messages.create(
        model=BOX, max_tokens=60, tools=[weather],
        messages=[
            {"role": "user", "content": "Call weather"}, {"role": "assistant", "content": first.content},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": use.id, "content": "Sunny"}]},
        ])
    assert second.content, second


@case
def tools_streamed():
    with client.messages.stream(
            model=BOX, max_tokens=300, messages=[{"role": "user", "content": "Call weather"}], tools=[weather],
            tool_choice={"type": "any"}) as stream:
        message = stream.get_final_message()
    assert any(block.type == "tool_use" and "city" in block.input for block in message.content), message


@case
def stop_sequences_and_sampling():
    message = client.messages.create(
        model=BOX, max_tokens=30, messages=hi, stop_sequences=["zzz"],
        extra_body={"temperature": 0.2, "top_k": 5})
    assert message.content, message


@case
def tokens_are_counted():
    count = client.messages.with_raw_response.count_tokens(model=BOX, messages=hi)
    assert count.parse().input_tokens > 0 and count.headers["x-drover-token-count"] == "estimate", count.headers


@case
def models_are_listed():
    assert {BOX, OTHER} <= {model.id for model in client.models.list()}
    assert client.models.retrieve(BOX).id == BOX


@case
def errors_are_the_packages_own():
    refused(lambda: client.messages.create(model="nobody", max_tokens=5, messages=hi), anthropic.NotFoundError)
    refused(lambda: client.messages.create(model=BOX, max_tokens=5, messages=[]), anthropic.BadRequestError)


main()
