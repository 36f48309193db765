#!/usr/bin/env python3
"""Compares the heuristics of Tactus with those of SAGA (PyPI `anrg-saga`) on the same real workflows and clusters.

    python compare_scheduling.py --tactus .build/release/tactus --traces TRACES [--count 20] [--limit-tasks 60] [--warm]

The workflows are chosen by rule: of those of TRACES/wfinstances whose tasks have one core and some length (SAGA has no
tasks of no length) and are at most --limit-tasks, the first of each folder by name, then the second of each, and so on,
until there are --count. Each is planned by every rule on homogeneous-8 and heterogeneous-8, and every plan of either side
is checked by schedule_validator.py.

SAGA breaks ties by hash order, and on such clusters they are everywhere (any idle node can start any task at once). So
each rule is run twice: on the workflow as it is, and on a copy whose tasks and nodes stand in the order in which SAGA took
them, which is how Tactus breaks ties. The second ratio, "ties aside", tells whether both read the algorithm alike.

Prints for each rule the geometric mean of makespan ours / SAGA's (ties aside, and as it is), the share of equal plans, the
worst, the ratio of times, and our makespan over the best of SAGA's on the instance. Exits 1 if a plan of ours is invalid or
a rule's mean, ties aside, is off 1 by more than --tolerance (but for those of KNOWN), 2 without workflows.

A plan of ours is made by a process of its own, whose first use of memory counts; with --warm one server makes all, each question
once before, under another budget, so that it is not answered from a cache.
"""
import argparse
import atexit
import http.client
import json
import logging
import math
import os
import signal
import subprocess
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path

import saga_schedulers as peers
from saga_ties import Kept, by_start, by_sufferage
from schedule_validator import check, load_cluster, load_workflow

CLUSTERS = ["homogeneous-8", "heterogeneous-8"]
RULES = {"heft": "Heft", "cpop": "Cpop", "min-min": "MinMin", "max-min": "MaxMin", "sufferage": "Sufferage", "mct": "MCT",
         "met": "MET", "olb": "OLB", "etf": "ETF", "dps": "DPS"}
ALONE = ["peft", "lookahead-heft"]  # SAGA does not have them
IN_TOPOLOGICAL_ORDER = {"mct", "met", "olb"}
KNOWN = {"cpop": "SAGA counts a task's own time in its downward rank too, and finds no critical path but its first task"}
OTHERS = ["BIL", "Duplex", "FCP", "FLB", "MST", "Msbc", "WBA"]  # for the best of SAGA; HBMCT and GDL are wrong


def chosen(folder, count, limit):
    """[(path, workflow)] by the rule above."""
    folders = {}
    for path in sorted(Path(folder).rglob("*.json")):
        workflow = load_workflow(path)
        tasks = workflow["tasks"].values()
        if len(tasks) <= limit and all(t["cores"] == 1 and t["runtime"] > 0 for t in tasks):
            folders.setdefault(path.parent, []).append((path, workflow))
    rounds = zip_longest(*folders.values())
    return [entry for one in rounds for entry in one if entry is not None][:count]


def by_program(tactus, rule, path, cluster_path):
    """The plan of a process of its own, or what it complains of."""
    result = subprocess.run(
        [tactus, "schedule", "--workflow", path, "--cluster", cluster_path, "--policy", rule, "--json",
         "--budget-ms", "60000"], capture_output=True, text=True)
    return (None, result.stderr.strip()[:120]) if result.returncode else (json.loads(result.stdout), "")


class Server:
    """One server for all questions."""

    def __init__(self, tactus, folder):
        process = subprocess.Popen(
            [tactus, "serve", "--port", "0", "--json", "--models", f"{folder}/models", "--state", f"{folder}/state"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        atexit.register(process.kill)
        self.port = int(json.loads(process.stdout.readline())["url"].rsplit(":", 1)[1])

    def plan(self, _, rule, path, cluster_path):
        question = {"workflow": json.loads(Path(path).read_text()), "cluster": json.loads(Path(cluster_path).read_text()),
                    "policy": rule}
        for budget in (59_000, 60_000):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
            connection.request("POST", "/v1/schedule", json.dumps(question | {"budgetMs": budget}))
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                return None, text.decode()[:120]
        return json.loads(text)["schedule"], ""


def ours(plan_by, tactus, rule, path, cluster_path, workflow, cluster):
    plan, problem = plan_by(tactus, rule, path, cluster_path)
    if plan is None:
        return {"makespan": None, "seconds": 0.0, "valid": False, "note": problem}
    report = check(workflow, cluster, plan)
    return {"makespan": report["makespan"], "seconds": plan["decisionMs"] / 1000, "valid": report["valid"],
            "note": (report["violations"] + report["warnings"] + [""])[0]}


def in_order(folder, path, order):
    """A copy of the workflow whose tasks stand in this order."""
    with open(path) as f:
        document = json.load(f)
    place = {t: i for i, t in enumerate(order)}
    document["workflow"]["specification"]["tasks"].sort(key=lambda t: place[t["id"]])
    copy = Path(folder) / "workflow.json"
    copy.write_text(json.dumps(document))
    return copy


def nodes_in_order(folder, path, network):
    """A copy of the cluster whose nodes stand in the order in which SAGA goes through them."""
    with open(path) as f:
        document = json.load(f)
    place = {node.name: i for i, node in enumerate(network.nodes)}
    document["nodes"].sort(key=lambda n: place[n["name"]])
    copy = Path(folder) / "cluster.json"
    copy.write_text(json.dumps(document))
    return copy


def order_of(rule, kept, network, graph, workflow, cluster):
    """The tasks as SAGA took them by this rule."""
    nodes = [node.name for node in network.nodes]
    if rule in IN_TOPOLOGICAL_ORDER:
        order = [t.name for t in graph.topological_sort()]
    elif rule == "sufferage":
        order = by_sufferage(kept.runs(), nodes, workflow, cluster)
    else:
        order = by_start(kept.runs(), nodes)
    return [t for t in order if t in workflow["tasks"]]


def compare(path, workflow, name, options, rows):
    """Adds a row for each rule to `rows`, and prints a line."""
    import saga.schedulers
    cluster_path = Path(__file__).parent / "clusters" / f"{name}.json"
    cluster = load_cluster(cluster_path)
    network, graph = peers.saga_instance(workflow, cluster)
    theirs, makespans = {}, []
    for short in [*RULES.values(), *OTHERS]:
        kept = Kept(getattr(saga.schedulers, f"{short}Scheduler")())
        theirs[short] = (kept, peers.run_one(kept, network, graph, workflow, cluster, options.time_limit))
        if theirs[short][1]["valid"]:
            makespans.append(theirs[short][1]["makespan"])
    cells = []
    with tempfile.TemporaryDirectory() as folder:
        copy_of_cluster = nodes_in_order(folder, cluster_path, network)
        for rule in [*RULES, *ALONE]:
            mine = ours(options.plan_by, options.tactus, rule, path, cluster_path, workflow, cluster)
            row = {"rule": rule, "cluster": name, "path": path.stem, "mine": mine, "best": None, "ratio": None,
                   "aside": None, "speed": None}
            kept, peer = theirs.get(RULES.get(rule), (None, {"valid": False}))
            if mine["valid"] and makespans:
                row["best"] = mine["makespan"] / min(makespans)
            if mine["valid"] and peer["valid"]:
                copy = in_order(folder, path, order_of(rule, kept, network, graph, workflow, cluster))
                aside = ours(options.plan_by, options.tactus, rule, copy, copy_of_cluster, workflow, cluster)
                row["mine"] = mine if aside["valid"] else aside
                row["ratio"] = mine["makespan"] / peer["makespan"]
                row["aside"] = aside["makespan"] / peer["makespan"] if aside["valid"] else None
                row["speed"] = peer["seconds"] / mine["seconds"]
            rows.append(row)
            cells.append("     -  " if row["aside"] is None else f"{row['aside']:8.4f}")
    print(f"{path.stem[:40]:40} {name[:6]:6} {len(workflow['tasks']):5} {' '.join(cells[:len(RULES)])}", flush=True)


def mean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def report(rows, tolerance):
    """Prints the table; what is wrong, in words."""
    wrong = [f"{r['rule']} on {r['path']}, {r['cluster']}: {r['mine']['note']}" for r in rows if not r["mine"]["valid"]]
    print(f"\n{'rule':15} {'plans':>5} {'ties aside':>10} {'equal':>6} {'worst':>7} {'as it is':>9} {'times SAGA':>10} "
          f"{'of its best':>11}")
    for rule in [*RULES, *ALONE]:
        here = [r for r in rows if r["rule"] == rule]
        aside = [r["aside"] for r in here if r["aside"] is not None]
        best = mean([r["best"] for r in here if r["best"] is not None])
        if not aside:
            print(f"{rule:15} {len(here):5} {'-':>10} {'-':>6} {'-':>7} {'-':>9} {'-':>10} {best:11.4f}")
            if rule in RULES:
                wrong.append(f"{rule} could not be compared")
            continue
        equal = sum(abs(a - 1) < 1e-6 for a in aside) / len(aside)
        worst = max(aside, key=lambda a: abs(math.log(a)))
        speed = mean([r["speed"] for r in here if r["speed"] is not None])
        print(f"{rule:15} {len(aside):5} {mean(aside):10.4f} {equal:6.0%} {worst:7.3f} "
              f"{mean([r['ratio'] for r in here if r['ratio'] is not None]):9.4f} {speed:10.0f} {best:11.4f}"
              + (f"  {KNOWN[rule]}" if rule in KNOWN else ""))
        if rule not in KNOWN and abs(mean(aside) - 1) > tolerance:
            wrong.append(f"{rule} is off by more than {tolerance}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tactus", required=True, help="the program")
    parser.add_argument("--traces", required=True, help="the folder that holds wfinstances")
    parser.add_argument("--count", type=int, default=20, help="workflows")
    parser.add_argument("--limit-tasks", type=int, default=60, help="the largest workflow")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds for one rule of SAGA on one instance")
    parser.add_argument("--tolerance", type=float, default=0.005, help="how far from 1 a mean may be")
    parser.add_argument("--warm", action="store_true", help="let one server make all plans")
    options = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # SAGA's ties follow hash order
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    logging.disable(logging.WARNING)
    signal.signal(signal.SIGALRM, peers.on_alarm)
    workflows = chosen(Path(options.traces) / "wfinstances", options.count, options.limit_tasks)
    if not workflows:
        sys.exit(print(f"compare_scheduling: no workflows in {options.traces}/wfinstances", file=sys.stderr) or 2)
    state = tempfile.TemporaryDirectory()
    options.plan_by = Server(options.tactus, state.name).plan if options.warm else by_program
    print("makespan ours / SAGA's, ties aside")
    print(f"{'workflow':40} {'nodes':6} {'tasks':>5} {' '.join(f'{rule[:8]:>8}' for rule in RULES)}")
    rows = []
    for path, workflow in workflows:
        for name in CLUSTERS:
            compare(path, workflow, name, options, rows)
    wrong = report(rows, options.tolerance)
    for line in wrong:
        print(f"compare_scheduling: {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
