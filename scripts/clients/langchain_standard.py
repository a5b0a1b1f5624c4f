"""LangChain's standard tests of chat models (`langchain-tests`), by `langchain-openai`, `langchain-anthropic` and `langchain-ollama`, against
boxes, asked by their own API and by OpenAI's. Arguments: the gateway's URL, a model of boxes, one of a box behind `openai/`, and the URLs
of the farm's boxes.

The boxes say what a tool's test is about, since a simulated model has no sense of its own (`POST /farm/script`).
"""

import json
import sys
import urllib.request
import warnings

import pytest
from langchain_anthropic import ChatAnthropic
from langchain_ollama import ChatOllama
from langchain_openai import ChatOpenAI
from langchain_tests.integration_tests import ChatModelIntegrationTests

URL, BOX, OTHER, *FARM = sys.argv[1:]

# What the model calls, by a part of the test's name.
CALLS = {
    "tool_calling_with_no_arguments": ("magic_function_no_args", {}),
    "tool_calling": ("magic_function", {"input": 3}),
    "tool_choice": ("magic_function", {"input": 3}),
    "bind_runnables_as_tools": ("greeting_generator", {"answer_style": "pirate"}),
    "agent_loop": ("get_weather", {"location": "San Francisco, CA"}),
    "unicode_tool_call": ("unicode_customer", {"customer_name": "你好こんにちは", "description": "a customer"}),
}


def tell(script: dict) -> None:
    for box in FARM:
        urllib.request.urlopen(urllib.request.Request(box + "/farm/script", json.dumps(script).encode())).read()


class Standard(ChatModelIntegrationTests):
    """One chat model's class with its words for the gateway's address."""

    words: dict = {}

    @property
    def chat_model_params(self) -> dict:
        return {"model": self.model_name, **self.words}

    @pytest.fixture(autouse=True)
    def script(self, request):
        test = request.node.nodeid
        # A box's own `/v1` takes a call that is demanded as a hint, and a simulated model does not take it.
        if "BeforeOpenAI" in test and ("Anthropic" in test and "structured_output" in test or "2_v1" in test):
            pytest.skip("the answer is a call that the model would have to think of")
        # The first that fits: the longest name is first.
        call = next((call for part, call in CALLS.items() if part in test), None)
        if call:
            tell({"tool_calls": [{"name": call[0], "arguments": call[1]}]})
        yield
        if call:
            tell({})


class OpenAI(Standard):
    chat_model_class = ChatOpenAI
    words = {"base_url": URL + "/v1", "api_key": "none", "max_retries": 0, "stream_usage": True}


class Anthropic(Standard):
    chat_model_class = ChatAnthropic
    words = {"base_url": URL, "api_key": "none", "max_retries": 0}


class Ollama(Standard):
    chat_model_class = ChatOllama
    words = {"base_url": URL}
    # It has the word, and does not send it.
    has_tool_choice = False


def suite(base: type, place: str, model: str) -> type:
    return type(f"Test{base.__name__}Before{place}", (base,), {"model_name": model, "__module__": __name__})


TestOpenAIBeforeBox = suite(OpenAI, "Box", BOX)
TestOpenAIBeforeOpenAI = suite(OpenAI, "OpenAI", OTHER)
TestAnthropicBeforeBox = suite(Anthropic, "Box", BOX)
TestAnthropicBeforeOpenAI = suite(Anthropic, "OpenAI", OTHER)
TestOllamaBeforeBox = suite(Ollama, "Box", BOX)
TestOllamaBeforeOpenAI = suite(Ollama, "OpenAI", OTHER)


class Lines:
    """A line for each test, as of every client."""

    def pytest_runtest_logreport(self, report) -> None:
        name = report.nodeid.split("::", 1)[-1].replace("::", " ")
        if report.failed:
            print(f"failed {name}: {report.longreprtext.splitlines()[-1]}", flush=True)
        elif report.when == "call" and report.passed:
            print(f"ok {name}", flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    options = [
        "-p", "no:cacheprovider", "-p", "no:terminal", "-W", "ignore", "-o", "asyncio_mode=auto", "-o",
        "asyncio_default_test_loop_scope=session", "-o", "asyncio_default_fixture_loop_scope=session",
    ]
    sys.exit(pytest.main([*options, __file__], plugins=[Lines()]))
