#!/usr/bin/env python3
"""Reads configs/kubernetes as a cluster would, checks what the documents promise of it and that its parts fit each other, and
runs `drover check` on the configuration of its ConfigMap.

    scripts/check_kubernetes.py [BINARY]    without a binary the configuration is not checked
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "configs" / "kubernetes"


def seconds(text: str) -> int:
    return int(re.fullmatch(r"(\d+)s", text).group(1))


def main() -> None:
    objects = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        for thing in yaml.safe_load_all(file.read_text()):
            objects[thing["kind"], thing["metadata"]["name"]] = thing
    dockerfile = (ROOT / "Dockerfile").read_text()
    config_text = objects["ConfigMap", "drover"]["data"]["config.yaml"]
    config = yaml.safe_load(config_text)
    deployment = objects["Deployment", "drover"]["spec"]
    pod = deployment["template"]["spec"]
    container = pod["containers"][0]
    labels = deployment["template"]["metadata"]["labels"]
    secrets = {one["name"]: one["valueFrom"]["secretKeyRef"] for one in container["env"]}
    named = set(re.findall(r"os\.environ/(\w+)", config_text))
    boxes = {one["litellm_params"]["api_base"] for one in config["model_list"]}
    services = {f"http://{name}:{one['spec']['ports'][0]['port']}" for (kind, name), one in objects.items() if kind == "Service"}
    ollama = objects["StatefulSet", "ollama"]["spec"]
    headless = objects["Service", "ollama"]["spec"]
    slots = next(one["value"] for one in ollama["template"]["spec"]["containers"][0]["env"] if one["name"] == "OLLAMA_NUM_PARALLEL")
    stop = container["lifecycle"]["preStop"]["exec"]["command"]
    port = re.search(r"^EXPOSE (\d+)$", dockerfile, re.MULTILINE).group(1)
    uid = re.search(r"--uid (\d+)", dockerfile).group(1)
    probes = {kind: container[kind]["httpGet"] for kind in ("livenessProbe", "readinessProbe", "startupProbe")}
    paths = " ".join(file.read_text() for file in (ROOT / "Sources/Server/Routes").glob("*.swift"))
    mount = container["volumeMounts"][0]["mountPath"]
    scaler = objects["HorizontalPodAutoscaler", "drover"]["spec"]
    checks = {
        "no key stands in the files": all(set(one) == {"name", "valueFrom"} for one in container["env"]),
        "each variable of the configuration comes from the secret": named == set(secrets),
        "the secret's keys have the variables' names": all(one == {"name": "drover", "key": name} for name, one in secrets.items()),
        "the ledger is one for all gateways": config["drover"]["store"] == "os.environ/DATABASE_URL",
        "a master key is needed": config["general_settings"]["master_key"] == "os.environ/LITELLM_MASTER_KEY",
        "the boxes' name is that of their Service": boxes == {"http://ollama:11434"} <= services
        and ollama["serviceName"] == "ollama",
        "their Service has the address of each, one that starts too": headless.get("clusterIP") == "None"
        and headless.get("publishNotReadyAddresses") is True,
        "gateways follow those addresses": config["drover"]["discover"] == "dns",
        "a box has as many slots as the gateway counts": {str(one["model_info"]["slots"]) for one in config["model_list"]} == {slots},
        "the image's port is asked": container["ports"][0]["containerPort"] == int(port) and port in container["args"],
        "the configuration is mounted where it is read": f"{mount}/config.yaml" in container["args"],
        "liveness asks for the process alone": probes["livenessProbe"]["path"] == probes["startupProbe"]["path"] == "/health/liveliness",
        "readiness asks for ledger and models": probes["readinessProbe"]["path"] == "/health/readiness",
        "there are routes of these paths": all(one["path"].strip("/") in paths for one in probes.values()),
        "the stop waits until it is known everywhere": stop[0] == "/bin/sleep" and int(stop[1]) >= 5,
        "the stop leaves time for open requests": pod["terminationGracePeriodSeconds"]
        > int(stop[1]) + seconds(config["drover"]["shutdown_grace"]),
        "it runs as the image's user, who is nobody": pod["securityContext"]["runAsNonRoot"]
        and str(pod["securityContext"]["runAsUser"]) == uid,
        "it may become nothing more": container["securityContext"]
        == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}},
        "it has no way into the cluster": pod["automountServiceAccountToken"] is False,
        "several run, however quiet it is": scaler["minReplicas"] >= 2 and "replicas" not in deployment,
        "one is there while another is moved": objects["PodDisruptionBudget", "drover"]["spec"]["maxUnavailable"] == 1
        and deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0,
        "all of them mean the same pods": all(
            one == labels
            for one in (
                deployment["selector"]["matchLabels"], objects["Service", "drover"]["spec"]["selector"],
                objects["PodDisruptionBudget", "drover"]["spec"]["selector"]["matchLabels"],
            )
        )
        and scaler["scaleTargetRef"]["name"] == "drover",
    }
    if len(sys.argv) > 1:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "config.yaml"
            file.write_text(config_text)
            given = {"LITELLM_MASTER_KEY": "sk-of-a-test", "DATABASE_URL": "postgres://drover:x@postgres:5432/drover"}
            done = subprocess.run(
                [sys.argv[1], "check", "--config", str(file)], capture_output=True, text=True, env=os.environ | given)
            is_quiet = done.returncode == 0 and "no faults, no warnings" in done.stdout
            checks["drover check finds nothing to say"] = is_quiet
            if not is_quiet:
                print(done.stdout + done.stderr, file=sys.stderr)
    wrong = [name for name, holds in checks.items() if not holds]
    for name in wrong:
        print(f"configs/kubernetes: not so: {name}", file=sys.stderr)
    print(f"configs/kubernetes: {len(checks) - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(1 if wrong else 0)


main()
