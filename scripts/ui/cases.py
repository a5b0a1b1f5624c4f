"""What the dashboard must do in a real browser, one function each, in this order."""

import json
import time
import urllib.error
import urllib.request

from browser import Browser, Failure

MASTER = "sk-master-of-the-test"
PAGES = ["pool", "requests", "playground", "keys", "usage", "config", "states"]


class Place:
    """A gateway before a farm, and the ways around the browser."""

    def __init__(self, url: str, farm: int, many: str) -> None:
        self.url, self.farm, self.many = url, farm, many
        self.key = ""

    def call(self, path: str, body: object = None, key: str = MASTER) -> tuple[int, dict]:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode() if body is not None else None, {"authorization": f"Bearer {key}", "content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def fault(self, box: int, kind: str) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.farm}/farm/fault?box={box}", json.dumps({"kind": kind}).encode(), {"content-type": "application/json"})
        urllib.request.urlopen(request, timeout=10).read()

    def chat(self, key: str = MASTER, model: str = "llama3") -> int:
        return self.call("/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": "hi"}]}, key)[0]


def check(truth: object, words: str) -> None:
    if not truth:
        raise Failure(words)


def logs_in(browser: Browser, place: Place) -> None:
    browser.go("/ui/pool")
    browser.write("input[type=password]", "sk-wrong")
    browser.press("Log in", "button")
    browser.until("a wrong key is refused in words", lambda: browser.text(".error"))
    browser.log_in(MASTER)
    browser.sees("gpu-1")
    check(MASTER not in browser.driver.page_source, "the key stands in the page")
    cookies = browser.script("return document.cookie")
    check(cookies == "", f"a script reads the cookie: {cookies}")
    browser.go("/ui/pool")
    browser.sees("gpu-1")


def sees_a_box_die_and_come_back(browser: Browser, place: Place) -> None:
    browser.go("/ui/pool")
    browser.until("three boxes are ready", lambda: len(browser.all(".box[data-trouble='']")) == 3)
    place.fault(1, "refuse")
    browser.until("the box is outlined", lambda: browser.all(".box[data-state=down][data-trouble=bad]"))
    browser.sees("api/version", ".box[data-state=down] .trouble")
    check("gpu-2" in browser.text(".box[data-state=down] h3"), "another box is said to be down")
    place.fault(1, "none")
    browser.until("the box is back", lambda: len(browser.all(".box[data-trouble='']")) == 3)


def remembers_a_day(browser: Browser, place: Place) -> None:
    browser.go("/ui/pool")
    browser.sees("gpu-1")
    browser.script("document.querySelector('.box details').open = true")
    browser.until("there is a strip", lambda: browser.all(".box .past .seen"))
    browser.press("1 h", ".box .filter")
    browser.press("As a table", ".box summary")
    browser.sees("Most at once", ".box details details table")
    check(not (faults := browser.axe("a box that is opened")), str(faults))


def shows_the_queue_by_class(browser: Browser, place: Place) -> None:
    browser.go("/ui/states")
    browser.until("the queue is there", lambda: "by model and class" in browser.text("main"))
    rows = browser.script(
        "return [...document.querySelectorAll('table')].filter(one => one.textContent.includes('Longest so far'))"
        ".flatMap(one => [...one.querySelectorAll('tbody tr')].map(row => [...row.children].map(cell => cell.textContent.trim())))")
    check([row[:3] for row in rows] == [["llama3", "interactive", "1"], ["llama3", "batch", "2"]], f"the rows are {rows}")
    check("12 s" in rows[1][3], f"the wait of the second is {rows[1][3]}")


def drains_after_a_word_of_its_effect(browser: Browser, place: Place) -> None:
    browser.go("/ui/pool")
    browser.press("Drain gpu-3")
    browser.sees("new requests go to other boxes", "dialog")
    browser.press("Cancel", "dialog button")
    check(place.call("/pool")[1]["instances"][2]["draining"] is False, "it was drained though the dialog was left")
    browser.press("Drain gpu-3")
    browser.press("Drain", "dialog footer button.primary")
    browser.until("it is said to be drained", lambda: browser.all(".box[data-state=draining]"))
    check(place.call("/pool")[1]["instances"][2]["draining"] is True, "it is not drained")
    browser.press("Undrain gpu-3")
    browser.press("Undrain", "dialog footer button.primary")
    browser.until("it is back", lambda: not browser.all(".box[data-state=draining]"))


def shows_a_hostile_name_as_text(browser: Browser, place: Place) -> None:
    for path in ("/ui/pool", "/ui/states"):
        browser.go(path)
        browser.until("the boxes are there", lambda: browser.all(".box"))
        browser.script("document.querySelectorAll('.box details').forEach(one => { one.open = true })")
        browser.sees("<img src=x onerror")
        time.sleep(0.2)
        check(browser.script("return document.title") != "1" and not browser.all("main img"), f"{path}: a name became markup")


def makes_a_key_and_uses_it(browser: Browser, place: Place) -> None:
    browser.go("/ui/keys")
    browser.press("New team")
    browser.write("dialog input[name=name]", "research")
    browser.write("dialog input[name=budget]", "100")
    browser.press("Create team", "dialog button")
    browser.sees("research")
    browser.press("New key")
    browser.write("dialog input[name=name]", "ann")
    browser.write("dialog input[name=models]", "llama3")
    browser.write("dialog input[name=budget]", "5")
    browser.press("Create key", "dialog button")
    place.key = browser.until("the key is shown once", lambda: browser.text("dialog .secret")).strip()
    check(place.chat(place.key) == 200, "the new key is refused")
    check(place.chat(place.key, "mistral") == 403, "the new key may ask for a model that it was not given")
    browser.press("Done", "dialog button")
    browser.until("the key is gone from the page", lambda: place.key not in browser.driver.page_source)
    browser.press("Block ann")
    browser.press("Block", "dialog footer button.grave")
    browser.sees("blocked", "table tbody")
    check(place.chat(place.key) == 401, "a blocked key is served")
    browser.press("Unblock ann")
    browser.press("Unblock", "dialog footer button")
    browser.until("it is served again", lambda: place.chat(place.key) == 200)


def chats(browser: Browser, place: Place) -> None:
    browser.go("/ui/playground")
    browser.write(".ask textarea", "Hello there")
    browser.press("Send", "button")
    browser.sees("tokens/s", ".told")
    check("box " in browser.text(".from-model .text"), "no answer")
    check("gpu-" in browser.text(".told") and "first token" in browser.text(".told"), "the box is not named")
    browser.press("Compare two")
    browser.write(".ask textarea", "And once more")
    browser.press("Send", "button")
    browser.until("both lanes answer", lambda: len([one for one in browser.all(".told") if "tokens/s" in one.text]) == 3)


def finds_requests(browser: Browser, place: Place) -> None:
    place.chat(model="none")
    browser.go("/ui/requests")
    browser.until("there are rows", lambda: len(browser.all(".requests tbody tr")) > 4)
    before = len(browser.all(".requests tbody tr"))
    place.chat()
    browser.until("a new one comes by itself", lambda: len(browser.all(".requests tbody tr")) > before)
    browser.script("const one = document.querySelector('select[name=model]'); one.value = 'mistral'; one.dispatchEvent(new Event('change'))")
    browser.until("mistral's alone are shown", lambda: (rows := browser.all(".requests tbody tr")) and all("mistral" in row.text for row in rows) or "No request" in browser.text())
    browser.go("/ui/requests?model=llama3&status=success")
    browser.until("there are rows", lambda: browser.all(".requests tbody tr"))
    browser.script("const one = document.querySelector('select[name=key]'); one.value = [...one.options].find(option => option.text === 'ann').value; one.dispatchEvent(new Event('change'))")
    browser.until("ann's alone are shown", lambda: (rows := browser.all(".requests tbody tr")) and all("ann" in row.text for row in rows))
    browser.all(".requests tbody button")[0].click()
    browser.sees("Writing the answer", "dialog")
    browser.sees("Answered", "dialog")
    browser.sees("box ", "dialog .said")
    browser.sees("Why this box", "dialog")
    browser.sees("(chosen)", "dialog")
    browser.press("Close", "dialog button")
    browser.write("input[name=call]", "no-such-call\n")
    browser.sees("No request is like that")


def says_times_in_the_viewers_zone(browser: Browser, place: Place) -> None:
    row = place.call("/spend/requests?limit=1")[1]["data"][0]
    browser.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    try:
        browser.go(f"/ui/requests?call={row['litellm_call_id']}")
        browser.sees("Asia/Tokyo", "footer.zone")
        hour, minute = row["startTime"][11:16].split(":")
        tokyo = (int(hour) + 9) % 24
        shown = browser.until("there is a row", lambda: browser.text(".requests tbody button"))
        check(any(f"{at:02}:{minute}:" in shown for at in (tokyo, tokyo % 12 or 12)), f"{row['startTime']} UTC is said to be {shown} in Tokyo")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ""})


def shows_usage(browser: Browser, place: Place) -> None:
    browser.go("/ui/usage?measure=requests")
    browser.until("there is a chart", lambda: browser.all(".chart svg rect"))
    browser.sees("llama3")
    browser.go("/ui/usage?measure=tokens&cut=api_keys")
    browser.sees("ann")
    browser.press("As a table", "summary")
    browser.sees("Day (UTC)", ".chart table")


def tells_teams_of_one_name_apart(browser: Browser, place: Place) -> None:
    for number in (1, 2):
        team = place.call("/team/new", {"team_alias": "twins"})[1]["team_id"]
        key = place.call("/key/generate", {"key_alias": f"twin-{number}", "team_id": team})[1]["key"]
        for _ in range(number):
            check(place.chat(key) == 200, "a team's key is refused")

    def twins() -> list:
        browser.go("/ui/usage?measure=requests&cut=entities")
        browser.sees("By team")
        return [row.text for row in browser.all("tr") if row.text.startswith("twins (")]

    found = browser.until("both have a row", lambda: len(shown := twins()) == 2 and shown)
    check(sorted(row.split(") ")[1].split()[0] for row in found) == ["1", "2"], f"their figures are mixed: {found}")


def keeps_the_filters_of_an_address(browser: Browser, place: Place) -> None:
    browser.go("/ui/requests?model=gone-by-now&key=none-of-these")
    browser.sees("No request is like that.")
    browser.sees("gone-by-now", "select[name=model]")


def shows_the_configuration(browser: Browser, place: Place) -> None:
    browser.go("/ui/config")
    browser.sees("routing_strategy")
    browser.sees("ollama/llama3.1:8b on gpu-1")
    check(MASTER not in browser.driver.page_source, "the master key is shown")


def turns_dark(browser: Browser, place: Place) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    browser.go("/ui/pool")
    browser.sees("gpu-1")
    light = browser.script(ground)
    browser.scheme("dark")
    browser.until("it follows the system", lambda: browser.script(ground) != light)
    dark = browser.script(ground)
    browser.press("Colours: as the system", "button")
    browser.until("light is chosen", lambda: browser.script(ground) == light)
    browser.go("/ui/pool")
    browser.until("the choice is kept", lambda: browser.script(ground) == light)
    browser.press("Colours: light", "button")
    browser.until("dark is chosen", lambda: browser.script(ground) == dark)
    browser.scheme("light")
    browser.until("and stays", lambda: browser.script(ground) == dark)
    browser.press("Colours: dark", "button")


def fits_a_phone(browser: Browser, place: Place) -> None:
    browser.size(375, 760)
    try:
        for page in PAGES:
            browser.go(f"/ui/{page}")
            browser.until(f"{page} is there", lambda: browser.text("h1"))
            time.sleep(0.4)
            check(not browser.is_too_wide(), f"{page} is wider than a phone: {widest(browser)}")
    finally:
        browser.size(1280, 900)


def widest(browser: Browser) -> str:
    return browser.script("return [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > arguments[0] && !one.parentElement.closest('.scroll')).slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(' | ')", browser.width)


def is_accessible(browser: Browser, place: Place) -> None:
    faults: list[str] = []
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        for page in PAGES:
            browser.go(f"/ui/{page}")
            browser.until(f"{page} is there", lambda: browser.text("h1"))
            time.sleep(0.5)
            faults += browser.axe(f"{page}, {scheme}")
    browser.scheme("light")
    browser.go("/ui/states")
    for button in ("Ask", "Show a new key"):
        browser.press(button, "button")
        browser.until("a dialog is open", lambda: browser.all("dialog[open]"))
        faults += browser.axe(f"the dialog of {button}")
        browser.press("Close", "dialog button")
    check(not faults, "\n  ".join(faults))


def works_by_keyboard(browser: Browser, place: Place) -> None:
    from selenium.webdriver.common.keys import Keys
    browser.go("/ui/pool")
    browser.sees("gpu-1")
    body = browser.driver.switch_to
    body.active_element.send_keys(Keys.TAB)
    check("To the content" in body.active_element.text, "the first stop is not the way to the content")
    button = next(one for one in browser.all(".box button") if one.get_attribute("aria-label") == "Drain gpu-1")
    browser.script("arguments[0].focus()", button)
    button.send_keys(Keys.ENTER)
    browser.until("a dialog is open, and has the focus", lambda: browser.script("return document.activeElement.closest('dialog[open]') !== null"))
    body.active_element.send_keys(Keys.ESCAPE)
    browser.until("the dialog is closed", lambda: not browser.all("dialog"))
    check(browser.script("return document.activeElement.getAttribute('aria-label')") == "Drain gpu-1", "the focus has not gone back")


def paints_quickly(browser: Browser, place: Place) -> None:
    times = []
    for _ in range(5):
        browser.go("/ui/pool")
        times.append(browser.until("it is painted", lambda: browser.script(
            "const paint = performance.getEntriesByName('first-contentful-paint')[0]; return paint && paint.startTime")))
    check(min(times) < 200, f"the first paint took {min(times):.0f} ms at best")
    size = browser.script("return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).filter(one => one.name.includes('/ui')).reduce((sum, one) => sum + one.decodedBodySize, 0)")
    check(size < 150_000, f"{size} bytes")


def stays_fluid_with_500_boxes(browser: Browser, place: Place) -> None:
    browser.url, before = place.many, browser.url
    try:
        browser.go("/ui/pool")
        browser.until("500 boxes are there", lambda: len(browser.all(".box")) == 500, 30)
        # Time at work, which a busy machine does not lengthen as it does frames.
        browser.driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
        before_work = work(browser)
        for _ in range(40):
            browser.script("scrollBy(0, 60)")
            time.sleep(0.1)
        share = (work(browser) - before_work) / 4
        check(share < 0.5, f"the page is at work for {share:.0%} of the time")
        browser.write("input[type=search]", "box-77")
        browser.until("the search finds it", lambda: len([one for one in browser.all(".box") if one.is_displayed()]) == 1)
    finally:
        browser.gather()
        browser.url = before


def work(browser: Browser) -> float:
    """Seconds of processor time that the page has used."""
    metrics = browser.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def shows_users_their_own(browser: Browser, place: Place) -> None:
    browser.go("/ui/pool")
    browser.press("Log out", "button")
    browser.log_in(place.key)
    names = browser.text("nav")
    check("Pool" not in names and "Config" not in names, f"an ordinary key sees {names}")
    browser.go("/ui/requests")
    browser.until("there are rows", lambda: browser.all(".requests tbody tr"))
    whole = len(place.call("/spend/requests?limit=500")[1]["data"])
    own = len(browser.all(".requests tbody tr"))
    check(0 < own < whole, f"{own} of {whole} requests are shown")
    browser.go("/ui/keys")
    browser.sees("ann")
    check(not browser.all("main button"), "an ordinary key may change keys")
    browser.go("/ui/pool")
    browser.until("it is led elsewhere", lambda: "Pool" not in browser.text("h1") and browser.text("h1"))
    browser.press("Log out", "button")
    browser.until("nobody is logged in", lambda: browser.all("input[type=password]"))


ALL = [
    logs_in, sees_a_box_die_and_come_back, remembers_a_day, drains_after_a_word_of_its_effect, shows_a_hostile_name_as_text, makes_a_key_and_uses_it, chats,
    shows_the_queue_by_class, finds_requests, says_times_in_the_viewers_zone, shows_usage, tells_teams_of_one_name_apart,
    keeps_the_filters_of_an_address, shows_the_configuration, turns_dark, works_by_keyboard, fits_a_phone,
    is_accessible, paints_quickly, stays_fluid_with_500_boxes, shows_users_their_own,
]
