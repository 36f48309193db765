"""What asking again about a workflow that runs costs, and what explanations take.

    python3 running.py TACTUS MODELS

Serves MODELS, and asks for the bottlenecks of workflows of 100 and of 1,000 tasks on 100 nodes, each time by another threshold: of
another workflow each time, and of the same one, in turns. Then it has one decision of each kind explained. Prints medians in
milliseconds, and how often the optimizer's networks had read a workflow before.
"""
import http.client
import json
import math
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from workflow import cluster, workflow

tactus, models = sys.argv[1], sys.argv[2]
folder = tempfile.mkdtemp()
shutil.copytree(models, folder + "/models")
server = subprocess.Popen(
    [tactus, "serve", "--port", "0", "--json", "--models", folder + "/models", "--state", folder + "/state"],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
port = int(json.loads(server.stdout.readline())["url"].rsplit(":", 1)[1])
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)


def ask(method, path, question=None):
    """Milliseconds and the answer."""
    body = question and json.dumps(question)
    began = time.perf_counter()
    connection.request(method, path, body)
    answer = connection.getresponse()
    text = answer.read()
    took = 1000 * (time.perf_counter() - began)
    if answer.status >= 300:
        sys.exit(f"{path}: {answer.status} {text[:500]}")
    return took, text


def figure(name):
    """A counter of the optimizer's version."""
    lines = ask("GET", "/metrics")[1].decode().split("\n")
    return int(float(next(line.split()[-1] for line in lines if line.startswith(name) and 'name="optimizer"' in line)))


large, small = cluster(100, pricePerHour=1), cluster(8, pricePerHour=1)
for tasks in (100, 1000):
    took = {"another": [], "the same": []}
    for number in range(21):
        for kind in took:
            name = f"w{tasks}-{number}" if kind == "another" else f"w{tasks}"
            document = workflow(tasks, name)
            took[kind].append(ask("POST", "/v1/bottlenecks", {
                "workflow": document, "cluster": large, "policy": "fifo", "bottleneckThreshold": 0.5 + number / 1000,
                "budgetMs": 2000})[0])
    hits, misses = figure("tactus_model_cache_hits_total"), figure("tactus_model_cache_misses_total")
    print(f"bottlenecks, {tasks} tasks: " + ", ".join(
        f"{kind} {statistics.median(values[1:]):.1f} ms" for kind, values in took.items())
        + f"; so far {hits} of {hits + misses} questions about workflows that had been read")

series = [
    {"at": 300 * place, "value": 50 + 20 * math.sin(place / 46) + random.Random(place).random()} for place in range(2016)]
questions = {
    "predict": {"task": {"workflow": "corpus", "process": "sort", "inputBytes": 1e7}},
    "schedule": {"workflow": workflow(100, "s"), "cluster": large, "policy": "heft"},
    "optimize": {"workflow": workflow(100, "o"), "cluster": small},
    "capacity": {"series": series, "horizonSeconds": 7200, "cluster": small, "unit": "cores"},
    "cost": {"workflow": workflow(20, "c"), "cluster": small, "deadlineSeconds": 4000},
}
for kind, question in questions.items():
    decided = json.loads(ask("POST", "/v1/" + kind, question)[1])["decisionId"]
    times = []
    for _ in range(5):
        took, text = ask("GET", f"/v1/decisions/{decided}/explanation")
        times.append(took)
    explanation = json.loads(text)
    measured = sum("effect" in factor for factor in explanation["factors"])
    others = len(explanation["alternatives"]) + len(explanation.get("forecasts", [])) + len(explanation.get("demands", []))
    print(f"explanation of {kind}: {statistics.median(times):.0f} ms, {measured} effects, {others} alternatives")
server.terminate()
server.wait()
shutil.rmtree(folder)
