"""What a start, rollbacks and a swap each second under half of the load cost.

    python3 service.py TACTUS MODELS SECONDS

MODELS is a registry that is copied. A second version, of another kind, is trained on the embedded history; the server starts ten
times; then versions take turns each second for SECONDS, while wrk asks about 4,000 times a second over 16 connections, each of
which pauses for a random time. Prints the time from the start of the process to the first answer, the longest switch, the time
of POST .../rollback, the waits and failures of those who asked meanwhile, and the resident memory.
"""
import atexit
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

tactus, models, seconds = sys.argv[1], sys.argv[2], max(10, int(sys.argv[3]))
here = os.path.dirname(os.path.abspath(__file__))
task = json.dumps({"task": {"workflow": "corpus", "process": "sort", "inputBytes": 4e6, "cores": 1}})


def begin(*command, **options):
    """A process that does not outlive this one."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
    atexit.register(process.kill)
    return process


def run(*arguments):
    subprocess.run([tactus, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def start(folder, name):
    """A server of the models in `folder`, its port, and the seconds until it had answered a forecast."""
    began = time.perf_counter()
    server = begin(
        tactus, "serve", "--port", "0", "--json", "--models", folder + "/models", "--state", f"{folder}/{name}",
        stderr=subprocess.DEVNULL)
    port = int(json.loads(server.stdout.readline())["url"].rsplit(":", 1)[1])
    answer = ask(port, "POST", "/v1/predict", task)
    assert "model" in answer, answer
    return server, port, time.perf_counter() - began


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, (path, answer.status, text)
    return json.loads(text) if path != "/metrics" else text.decode()


def resident(server):
    """Resident memory in MB; the system counts in units of 1,024 bytes."""
    with open(f"/proc/{server.pid}/status") as status:
        return next(int(line.split()[1]) * 1.024 / 1000 for line in status if line.startswith("VmRSS"))


def figure(port, name, *labels):
    """The figure `name` of the predictor's champion that has `labels`."""
    wanted = ('name="predictor"', 'alias="champion"', *labels)
    line = next(line for line in ask(port, "GET", "/metrics").splitlines()
                if line.startswith(name + "{") and all(label in line for label in wanted))
    return float(line.split()[-1])


with tempfile.TemporaryDirectory() as folder:
    shutil.copytree(models, folder + "/models")
    run("train", "predictor", "--history", here + "/../../datasets/corpus.h5", "--model", "linear", "--models",
        folder + "/models")
    starts = []
    for number in range(10):
        server, port, took = start(folder, f"state-{number}")
        starts.append(took)
        time.sleep(1)
        idle = resident(server)
        if number < 9:
            server.terminate()
            server.wait()
    starts.sort()
    print(f"start to first answer: median {1000 * starts[5]:.0f} ms, longest {1000 * starts[-1]:.0f} ms of 10")
    print(f"resident memory, idle: {idle:.0f} MB")

    load = begin(
        "wrk", "--threads", "1", "--connections", "16", "--duration", f"{seconds}s", "--latency", "-s",
        here + "/paced.lua", f"http://127.0.0.1:{port}/v1/predict", env={**os.environ, "PAUSE": "3"})
    memory, rollbacks, began, number = [], [], time.perf_counter(), 0
    while load.poll() is None:
        number += 1
        if number % 3 == 0:
            moment = time.perf_counter()
            ask(port, "POST", "/v1/models/predictor/rollback", "{}")
            rollbacks.append(time.perf_counter() - moment)
        else:
            run("models", "promote", "predictor", str(1 + number % 2), "--models", folder + "/models", "--force",
                "a measurement")
        memory.append(resident(server))
        time.sleep(max(0, began + number - time.perf_counter()))
    hot = figure(port, "tactus_model_swaps_total", 'hot="true"')
    print(f"{number} changes of the champion in {time.perf_counter() - began:.0f} s, "
          f"{hot:.0f} to a version kept hot; "
          f"longest switch {1e6 * figure(port, 'tactus_model_switch_longest_seconds'):.0f} us; "
          f"POST rollback, with what it writes: longest {1000 * max(rollbacks):.1f} ms of {len(rollbacks)}")
    part = max(1, len(memory) // 10)
    print(f"resident memory: {memory[0]:.0f} MB at the beginning, "
          f"{sum(memory[part:2 * part]) / part:.0f} MB in the second tenth of the time, "
          f"{sum(memory[-part:]) / part:.0f} MB in the last, {max(memory):.0f} MB at the most")
    for line in load.stdout.read().splitlines():
        if any(word in line for word in ("50%", "99%", "Requests/sec", "Non-2xx", "Socket errors")):
            print("meanwhile " + " ".join(line.split()))
    server.terminate()
    server.wait()
