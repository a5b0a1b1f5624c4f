"""The cases of one client: a function each, run in order, with a line `ok NAME` or `failed NAME: why` for each."""

import asyncio
import inspect
import sys
import traceback
from typing import Callable

_cases: list[Callable] = []


def case(function: Callable) -> Callable:
    """Marks a function as a case; one that is async runs in a loop of its own."""
    _cases.append(function)
    return function


def main() -> None:
    failed = 0
    for function in _cases:
        name = function.__name__.replace("_", " ")
        try:
            result = function()
            if inspect.iscoroutine(result):
                asyncio.run(result)
            print(f"ok {name}", flush=True)
        except Exception as error:
            failed += 1
            where = traceback.extract_tb(error.__traceback__)
            line = next((frame.lineno for frame in reversed(where) if frame.filename == sys.argv[0]), 0)
            print(f"failed {name}: line {line}: {type(error).__name__}: {str(error)[:300]}", flush=True)
    sys.exit(1 if failed else 0)
