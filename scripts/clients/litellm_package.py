"""LiteLLM's own SDK against a gateway, by each of the doors that it knows; the arguments are those of `ollama_package.py`."""

import os
import sys

# Else it asks the web for prices first.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
from cases import case, main

URL, BOX, BOX_EMBED, OTHER, OTHER_EMBED = sys.argv[1:]
litellm.telemetry = False
hello = [{"role": "user", "content": "Say hi"}]
# The provider's prefix says which API is spoken.
DOORS = [("openai/", URL + "/v1"), ("anthropic/", URL), ("ollama_chat/", URL), ("litellm_proxy/", URL)]
words = {"api_key": "none", "max_tokens": 8, "num_retries": 0}


def text(answer) -> str:
    return answer.choices[0].message.content


@case
def a_completion_by_every_door():
    for prefix, base in DOORS:
        for model in (BOX, OTHER):
            answer = litellm.completion(prefix + model, hello, api_base=base, **words)
            assert text(answer) and answer.usage.completion_tokens > 0, (prefix, model, answer)


@case
def a_stream_by_every_door():
    for prefix, base in DOORS:
        for model in (BOX, OTHER):
            parts = list(litellm.completion(prefix + model, hello, api_base=base, stream=True, **words))
            assert "".join(part.choices[0].delta.content or "" for part in parts), (prefix, model)


@case
async def asynchronous_by_every_door():
    for prefix, base in DOORS:
        answer = await litellm.acompletion(prefix + BOX, hello, api_base=base, **words)
        assert text(answer), (prefix, answer)


@case
def embeddings():
    for model in (BOX_EMBED, OTHER_EMBED):
        answer = litellm.embedding("openai/" + model, ["a", "b"], api_base=URL + "/v1", api_key="none")
        assert len(answer.data) == 2


@case
def tools():
    tool = {
        "type": "function",
        "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
    }
    ask = [{"role": "user", "content": "Call weather"}]
    for prefix, base in DOORS:
        answer = litellm.completion(
            prefix + BOX, ask, api_base=base, tools=[tool], tool_choice="required", **{**words, "max_tokens": 200})
        assert answer.choices[0].message.tool_calls[0].function.name == "weather", (prefix, answer)


@case
def errors_are_the_classes_of_openai():
    for prefix, base in DOORS[:1] + DOORS[3:]:
        try:
            litellm.completion(prefix + "nobody", hello, api_base=base, **words)
        except litellm.NotFoundError as error:
            assert "nobody" in str(error)
        else:
            raise AssertionError(f"{prefix}: no NotFoundError")


main()
