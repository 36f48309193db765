"""What nodes that are opened late, exact fits and ends side by side save of the cost of a stream, and what they make later.

    opening_nodes.py FOLDER [--streams 3] [--load 0.7] [--seed 1]

FOLDER has the WfInstances. A stream is 200 Poisson arrivals drawn evenly from the workflows of at most 5,000 tasks, on 8 nodes of
16 cores; the tasks of a process ask for 1 to 8 cores, as those of `scripts/compare-streams` do. Memory is left out: it is what
is left to gain once forecasts have made it plenty. The workflow with the least core-seconds left comes first, of its tasks the
one with the longest path behind it; what does not fit is passed. A node without a task for 60 s is off; 0.68 an hour.

The simulation shares no code with the project. Rules for nodes:

    first            the first open node with room; another opens at once
    wait S           another opens only for what has waited for S seconds
    nodes N          there are N nodes
    ends             of open nodes the one whose last end moves least, of these the fullest (clairvoyant packing: Ren and Tang,
                     "Clairvoyant dynamic bin packing for job scheduling with minimum server usage time", 2016)
    fill             a task goes to a node only where that leaves its cores as full as what waits can make them (subset sums)
"""

import argparse
import collections
import heapq
import json
import pathlib
import random
import statistics

MASK = (1 << 64) - 1
CORES, PRICE, IDLE = 16, 0.68, 60


def cores_of(application, process):
    """The request of a process: SplitMix64 seeded by the FNV-1a of the names."""
    state = 0xCBF29CE484222325
    for byte in f"{application}:{process}".encode():
        state = ((state ^ byte) * 0x100000001B3) & MASK
    bits = (state + 0x9E3779B97F4A7C15) & MASK
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & MASK
    return 1 + int(((bits ^ (bits >> 31)) >> 11) * 2.0**-53 * 8)


class Workflow:
    def __init__(self, path):
        document = json.loads(path.read_text())["workflow"]
        runs = {task["id"]: task for task in document["execution"]["tasks"]}
        tasks = document["specification"]["tasks"]
        place = {task["id"]: number for number, task in enumerate(tasks)}
        self.seconds = [runs[task["id"]]["runtimeInSeconds"] for task in tasks]
        self.parents = [len(task["parents"]) for task in tasks]
        self.children = [[] for _ in tasks]
        for number, task in enumerate(tasks):
            for parent in task["parents"]:
                self.children[place[parent]].append(number)
        name = [task["name"].rstrip("0123456789").rstrip("_-").removesuffix("_ID") for task in tasks]
        self.cores = [cores_of(path.stem, process) for process in name]
        self.work = sum(s * c for s, c in zip(self.seconds, self.cores))
        self.path = [0.0] * len(tasks)
        for number in reversed(self.order()):
            behind = max((self.path[child] for child in self.children[number]), default=0)
            self.path[number] = behind + self.seconds[number]

    def order(self):
        left, order = list(self.parents), [n for n, count in enumerate(self.parents) if count == 0]
        for number in order:
            for child in self.children[number]:
                left[child] -= 1
                if left[child] == 0:
                    order.append(child)
        return order


class Run:
    """An arrival, with its ready tasks by the cores that they ask for."""

    def __init__(self, workflow, at):
        self.workflow, self.at, self.work = workflow, at, workflow.work
        self.parents, self.left = list(workflow.parents), len(workflow.seconds)
        self.ready = [[] for _ in range(9)]


class Stream:
    def __init__(self, arrivals, rule):
        self.arrivals, self.rule = arrivals, rule
        count = int(rule.get("nodes", 8))
        self.free, self.busy, self.on = [CORES] * count, [0] * count, [False] * count
        self.idle_since, self.last_end = [0.0] * count, [0.0] * count
        self.waiting = [0] * 9
        self.oldest = collections.deque()
        self.events, self.alive, self.completions = [], [], []
        self.paid = {"used": 0.0, "idle": 0.0, "while others wait": 0.0, "while none waits": 0.0}
        self.now = self.number = 0

    def run(self):
        next_arrival = 0
        while next_arrival < len(self.arrivals) or self.events:
            at = self.arrivals[next_arrival][0] if next_arrival < len(self.arrivals) else float("inf")
            self.count_until(min(at, self.events[0][0] if self.events else at))
            while next_arrival < len(self.arrivals) and self.arrivals[next_arrival][0] <= self.now:
                run = Run(self.arrivals[next_arrival][1], self.now)
                self.alive.append(run)
                for task, count in enumerate(run.parents):
                    if count == 0:
                        self.make_ready(run, task)
                next_arrival += 1
            while self.events and self.events[0][0] <= self.now:
                _, _, run, task, node = heapq.heappop(self.events)
                if run is not None:
                    self.end(run, task, node)
            self.place()
        self.count_until(self.now + 2 * IDLE)
        cost = {kind: seconds / 3600 / CORES * PRICE for kind, seconds in self.paid.items()}
        return statistics.mean(self.completions) / 60, cost

    def count_until(self, moment):
        others = any(self.waiting)
        for node in range(len(self.on)):
            if not self.on[node]:
                continue
            if self.busy[node] == 0:
                off = self.idle_since[node] + IDLE
                self.paid["idle"] += CORES * max(0, min(moment, off) - self.now)
                self.on[node] = moment <= off
                continue
            seconds = moment - self.now
            self.paid["used"] += (CORES - self.free[node]) * seconds
            self.paid["while others wait" if others else "while none waits"] += self.free[node] * seconds
        self.now = moment

    def make_ready(self, run, task):
        cores = run.workflow.cores[task]
        heapq.heappush(run.ready[cores], (-run.workflow.path[task], task))
        self.waiting[cores] += 1
        if self.rule.get("wait"):
            # Told again when it has waited: whether it still does is seen there.
            self.oldest.append((self.now + self.rule["wait"], run, task))
            self.push(self.now + self.rule["wait"], None, 0, 0)

    def push(self, moment, run, task, node):
        self.number += 1
        heapq.heappush(self.events, (moment, self.number, run, task, node))

    def end(self, run, task, node):
        self.free[node] += run.workflow.cores[task]
        self.busy[node] -= 1
        self.idle_since[node] = self.now
        run.work -= run.workflow.seconds[task] * run.workflow.cores[task]
        run.left -= 1
        for child in run.workflow.children[task]:
            run.parents[child] -= 1
            if run.parents[child] == 0:
                self.make_ready(run, child)
        if run.left == 0:
            self.alive.remove(run)
            self.completions.append(self.now - run.at)

    def place(self):
        while any(self.waiting):
            self.place_on_open()
            if all(self.on) or not self.must_open():
                return
            node = self.on.index(False)
            self.on[node], self.idle_since[node], self.last_end[node] = True, self.now, self.now

    def must_open(self):
        if not self.rule.get("wait"):
            return any(self.waiting)
        while self.oldest and self.oldest[0][0] <= self.now:
            _, run, task = self.oldest[0]
            if any(entry[1] == task for entry in run.ready[run.workflow.cores[task]]):
                return True
            self.oldest.popleft()
        return False

    def place_on_open(self):
        while True:
            most = max((free for free, on in zip(self.free, self.on) if on), default=0)
            found = None
            for run in sorted(self.alive, key=lambda run: run.work):
                fitting = [run.ready[c][0] + (c,) for c in range(1, most + 1 if most < 8 else 9) if run.ready[c]]
                for _, task, cores in sorted(fitting):
                    node = self.node(run.workflow.seconds[task], cores)
                    if node is not None:
                        found = (run, task, cores, node)
                        break
                if found:
                    break
            if not found:
                return
            run, task, cores, node = found
            heapq.heappop(run.ready[cores])
            self.waiting[cores] -= 1
            self.free[node] -= cores
            self.busy[node] += 1
            end = self.now + run.workflow.seconds[task]
            self.last_end[node] = max(self.last_end[node], end)
            self.push(end, run, task, node)

    def node(self, seconds, cores):
        nodes = [n for n in range(len(self.on)) if self.on[n] and self.free[n] >= cores]
        if self.rule.get("fill"):
            nodes = [n for n in nodes if cores + self.fill(self.free[n] - cores, cores) >= self.fill(self.free[n])]
        if self.rule.get("ends"):
            end = self.now + seconds
            return min(nodes, key=lambda n: (max(0, end - max(self.last_end[n], self.now)), self.free[n]), default=None)
        return nodes[0] if nodes else None

    def fill(self, room, without=0):
        """The most of `room` cores that what waits can fill, one task of `without` cores left out."""
        can = 1
        for cores in range(1, min(room, 8) + 1):
            for _ in range(min(self.waiting[cores] - (cores == without), room // cores)):
                can |= can << cores
        return (can & ((1 << room + 1) - 1)).bit_length() - 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--streams", type=int, default=3)
    parser.add_argument("--load", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    workflows = [Workflow(path) for path in sorted(options.folder.rglob("*.json"))]
    workflows = [workflow for workflow in workflows if len(workflow.seconds) <= 5000]
    gap = statistics.mean(workflow.work for workflow in workflows) / options.load / (8 * CORES)
    streams = []
    for seed in range(options.seed, options.seed + options.streams):
        generator, at, arrivals = random.Random(seed), 0.0, []
        for _ in range(200):
            at += generator.expovariate(1 / gap)
            arrivals.append((at, generator.choice(workflows)))
        streams.append(arrivals)
    rules = {"first": {}, "ends": {"ends": 1}, "fill": {"fill": 1}}
    rules |= {f"wait {s}": {"wait": s} for s in (60, 120, 300, 900)}
    rules |= {"wait 300, ends": {"wait": 300, "ends": 1}, "wait 300, fill": {"wait": 300, "fill": 1}}
    rules |= {"nodes 7": {"nodes": 7}, "nodes 6": {"nodes": 6}}
    print(f"{len(workflows)} workflows, {options.streams} streams, load {options.load}; cost of cores: used, and not")
    for name, rule in rules.items():
        runs = [Stream(arrivals, rule).run() for arrivals in streams]
        cost = {kind: statistics.mean(run[1][kind] for run in runs) for kind in runs[0][1]}
        parts = ", ".join(f"{kind} {value:.1f}" for kind, value in cost.items())
        mean = statistics.mean(run[0] for run in runs)
        print(f"{name:16} {mean:6.1f} min, cost {sum(cost.values()):6.1f}: {parts}", flush=True)


main()
