"""A headless Chromium on one gateway: what it shows, what it has complained of, and where it has been."""

import json
import pathlib
import time
import urllib.parse

import axe_playwright_python
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.chrome.service import Service

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
# Best practices are advice; the others are WCAG 2.2, A and AA.
RUN_AXE = """
const done = arguments[arguments.length - 1]
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})
  .then(found => done(found.violations.map(one => ({id: one.id, impact: one.impact, where: one.nodes.slice(0, 4).map(node => node.target.join(' ') + ' ' + (node.any[0] || node.all[0] || node.none[0] || {}).message)}))), error => done([{id: String(error), impact: 'critical', where: []}]))
"""


class Failure(Exception):
    pass


class Browser:
    def __init__(self, url: str) -> None:
        self.url = url
        options = webdriver.ChromeOptions()
        for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1", "--lang=en-GB"):
            options.add_argument(word)
        options.binary_location = "/usr/bin/chromium"
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_script_timeout(60)
        self.size(1280, 900)
        self.complaints: list[str] = []

    def close(self) -> None:
        self.driver.quit()

    # Going and looking

    def size(self, width: int, height: int) -> None:
        self.width = width
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def scheme(self, name: str) -> None:
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": name}]})

    def go(self, path: str) -> None:
        self.driver.get(self.url + path)

    def script(self, text: str, *values: object) -> object:
        return self.driver.execute_script(text, *values)

    def all(self, selector: str) -> list:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str = "main") -> str:
        return self.script("return [...document.querySelectorAll(arguments[0])].map(one => one.innerText).join('\\n')", selector)

    def until(self, what: str, condition, within: float = 15):
        """The first answer that is true."""
        limit = time.monotonic() + within
        while time.monotonic() < limit:
            try:
                if found := condition():
                    return found
            except Exception as error:  # noqa: BLE001: an element may have gone in between
                last = error
            else:
                last = None
            time.sleep(0.05)
        raise Failure(f"never came true: {what}{f' ({last})' if last else ''}; the page says: {self.text('body')[:600]}")

    def sees(self, words: str, selector: str = "main", within: float = 15) -> None:
        self.until(f"{selector} says {words!r}", lambda: words.lower() in self.text(selector).lower(), within)

    def press(self, words: str, selector: str = "button, a") -> None:
        """Clicks the first that shows these words, or is named so."""
        def find():
            for one in self.all(selector):
                if one.is_displayed() and words in ((one.text or "") + "|" + (one.get_attribute("aria-label") or "")):
                    return one
            return None
        self.until(f"there is {words!r} among {selector}", find).click()

    def write(self, selector: str, text: str) -> None:
        field = self.until(f"there is {selector}", lambda: self.all(selector))[0]
        field.clear()
        field.send_keys(text)

    def log_in(self, key: str) -> None:
        self.go("/ui")
        self.write("input[type=password]", key)
        self.press("Log in", "button")
        self.until("the pages are shown", lambda: self.all("nav a"))

    # Judging

    def axe(self, where: str) -> list[str]:
        """The faults of accessibility that are serious or critical."""
        self.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE})
        found = self.driver.execute_async_script(RUN_AXE)
        return [f"{where}: {one['id']} ({one['impact']}): {'; '.join(one['where'])}" for one in found if one["impact"] in ("serious", "critical")]

    def is_too_wide(self) -> bool:
        # A phone zooms out where a page is too wide, so that its own width says nothing.
        return self.script("return document.documentElement.scrollWidth > arguments[0]", self.width)

    def gather(self) -> None:
        """Takes what the browser has noted since the last time: complaints, and requests to other hosts."""
        for line in self.driver.get_log("browser"):
            # An answer that is an error is told of here, too; the pages show it.
            if line["level"] in ("SEVERE", "WARNING") and "Failed to load resource" not in line["message"]:
                self.complaints.append(line["message"])
        own = urllib.parse.urlsplit(self.url).netloc
        for line in self.driver.get_log("performance"):
            message = json.loads(line["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = urllib.parse.urlsplit(message["params"]["request"]["url"])
                if address.scheme in ("http", "https", "ws", "wss") and address.netloc != own:
                    self.complaints.append(f"asked another host: {message['params']['request']['url']}")

    def picture(self, file: pathlib.Path) -> None:
        self.driver.save_screenshot(str(file))
