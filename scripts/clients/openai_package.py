"""The official `openai` package's chats, completions and vectors against a gateway. Arguments: the gateway's URL, and the names of a model
of boxes, one of vectors on boxes, one behind an OpenAI-dialect server, one of vectors there."""

import base64
import json
import struct
import sys

import openai
from cases import case, main
from pydantic import BaseModel

URL, BOX, BOX_EMBED, OTHER, _ = sys.argv[1:]
client = openai.OpenAI(base_url=URL + "/v1", api_key="none", max_retries=0)
hi = [{"role": "user", "content": "Say hi"}]
weather = {
    "type": "function",
    "function": {
        "name": "weather", "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class Person(BaseModel):
    name: str
    age: int


def refused(call, kind: type, param: str | None) -> None:
    try:
        call()
    except kind as error:
        assert error.param == param, error
        return
    raise AssertionError(f"no {kind.__name__}")


def own() -> openai.AsyncOpenAI:
    """A client for the loop of one case."""
    return openai.AsyncOpenAI(base_url=URL + "/v1", api_key="none", max_retries=0)


@case
def models_are_listed():
    assert {BOX, BOX_EMBED, OTHER} <= {model.id for model in client.models.list()}


@case
def chat_whole():
    for model in (BOX, OTHER):
        answer = client.chat.completions.create(model=model, messages=hi, max_tokens=20)
        assert answer.choices[0].message.content and answer.model == model and answer.usage.completion_tokens > 0, answer


@case
def chat_streamed_with_counts():
    for model in (BOX, OTHER):
        chunks = list(client.chat.completions.create(
            model=model, messages=hi, max_tokens=20, stream=True, stream_options={"include_usage": True}))
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert chunks[-1].usage.completion_tokens > 0 and not chunks[-1].choices, chunks[-1]


@case
async def chat_async():
    async with own() as client:
        assert (await client.chat.completions.create(model=BOX, messages=hi)).choices[0].message.content
        stream = await client.chat.completions.create(model=BOX, messages=hi, stream=True)
        assert [chunk async for chunk in stream]


@case
def several_answers_whole():
    answer = client.chat.completions.create(model=BOX, messages=hi, max_tokens=20, n=3, seed=4)
    assert [choice.index for choice in answer.choices] == [0, 1, 2], answer
    assert all(choice.message.content for choice in answer.choices), answer
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens, answer


@case
def several_answers_streamed():
    texts, ends, ids, usage = {}, {}, set(), None
    for chunk in client.chat.completions.create(
            model=BOX, messages=hi, max_tokens=20, n=3, stream=True, stream_options={"include_usage": True}):
        ids.add(chunk.id)
        usage = chunk.usage or usage
        for choice in chunk.choices:
            texts[choice.index] = texts.get(choice.index, "") + (choice.delta.content or "")
            if choice.finish_reason:
                ends[choice.index] = choice.finish_reason
    assert sorted(texts) == [0, 1, 2] and all(texts.values()) and sorted(ends) == [0, 1, 2], (texts, ends)
    assert len(ids) == 1 and usage.completion_tokens > 0, (ids, usage)


@case
def several_calls():
    answer = client.chat.completions.create(
        model=BOX, messages=[{"role": "user", "content": "Call weather"}], tools=[weather], tool_choice="required", n=2)
    ids = [choice.message.tool_calls[0].id for choice in answer.choices]
    assert len(set(ids)) == 2, ids
    for choice in answer.choices:
        assert "city" in json.loads(choice.message.tool_calls[0].function.arguments), choice


@case
def more_answers_than_there_may_be():
    refused(lambda: client.chat.completions.create(model=BOX, messages=hi, n=129), openai.BadRequestError, "n")
    refused(
        lambda: client.completions.create(model=BOX, prompt=["a"] * 65, n=2), openai.BadRequestError, "n")


@case
def structured_output():
    answer = client.chat.completions.parse(model=BOX, messages=hi, response_format=Person)
    assert isinstance(answer.choices[0].message.parsed, Person), answer


@case
def completions_of_several_prompts():
    answer = client.completions.create(model=BOX, prompt=["One", "Two"], n=2, max_tokens=10)
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3], answer
    indexes = {
        choice.index for chunk in client.completions.create(model=BOX, prompt=["One", "Two"], max_tokens=10, stream=True)
        for choice in chunk.choices
    }
    assert indexes == {0, 1}, indexes


@case
def completions_that_boxes_have_no_words_for():
    refused(lambda: client.completions.create(model=BOX, prompt="One", best_of=3), openai.BadRequestError, "best_of")
    refused(lambda: client.completions.create(model=BOX, prompt="One", echo=True), openai.BadRequestError, "echo")
    refused(lambda: client.completions.create(model=BOX, prompt=[1, 2, 3]), openai.BadRequestError, "prompt")


@case
def vectors_of_a_long_list():
    texts = [f"text {number}" for number in range(64)]
    many = client.embeddings.create(model=BOX_EMBED, input=texts, encoding_format="float")
    assert [row.index for row in many.data] == list(range(64)) and many.usage.prompt_tokens > 0
    for number in (0, 1, 31, 32, 63):
        one = client.embeddings.create(model=BOX_EMBED, input=texts[number], encoding_format="float").data[0].embedding
        assert many.data[number].embedding == one, number


@case
def vectors_in_base64():
    plain = client.embeddings.create(model=BOX_EMBED, input=["a"], encoding_format="float").data[0].embedding
    packed = client.embeddings.with_raw_response.create(model=BOX_EMBED, input=["a"] * 40, encoding_format="base64")
    rows = json.loads(packed.content)["data"]
    assert len(rows) == 40
    for row in rows:
        data = base64.b64decode(row["embedding"])
        found = struct.unpack(f"<{len(data) // 4}f", data)
        assert all(abs(a - b) < 1e-6 for a, b in zip(found, plain, strict=True))


@case
def token_ids_are_refused():
    refused(lambda: client.embeddings.create(model=BOX_EMBED, input=[1, 2]), openai.BadRequestError, "input")
    refused(lambda: client.embeddings.create(model=BOX_EMBED, input=[[1], [2]]), openai.BadRequestError, "input")


@case
def pictures_by_address_are_refused():
    picture = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    refused(
        lambda: client.chat.completions.create(model=BOX, messages=[{"role": "user", "content": [picture]}]),
        openai.BadRequestError, "messages[0].content[0].image_url.url")


@case
def errors_are_the_packages_own():
    refused(lambda: client.chat.completions.create(model="nobody", messages=hi), openai.NotFoundError, "model")
    refused(lambda: client.chat.completions.create(model=BOX, messages=[]), openai.BadRequestError, "messages")


main()
