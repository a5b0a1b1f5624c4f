"""The official `ollama` package against a gateway: Client and AsyncClient. Arguments: the gateway's URL, and the names of a model of
boxes, one of vectors on boxes, one behind an OpenAI-dialect server, one of vectors there."""

import sys

import ollama
from cases import case, main

URL, BOX, BOX_EMBED, OTHER, OTHER_EMBED = sys.argv[1:]
client = ollama.Client(host=URL)
hi = [{"role": "user", "content": "Say hi"}]
few = {"num_predict": 6, "temperature": 0}
# Small enough to be pulled at once.
SMALL = "small:0.1b"


def refused(call, status: int, text: str) -> None:
    try:
        call()
    except ollama.ResponseError as error:
        assert error.status_code == status and text in error.error, (error.status_code, error.error)
        return
    raise AssertionError("no ResponseError")


def check_stream(parts: list, text) -> None:
    assert parts[-1].done and not any(part.done for part in parts[:-1]), parts[-1]
    assert parts[-1].done_reason in ("stop", "length") and parts[-1].eval_count > 0, parts[-1]
    assert "".join(text(part) or "" for part in parts), parts


@case
def list_has_every_model():
    names = [row.model for row in client.list().models]
    assert names[:2] == [BOX, BOX_EMBED] and {OTHER, OTHER_EMBED} <= set(names), names


@case
def show_of_a_box():
    card = client.show(BOX)
    assert "completion" in card.capabilities and card.modelinfo["general.architecture"] == "llama", card


@case
def show_of_another_server():
    assert client.show(OTHER).capabilities[0] == "completion"


@case
def chat_whole():
    for model in (BOX, OTHER):
        answer = client.chat(model=model, messages=hi, options=few)
        assert answer.message.content and answer.done and answer.model == model, answer


@case
def chat_streamed():
    for model in (BOX, OTHER):
        check_stream(list(client.chat(model=model, messages=hi, options=few, stream=True)), lambda part: part.message.content)


@case
def chat_with_a_tool():
    def look(place: str) -> str:
        """Looks somewhere.

        Args:
          place: where
        """
        return place

    answer = client.chat(model=BOX, messages=hi, tools=[look])
    assert answer.message.tool_calls is None or answer.message.tool_calls[0].function.name == "look", answer


@case
def generate_whole():
    for model in (BOX, OTHER):
        answer = client.generate(model=model, prompt="Say hi", system="Be brief", options=few)
        assert answer.response and answer.done and answer.model == model, answer


@case
def generate_streamed():
    for model in (BOX, OTHER):
        check_stream(list(client.generate(model=model, prompt="Say hi", options=few, stream=True)), lambda part: part.response)


@case
def generate_with_a_format():
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    assert client.generate(model=BOX, prompt="x", format=schema).response.lstrip().startswith("{")


@case
def ps_names_a_loaded_model():
    # A probe has to see it first.
    import time

    for _ in range(100):
        rows = client.ps().models
        if rows:
            break
        time.sleep(0.1)
    assert rows and rows[0].model in (BOX, BOX_EMBED) and rows[0].size > 0 and rows[0].expires_at.year > 2000, rows


@case
def load_and_unload():
    for model in (BOX, OTHER):
        assert client.generate(model=model).done_reason == "load"
        assert client.generate(model=model, keep_alive=0).done_reason == "unload"
        assert client.chat(model=model, messages=[]).done_reason == "load"


@case
def embed_one_and_many():
    for model in (BOX_EMBED, OTHER_EMBED):
        one = client.embed(model=model, input="a")
        many = client.embed(model=model, input=["a", "b"])
        assert len(one.embeddings) == 1 and len(many.embeddings) == 2 and len(many.embeddings[1]) > 8, model
        assert all(abs(x - y) < 1e-3 for x, y in zip(one.embeddings[0], many.embeddings[0])), model


@case
def embeddings_the_old_way():
    for model in (BOX_EMBED, OTHER_EMBED):
        assert len(client.embeddings(model=model, prompt="a").embedding) > 8


@case
def errors_are_response_errors():
    refused(lambda: client.chat(model="nobody", messages=hi), 404, "model 'nobody' not found")
    refused(lambda: client.generate(model="nobody", prompt="x"), 404, "model 'nobody' not found")
    refused(lambda: client.embed(model="nobody", input="x"), 404, 'model "nobody" not found, try pulling it first')
    refused(lambda: client.show("nobody"), 404, "not found")
    refused(lambda: list(client.generate(model="nobody", prompt="x", stream=True)), 404, "not found")
    refused(lambda: client.generate(model=BOX, prompt="x", raw=True, system="s"), 400, "raw mode does not support")
    refused(lambda: client.generate(model=OTHER, prompt="x", suffix="y"), 400, "suffix")
    refused(lambda: client.generate(model=OTHER, prompt="x", context=[1]), 400, "context")


@case
def what_boxes_alone_do_is_refused():
    refused(lambda: client.push("x"), 403, "ollama push")
    refused(lambda: client.create("x", from_="y"), 403, "ollama create")


@case
def pull_streamed():
    bars: dict[str, list] = {}
    steps = []
    for line in client.pull(SMALL, stream=True):
        bars.setdefault(line.digest, []).append(line) if line.digest else steps.append(line.status)
    assert steps[0] == "pulling manifest" and steps[-1] == "success", steps
    for bar in bars.values():
        assert len({line.total for line in bar}) == 1 and bar[-1].completed == bar[-1].total, bar


@case
def pull_whole():
    assert client.pull(SMALL).status == "success"
    refused(lambda: client.pull("a b"), 400, "invalid model name")


@case
def copy_and_delete():
    assert client.copy(SMALL, "mine").status == "success"
    assert client.delete("mine").status == "success"
    assert client.delete(SMALL).status == "success"
    refused(lambda: client.delete(SMALL), 404, f"model '{SMALL}' not found")
    refused(lambda: client.copy("nobody", "x"), 404, 'model "nobody" not found')


@case
async def async_pull():
    own = ollama.AsyncClient(host=URL)
    lines = [line async for line in await own.pull(SMALL, stream=True)]
    assert lines[-1].status == "success", lines[-1]
    assert (await own.delete(SMALL)).status == "success"


@case
async def async_chat_and_generate():
    own = ollama.AsyncClient(host=URL)
    for model in (BOX, OTHER):
        answer = await own.chat(model=model, messages=hi, options=few)
        assert answer.message.content
        parts = [part async for part in await own.generate(model=model, prompt="Say hi", options=few, stream=True)]
        check_stream(parts, lambda part: part.response)


@case
async def async_rest():
    own = ollama.AsyncClient(host=URL)
    assert len((await own.list()).models) >= 4
    assert (await own.show(BOX)).capabilities
    assert (await own.ps()).models is not None
    assert len((await own.embed(model=BOX_EMBED, input=["a"])).embeddings) == 1
    assert (await own.embeddings(model=BOX_EMBED, prompt="a")).embedding
    try:
        await own.chat(model="nobody", messages=hi)
    except ollama.ResponseError as error:
        assert error.status_code == 404
    else:
        raise AssertionError("no ResponseError")


main()
