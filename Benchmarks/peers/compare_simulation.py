"""Lets our simulation and SimPy take turns on one stream of workflows, checks that both give the same completion times, and
prints task events a second of both and their ratios: to SimPy with a process for each task, which is what the ratio is wanted
of, and to SimPy with bare callbacks.

Called by `Benchmarks/compare simulation`. The stream: Poisson arrivals drawn evenly from the workflows of a folder that fit,
on 8 nodes of 16 cores and 64 GB, at a load of mean core-seconds / mean gap / cores. Seconds are those of the processor;
each figure is the median over the rounds.
"""
import argparse, json, os, random, statistics, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NODES = [{"name": f"n{place}", "cores": 16, "memoryBytes": 64e9} for place in range(8)]
# Task events a second that are wanted, and times SimPy.
WANTED, WANTED_RATIO = 2e6, 20


def shape(document):
    """What a simulation needs of a WfFormat document; None if a task fits on no node."""
    tasks = document["workflow"]["specification"]["tasks"]
    places = {task["id"]: place for place, task in enumerate(tasks)}
    records = {record["id"]: record for record in document["workflow"]["execution"]["tasks"]}
    edges = {(places[parent], places[task["id"]]) for task in tasks for parent in task.get("parents", [])}
    edges |= {(places[task["id"]], places[child]) for task in tasks for child in task.get("children", [])}
    children = [[] for _ in tasks]
    counts = [0] * len(tasks)
    for parent, child in sorted(edges):
        children[parent].append(child)
        counts[child] += 1
    own = [records.get(task["id"], {}) for task in tasks]
    if any("runtimeInSeconds" not in record for record in own):
        return None
    result = {"seconds": [record["runtimeInSeconds"] for record in own],
              "cores": [record.get("coreCount") or 1 for record in own],
              "memory": [record.get("memoryInBytes") or 0 for record in own],
              "children": children, "parentCounts": counts}
    fits = max(result["cores"]) <= NODES[0]["cores"] and max(result["memory"]) <= NODES[0]["memoryBytes"]
    return result if fits else None


def stream(folder, count, load, seed):
    workflows = []
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".json"):
                with open(os.path.join(root, name)) as file:
                    found = shape(json.load(file))
                if found:
                    workflows.append(found)
    if not workflows:
        sys.exit(f"error: {folder} holds no workflow that fits")
    work = sum(sum(c * s for c, s in zip(w["cores"], w["seconds"])) for w in workflows) / len(workflows)
    gap = work / load / sum(node["cores"] for node in NODES)
    generator = random.Random(seed)
    moment, arrivals = 0.0, []
    for _ in range(count):
        moment += generator.expovariate(1 / gap)
        arrivals.append([moment, generator.randrange(len(workflows))])
    return {"nodes": NODES, "workflows": workflows, "arrivals": arrivals}


class Program:
    """A program that runs the stream once for each line."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"error: {' '.join(self.process.args)} ended")
        return json.loads(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--traces", default=os.environ.get("TACTUS_TRACES"))
    parser.add_argument("--json")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--arrivals", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not options.traces:
        sys.exit("error: TACTUS_TRACES names no folder of traces")
    rows = []
    print(f"{'load':>5} {'tasks':>8} {'ours':>12} {'SimPy':>12} {'ratio':>7} {'callbacks':>12} {'ratio':>7} {'reached':>8}"
          "   (task events a second)")
    for load in [0.7, 0.9]:
        with tempfile.TemporaryDirectory() as folder:
            names = ["stream.json", "ours.json", "processes.json", "callbacks.json"]
            path, *ends = (os.path.join(folder, name) for name in names)
            with open(path, "w") as file:
                json.dump(stream(os.path.join(options.traces, "wfinstances"), options.arrivals, load, options.seed), file)
            simpy = [sys.executable, os.path.join(HERE, "simpy_stream.py"), path]
            programs = [Program([options.program, path, ends[0]]),
                        Program([*simpy, "--style", "processes", "--completions", ends[1]]),
                        Program([*simpy, "--style", "callbacks", "--completions", ends[2]])]
            rates, events = [[], [], []], None
            for _ in range(options.rounds):
                for rate, program in zip(rates, programs):
                    answer = program.run()
                    rate.append(answer["events"] / answer["seconds"])
                    if events not in (None, answer["events"]):
                        sys.exit(f"error: {events} events and {answer['events']}")
                    events = answer["events"]
            completions = []
            for end in ends:
                with open(end) as file:
                    completions.append(json.load(file))
            if any(others != completions[0] for others in completions):
                sys.exit("error: the completion times differ")
        rate, peer, bare = (statistics.median(values) for values in rates)
        reached = rate >= WANTED and rate >= WANTED_RATIO * peer
        rows.append({"load": load, "tasks": events // 2, "ours": rate, "processes": peer, "callbacks": bare})
        print(f"{load:5} {events // 2:8} {rate:12,.0f} {peer:12,.0f} {rate / peer:7.1f} {bare:12,.0f} {rate / bare:7.1f} "
              f"{'yes' if reached else 'no':>8}", flush=True)
    if options.json:
        with open(options.json + ".tmp", "w") as file:
            json.dump(rows, file, indent=1)
        os.replace(options.json + ".tmp", options.json)


if __name__ == "__main__":
    main()
