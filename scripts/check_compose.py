#!/usr/bin/env python3
"""Reads compose.yaml as Docker would and checks what the documents promise of it."""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = compose["services"]
    drover, ollama = services["drover"], services["ollama"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    port = re.search(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE).group(1)
    config_in_image = re.search(r'"--config", "([^"]+)"', dockerfile).group(1)
    named = {mount.partition(":")[0] for mount in ollama["volumes"]}
    mounted = drover["volumes"][0]
    default = re.match(r"\$\{DROVER_CONFIG:-\./([^}]+)\}:([^:]+):ro$", mounted)
    checks = {
        "there are the services ollama and drover": set(services) == {"ollama", "drover"},
        "drover is built here, from the Dockerfile": drover["build"] == ".",
        "the published port is the one the image exposes": f"{port}:{port}" in drover["ports"],
        "ollama keeps its models in a named volume": named <= set(compose["volumes"]),
        "ollama is not published": "ports" not in ollama,
        "the configuration is mounted where the image reads it": bool(default) and default.group(2) == config_in_image,
        "the mounted configuration is there": bool(default) and (ROOT / default.group(1)).exists(),
        "its box is the service, not localhost": "http://ollama:11434" in (ROOT / default.group(1)).read_text(),
        "a master key is required": drover["environment"]["LITELLM_MASTER_KEY"].startswith("${LITELLM_MASTER_KEY:?"),
        "no key stands in the file": all(str(value).startswith("${") for value in drover["environment"].values()),
        "the GPU lines are there, commented": "#           capabilities: [gpu]" in (ROOT / "compose.yaml").read_text(),
        "drover starts after ollama": "ollama" in drover["depends_on"],
        "the stop leaves time for open requests": int(drover["stop_grace_period"].rstrip("s")) > 30,
    }
    wrong = [name for name, holds in checks.items() if not holds]
    for name in wrong:
        print(f"compose.yaml: not so: {name}", file=sys.stderr)
    print(f"compose.yaml: {len(checks) - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


main()
