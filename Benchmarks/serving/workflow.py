"""A question for POST /v1/schedule: a workflow of 100 tasks in ten layers on 100 nodes of 16 cores, by HEFT. What stands for NUMBER in
its name makes it another workflow.

    python3 workflow.py >question.json
"""
import json
import random

generator = random.Random(1)
tasks, runs = [], []
for place in range(100):
    layer = place // 10
    parents = [] if layer == 0 else generator.sample([f"t{10 * (layer - 1) + k}" for k in range(10)], 3)
    tasks.append({"id": f"t{place}", "name": f"t{place}", "parents": parents})
    runs.append({"id": f"t{place}", "runtimeInSeconds": generator.randint(10, 600), "coreCount": generator.randint(1, 8)})
workflow = {"name": "layers-NUMBER", "schemaVersion": "1.5",
            "workflow": {"specification": {"tasks": tasks}, "execution": {"tasks": runs}}}
cluster = {"nodes": [{"name": f"n{place}", "cores": 16, "memoryBytes": 64 << 30} for place in range(100)]}
print(json.dumps({"workflow": workflow, "cluster": cluster, "policy": "heft"}))
