"""The pictures of the documents."""

import json
import pathlib
import threading
import time
import urllib.request

import cases
from browser import Browser


def take(browser: Browser, place: cases.Place, folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    workers = [threading.Thread(target=work, args=(place, stop, number), daemon=True) for number in range(7)]
    for worker in workers:
        worker.start()
    browser.log_in(cases.MASTER)
    for name, budget in (("research", 100), ("support", 50), ("interns", 10)):
        place.call("/team/new", {"team_alias": name, "team_id": name, "max_budget": budget, "budget_duration": "30d"})
        place.call("/key/generate", {"key_alias": f"{name}-bot", "team_id": name, "models": ["llama3"], "max_budget": budget / 10})
    browser.go("/ui/pool")
    browser.sees("gpu-1")
    place.fault(2, "refuse")
    browser.until("a box is down", lambda: browser.all(".box[data-state=down]"))
    time.sleep(12)
    browser.picture(folder / "pool.png")
    browser.scheme("dark")
    time.sleep(1)
    browser.picture(folder / "pool-dark.png")
    browser.scheme("light")
    place.fault(2, "none")
    browser.size(1100, 720)
    browser.go("/ui/requests?status=success")
    browser.until("there are rows", lambda: browser.all(".requests tbody button"))
    time.sleep(3)
    browser.all(".requests tbody button")[3].click()
    browser.sees("(chosen)", "dialog")
    browser.picture(folder / "request.png")
    browser.size(390, 800)
    browser.go("/ui/playground")
    browser.write(".ask textarea", "Which box are you?")
    browser.press("Send", "button")
    browser.sees("tokens/s", ".told")
    browser.picture(folder / "playground-phone.png")
    stop.set()
    for worker in workers:
        worker.join()


def work(place: cases.Place, stop: threading.Event, number: int) -> None:
    """One client that asks on and on."""
    while not stop.is_set():
        body = {"model": "mistral" if number == 0 else "llama3", "stream": True, "max_tokens": 60, "messages": [{"role": "user", "content": f"Tell me about number {number}. " * (5 + 20 * number)}]}
        request = urllib.request.Request(f"{place.url}/v1/chat/completions", json.dumps(body).encode(), {"authorization": f"Bearer {cases.MASTER}", "content-type": "application/json"})
        try:
            urllib.request.urlopen(request, timeout=60).read()
        except OSError:
            time.sleep(0.5)
