#!/usr/bin/env python3
"""Compares the HEFT of Tactus with that of SAGA (PyPI `anrg-saga`) on the same real workflows and clusters.

    python compare_scheduling.py --tactus .build/release/tactus --traces TRACES [--count 20] [--limit-tasks 300]

The workflows are chosen by rule: of the single-core ones of TRACES/wfinstances with at most --limit-tasks tasks, the
first of each folder by name, then the second of each, and so on, until there are --count. Each is planned on
homogeneous-8 and heterogeneous-8; both plans are checked by schedule_validator.py. Prints a line for each and the
geometric mean of makespan ours / SAGA's; exits 1 if that is off 1 by more than --tolerance or a plan is invalid, 2
without workflows.
"""
import argparse
import json
import logging
import math
import os
import signal
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import saga_schedulers as peers
from schedule_validator import check, load_cluster, load_workflow

CLUSTERS = ["homogeneous-8", "heterogeneous-8"]


def chosen(folder, count, limit):
    """[(path, workflow)] by the rule above."""
    folders = {}
    for path in sorted(Path(folder).rglob("*.json")):
        workflow = load_workflow(path)
        if len(workflow["tasks"]) <= limit and all(t["cores"] == 1 for t in workflow["tasks"].values()):
            folders.setdefault(path.parent, []).append((path, workflow))
    rounds = zip_longest(*folders.values())
    return [entry for one in rounds for entry in one if entry is not None][:count]


def ours(tactus, path, cluster_path, workflow, cluster):
    result = subprocess.run(
        [tactus, "schedule", "--workflow", path, "--cluster", cluster_path, "--policy", "heft", "--json"],
        capture_output=True, text=True)
    if result.returncode:
        return {"makespan": None, "seconds": 0.0, "valid": False, "note": result.stderr.strip()[:120]}
    plan = json.loads(result.stdout)
    report = check(workflow, cluster, plan)
    return {"makespan": report["makespan"], "seconds": plan["decisionMs"] / 1000, "valid": report["valid"],
            "note": (report["violations"] + report["warnings"] + [""])[0]}


def compare(path, workflow, name, options):
    """(line to print, ratio or None)."""
    cluster_path = Path(__file__).parent / "clusters" / f"{name}.json"
    cluster = load_cluster(cluster_path)
    mine = ours(options.tactus, path, cluster_path, workflow, cluster)
    network, graph = peers.saga_instance(workflow, cluster)
    import saga.schedulers
    theirs = peers.run_one(saga.schedulers.HeftScheduler(), network, graph, workflow, cluster, options.time_limit)
    both = mine["valid"] and theirs["valid"]
    ratio = mine["makespan"] / theirs["makespan"] if both else None
    cells = [f"{row['makespan']:12.2f} {row['seconds'] * 1000:9.2f}" if row["valid"] else f"{row['note'][:22]:>22}"
             for row in (mine, theirs)]
    line = f"{path.stem:44} {name:15} {len(workflow['tasks']):5} {cells[0]} {cells[1]} " + (
        f"{ratio:8.4f}" if both else " invalid")
    return line, ratio


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tactus", required=True, help="the program")
    parser.add_argument("--traces", required=True, help="the folder that holds wfinstances")
    parser.add_argument("--count", type=int, default=20, help="workflows")
    parser.add_argument("--limit-tasks", type=int, default=300, help="the largest workflow")
    parser.add_argument("--time-limit", type=float, default=300.0, help="seconds for SAGA on one instance")
    parser.add_argument("--tolerance", type=float, default=0.005, help="how far from 1 the mean may be")
    options = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # SAGA's ties follow hash order
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    logging.disable(logging.WARNING)
    signal.signal(signal.SIGALRM, peers.on_alarm)
    workflows = chosen(Path(options.traces) / "wfinstances", options.count, options.limit_tasks)
    if not workflows:
        sys.exit(print(f"compare_scheduling: no workflows in {options.traces}/wfinstances", file=sys.stderr) or 2)
    print(f"{'workflow':44} {'cluster':15} {'tasks':>5} {'makespan':>12} {'ms':>9} {'SAGA':>12} {'ms':>9} {'ratio':>8}")
    ratios = {name: [] for name in CLUSTERS}
    for path, workflow in workflows:
        for name in CLUSTERS:
            line, ratio = compare(path, workflow, name, options)
            ratios[name].append(ratio)
            print(line, flush=True)
    everything = [ratio for row in ratios.values() for ratio in row]
    valid = [ratio for ratio in everything if ratio is not None]
    for name, row in [*ratios.items(), ("both", everything)]:
        row = [ratio for ratio in row if ratio is not None]
        if row:
            print(f"geometric mean of ours / SAGA's on {name}: {mean(row):.4f} over {len(row)} plans "
                  f"({min(row):.4f} to {max(row):.4f}, {sum(abs(r - 1) < 1e-9 for r in row)} equal)")
    if len(valid) < len(everything):
        sys.exit(print(f"compare_scheduling: {len(everything) - len(valid)} plans are invalid", file=sys.stderr) or 1)
    if abs(mean(valid) - 1) > options.tolerance:
        sys.exit(print("compare_scheduling: the mean is off by more than the tolerance", file=sys.stderr) or 1)


if __name__ == "__main__":
    main()
