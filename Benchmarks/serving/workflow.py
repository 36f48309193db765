"""A question for POST /v1/schedule: a workflow of 100 tasks, or of TASKS, in layers of ten on 100 nodes of 16 cores, by HEFT. What stands
for NUMBER in its name makes it another workflow.

    python3 workflow.py [TASKS] >question.json
"""
import json
import random
import sys


def workflow(count, name):
    """Layers of ten tasks, each behind three of the layer before."""
    generator = random.Random(1)
    tasks, runs = [], []
    for place in range(count):
        layer = place // 10
        parents = [] if layer == 0 else generator.sample([f"t{10 * (layer - 1) + k}" for k in range(10)], 3)
        tasks.append({"id": f"t{place}", "name": f"t{place}", "parents": parents})
        runs.append({
            "id": f"t{place}", "runtimeInSeconds": generator.randint(10, 600), "coreCount": generator.randint(1, 8)})
    return {"name": name, "schemaVersion": "1.5",
            "workflow": {"specification": {"tasks": tasks}, "execution": {"tasks": runs}}}


def cluster(count, **more):
    """As many nodes of 16 cores."""
    return {"nodes": [{"name": f"n{place}", "cores": 16, "memoryBytes": 64 << 30, **more} for place in range(count)]}


if __name__ == "__main__":
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(json.dumps({"workflow": workflow(tasks, "layers-NUMBER"), "cluster": cluster(100), "policy": "heft"}))
