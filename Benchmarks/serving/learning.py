"""What learning and a swap cost those who ask meanwhile.

    python3 learning.py PORT TACTUS MODELS

Reports 10,000 outcomes of 20 task types three times, rolls the champion back and promotes version 1 on disk again, while
GET /health/live is asked every 10 ms. MODELS is the registry of the server at PORT, a copy that may be changed.
"""
import http.client
import json
import subprocess
import sys
import threading
import time

port, tactus, models = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def ask(method, path, body=None):
    """Seconds, status and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request(method, path, body)
    answer = connection.getresponse()
    text = answer.read()
    return time.perf_counter() - began, answer.status, text


def watch(waits, over):
    while not over.is_set():
        waits.append(ask("GET", "/health/live")[0])
        time.sleep(0.01)


outcomes = json.dumps({"executions": [
    {"workflow": "corpus", "process": f"p{i % 20}", "inputBytes": 1e6 * (1 + i % 7), "cpu": 1, "memory": 1e7,
     "duration": 1 + i % 5, "completedAt": 2e9 + i} for i in range(10_000)]})
waits, over = [], threading.Event()
watcher = threading.Thread(target=watch, args=(waits, over))
watcher.start()
learned = []
for _ in range(3):
    seconds, status, _ = ask("POST", "/v1/executions", outcomes)
    assert status == 202, status
    learned.append(seconds)
assert ask("POST", "/v1/models/predictor/rollback", "{}")[1] == 200
subprocess.run([tactus, "models", "promote", "predictor", "1", "--models", models, "--force", "a measurement"],
               check=True, stdout=subprocess.DEVNULL)
began = time.perf_counter()
while b'"model"' not in ask("GET", "/health/ready")[2]:
    time.sleep(0.01)
served = time.perf_counter() - began
over.set()
watcher.join()
print(f"10,000 outcomes learned in {sorted(learned)[1]:.2f} s (median of 3)")
print(f"a promotion on disk, with 30,000 outcomes to replay, served after {served:.2f} s")
print(f"GET /health/live meanwhile: longest wait {max(waits) * 1000:.0f} ms of {len(waits)}")
