"""What questions about capacity cost: a series for the first time, and with a value more.

    python3 capacity.py TACTUS [SERIES]

A server without a forecaster, so that the rules answer, is asked over HTTP about a month of five-minute values (8,640) and the day
behind it; then about the same with one value more. The next series (4 of them) follow one after another. Prints the seconds of both
questions and the resident memory behind them.
"""
import atexit
import http.client
import json
import math
import random
import subprocess
import sys
import tempfile
import time

tactus, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 4
month, day = 8_640, 288


def body(seed, values):
    """A day's wave with noise that remembers itself."""
    draw, noise, points = random.Random(seed), 0.0, []
    for place in range(values):
        noise = 0.9 * noise + draw.gauss(0, 2)
        points.append({"at": 300 * place, "value": 100 + 20 * math.sin(2 * math.pi * place / day) + noise})
    return json.dumps({"series": points, "horizonSeconds": 86_400})


def seconds(question):
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("POST", "/v1/capacity", question)
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, (answer.status, text)
    return time.perf_counter() - began


def resident():
    """Resident memory in MB; the system counts in units of 1,024 bytes."""
    with open(f"/proc/{server.pid}/status") as status:
        return next(int(line.split()[1]) * 1.024 / 1000 for line in status if line.startswith("VmRSS"))


with tempfile.TemporaryDirectory() as folder:
    server = subprocess.Popen(
        [tactus, "serve", "--port", "0", "--json", "--models", folder + "/models", "--state", folder + "/state"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    atexit.register(server.kill)
    port = int(json.loads(server.stdout.readline())["url"].rsplit(":", 1)[1])
    print(f"before: {resident():.1f} MB")
    for seed in range(count):
        first, more = seconds(body(seed, month)), seconds(body(seed, month + 1))
        print(f"series {seed + 1}: {first:.2f} s, with a value more {more:.3f} s, then {resident():.1f} MB", flush=True)
    server.terminate()
    server.wait()
