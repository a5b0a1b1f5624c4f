"""`langchain-ollama` against a gateway; the arguments are those of `ollama_package.py`."""

import sys

from cases import case, main
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_ollama import ChatOllama, OllamaEmbeddings, OllamaLLM

URL, BOX, BOX_EMBED, OTHER, OTHER_EMBED = sys.argv[1:]
words = {"base_url": URL, "num_predict": 6, "temperature": 0, "validate_model_on_init": True}


def check(text: str) -> None:
    assert text.strip(), "nothing was said"


@case
def chat_invoke():
    for model in (BOX, OTHER):
        answer = ChatOllama(model=model, **words).invoke([SystemMessage("Be brief"), HumanMessage("Say hi")])
        check(answer.content)
        assert answer.usage_metadata["output_tokens"] > 0, answer


@case
def chat_stream():
    for model in (BOX, OTHER):
        parts = list(ChatOllama(model=model, **words).stream("Say hi"))
        check("".join(part.content for part in parts))
        assert any(part.usage_metadata for part in parts)


@case
async def chat_async():
    for model in (BOX, OTHER):
        check((await ChatOllama(model=model, **words).ainvoke("Say hi")).content)
        check("".join([part.content async for part in ChatOllama(model=model, **words).astream("Say hi")]))


@case
def chat_batch():
    assert len(ChatOllama(model=BOX, **words).batch(["a", "b", "c"])) == 3


@case
def chat_with_tools():
    def look(place: str) -> str:
        """Looks somewhere."""
        return place

    ChatOllama(model=BOX, **words).bind_tools([look]).invoke("Look at the sea")


@case
def chat_structured():
    schema = {"title": "A", "type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    model = ChatOllama(model=BOX, **{**words, "num_predict": 200})
    assert "a" in model.with_structured_output(schema, method="json_schema").invoke("x")


@case
def llm_invoke_and_stream():
    for model in (BOX, OTHER):
        check(OllamaLLM(model=model, **words).invoke("Say hi"))
        check("".join(OllamaLLM(model=model, **words).stream("Say hi")))


@case
async def llm_async():
    check(await OllamaLLM(model=BOX, **words).ainvoke("Say hi"))


@case
def embeddings():
    for model in (BOX_EMBED, OTHER_EMBED):
        own = OllamaEmbeddings(model=model, base_url=URL)
        assert len(own.embed_documents(["a", "b"])) == 2 and len(own.embed_query("a")) > 8


@case
async def embeddings_async():
    assert len(await OllamaEmbeddings(model=BOX_EMBED, base_url=URL).aembed_documents(["a", "b"])) == 2


@case
def an_unknown_model_is_named():
    try:
        ChatOllama(model="nobody", **words)
    except ValueError as error:
        assert "nobody" in str(error)
    else:
        raise AssertionError("no ValueError")


main()
