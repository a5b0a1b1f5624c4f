"""The official `openai` package's responses, and OpenAI's Agents SDK in its default mode, against a gateway. Arguments: the gateway's URL,
and the names of a model of boxes, one of vectors on boxes, one behind an OpenAI-dialect server, one of vectors there."""

import json
import sys

import openai
from agents import Agent, Runner, function_tool, set_default_openai_client, set_tracing_disabled
from cases import case, main
from pydantic import BaseModel

URL, BOX, _, OTHER, _ = sys.argv[1:]
client = openai.OpenAI(base_url=URL + "/v1", api_key="none", max_retries=0)
set_tracing_disabled(True)

# A box of the farm calls the tools that the user names.
ask = "Call weather"
weather = {
    "type": "function", "name": "weather", "description": "The weather of a city", "strict": True,
    "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False,
    },
}


class Person(BaseModel):
    name: str
    age: int


def refused(call, kind: type, param: str) -> None:
    try:
        call()
    except kind as error:
        assert error.param == param, error
        return
    raise AssertionError(f"no {kind.__name__}")


def own() -> openai.AsyncOpenAI:
    """A client for the loop of one case, and of the agents in it."""
    made = openai.AsyncOpenAI(base_url=URL + "/v1", api_key="none", max_retries=0)
    set_default_openai_client(made)
    return made


def check(response, model: str) -> None:
    assert response.id.startswith("resp_") and response.object == "response" and response.model == model, response
    assert response.status in ("completed", "incomplete") and response.error is None, response
    usage = response.usage
    assert usage.output_tokens > 0 and usage.total_tokens == usage.input_tokens + usage.output_tokens, usage


@case
def create_whole():
    for model in (BOX, OTHER):
        response = client.responses.create(model=model, input="Say hi", instructions="Be brief", max_output_tokens=400)
        check(response, model)
        assert response.output_text and response.instructions == "Be brief", response


@case
def create_of_messages():
    items = [
        {"role": "developer", "content": "Be brief"}, {"role": "user", "content": [{"type": "input_text", "text": "Say hi"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi", "annotations": []}]},
        {"role": "user", "content": "Again"},
    ]
    for model in (BOX, OTHER):
        assert client.responses.create(model=model, input=items, max_output_tokens=400).output_text


@case
def create_streamed():
    for model in (BOX, OTHER):
        events = list(client.responses.create(model=model, input="Say hi", max_output_tokens=400, stream=True))
        assert [event.sequence_number for event in events] == list(range(len(events)))
        assert [event.type for event in events[:2]] == ["response.created", "response.in_progress"]
        last = events[-1]
        assert last.type in ("response.completed", "response.incomplete"), last
        check(last.response, model)
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        assert text and text == last.response.output_text


@case
def create_cut_off():
    for model in (BOX, OTHER):
        response = client.responses.create(model=model, input="Tell a long story", max_output_tokens=3)
        if response.status == "incomplete":
            assert response.incomplete_details.reason == "max_output_tokens" and response.usage.output_tokens <= 3, response


@case
def a_tool_is_called_and_told_back():
    question = [{"role": "user", "content": ask}]
    response = client.responses.create(model=BOX, input=question, tools=[weather])
    calls = [item for item in response.output if item.type == "function_call"]
    assert calls and calls[0].name == "weather" and isinstance(json.loads(calls[0].arguments), dict), response
    question += [item.model_dump(exclude_none=True) for item in response.output]
    question += [{"type": "function_call_output", "call_id": call.call_id, "output": "rain"} for call in calls]
    assert client.responses.create(model=BOX, input=question, tools=[weather]).output_text


@case
def a_tool_is_called_in_a_stream():
    with client.responses.stream(model=BOX, input=ask, tools=[weather]) as stream:
        kinds = {event.type for event in stream}
        call = next(item for item in stream.get_final_response().output if item.type == "function_call")
    assert {"response.function_call_arguments.delta", "response.function_call_arguments.done"} <= kinds, kinds
    assert call.name == "weather" and isinstance(json.loads(call.arguments), dict), call


@case
def parse_an_answer():
    for model in (BOX, OTHER):
        parsed = client.responses.parse(model=model, input="Name somebody", text_format=Person, max_output_tokens=400).output_parsed
        assert isinstance(parsed, Person), parsed


@case
def parse_a_stream():
    with client.responses.stream(model=BOX, input="Name somebody", text_format=Person) as stream:
        for _ in stream:
            pass
        assert isinstance(stream.get_final_response().output_parsed, Person)


@case
def a_response_is_gone_on_from_read_and_forgotten():
    for model in (BOX, OTHER):
        first = client.responses.create(model=model, input="Say hi", max_output_tokens=400)
        assert first.store is True
        again = client.responses.retrieve(first.id)
        assert again.output_text == first.output_text and again.usage == first.usage, again
        stream = client.responses.create(
            model=model, input="Again", previous_response_id=first.id, max_output_tokens=400, stream=True)
        last = list(stream)[-1].response
        assert last.previous_response_id == first.id and last.usage.input_tokens > first.usage.input_tokens, last
        alone, whole = (
            client.responses.input_tokens.count(model=model, input="Again", previous_response_id=before).input_tokens
            for before in (None, first.id)
        )
        assert 0 < alone < whole, (alone, whole)
        client.responses.delete(first.id)
        asked = list(client.responses.input_items.list(last.id, order="asc", limit=2))
        assert [item.type for item in asked] == ["message"] * len(asked) and asked[0].content[0].text, asked
        assert asked[-1].content[0].text == "Again" and len(asked) >= 3, "pages follow each other"
        replayed = list(client.responses.retrieve(last.id, stream=True))
        assert replayed[-1].type == "response.completed" and replayed[-1].response.id == last.id, replayed[-1]
        assert [event.sequence_number for event in replayed] == list(range(len(replayed)))
        rest = list(client.responses.retrieve(last.id, stream=True, starting_after=4))
        assert rest == replayed[5:]
        refused(lambda: client.responses.retrieve(first.id), openai.NotFoundError, None)
        unkept = client.responses.create(model=model, input="Say hi", max_output_tokens=400, store=False)
        refused(lambda: client.responses.retrieve(unkept.id), openai.NotFoundError, None)


@case
def errors_are_the_packages_own():
    create = client.responses.create
    refused(lambda: create(model="nobody", input="x"), openai.NotFoundError, "model")
    refused(
        lambda: create(model=BOX, input="x", previous_response_id="resp_1"), openai.BadRequestError, "previous_response_id")
    refused(lambda: create(model=BOX, input="x", tools=[{"type": "web_search"}]), openai.BadRequestError, "tools[0].type")
    refused(lambda: create(model=BOX, input=[{"role": "x", "content": "y"}]), openai.BadRequestError, "input[0].role")
    dropped = create(model=BOX, input="x", tools=[{"type": "web_search"}], extra_body={"drop_params": True})
    assert dropped.output_text


@case
async def async_whole_and_streamed():
    async with own() as asynchronous:
        for model in (BOX, OTHER):
            assert (await asynchronous.responses.create(model=model, input="Say hi", max_output_tokens=400)).output_text
            stream = await asynchronous.responses.create(model=model, input="Say hi", max_output_tokens=400, stream=True)
            kinds = [event.type async for event in stream]
            assert kinds[-1] in ("response.completed", "response.incomplete"), kinds


@case
async def agents_answer():
    async with own():
        for model in (BOX, OTHER):
            assert (await Runner.run(Agent(name="a", instructions="Be brief", model=model), "Say hi")).final_output


@case
async def agents_call_a_tool():
    told = []

    @function_tool
    def weather(city: str) -> str:
        """The weather of a city."""
        told.append(city)
        return "rain"

    agent = Agent(name="a", instructions="Be brief", model=BOX, tools=[weather])
    async with own():
        assert (await Runner.run(agent, ask)).final_output and len(told) == 1, told
        run = Runner.run_streamed(agent, ask)
        async for _ in run.stream_events():
            pass
        assert run.final_output and len(told) == 2, told


@case
async def agents_go_on_from_a_response():
    agent = Agent(name="a", instructions="Be brief", model=BOX)
    async with own():
        first = await Runner.run(agent, "Say hi")
        assert (await Runner.run(agent, "Again", previous_response_id=first.last_response_id)).final_output


@case
async def agents_answer_with_a_type():
    agent = Agent(name="a", instructions="Name somebody", model=BOX, output_type=Person)
    async with own():
        assert isinstance((await Runner.run(agent, "x")).final_output, Person)


main()
