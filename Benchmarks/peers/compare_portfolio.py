#!/usr/bin/env python3
"""Compares the portfolio of Tactus with the best of SAGA's schedulers and with the optimum on real workflows.

    python compare_portfolio.py --tactus .build/release/tactus --traces TRACES [--budget-ms 100] [--limit-tasks 300]

The workflows are the single-core ones of TRACES/wfinstances whose applications were not used while the portfolio was
built: its parameters were chosen on those of DEVELOPMENT, which --development compares instead. Each is planned on
homogeneous-8 and heterogeneous-8 by `tactus schedule --policy portfolio` and by its HEFT, and every plan is checked by
schedule_validator.py. Beside it stand

- the best valid plan of SAGA's schedulers, where there are at most --limit-tasks tasks (SAGA takes minutes above);
- where there are at most 60 tasks and the plan is above the lower bound, what CP-SAT finds in --optimum-seconds, which is
  the optimum where it says so, and its bound.

Prints a line for each plan, then geometric means, the worst, and shares. Exits 1 if a plan is invalid, if the mean of
ours / SAGA's best is over --most-mean, one is worse than SAGA's best by more than --most-worse, the mean gap to the best
that CP-SAT found is over --most-gap, or decisions take longer than a tenth over the budget in more than --most-late of the
plans; 2 without workflows. --saga-results keeps SAGA's makespans in a folder and takes them from there.
"""
import argparse
import json
import logging
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import saga_schedulers as peers
from schedule_validator import check, load_cluster, load_workflow, lower_bound

CLUSTERS = ["homogeneous-8", "heterogeneous-8"]
DEVELOPMENT = ["pegasus/montage/", "pegasus/epigenomics/", "nextflow/atacseq-", "nextflow/bacass-", "nextflow/chipseq-",
               "nextflow/mag-", "nextflow/methylseq-"]
SMALL = 60


def chosen(folder, development, most):
    """[(path, workflow)] by the rule above, the smallest first."""
    found = []
    for path in sorted(Path(folder).rglob("*.json")):
        name = path.relative_to(folder).as_posix()
        if any(name.startswith(start) for start in DEVELOPMENT) != development:
            continue
        workflow = load_workflow(path)
        if all(t["cores"] == 1 for t in workflow["tasks"].values()) and len(workflow["tasks"]) <= most:
            found.append((path, workflow))
    return sorted(found, key=lambda entry: len(entry[1]["tasks"]))


def ours(options, policy, path, cluster_path, workflow, cluster):
    """The plan's makespan and what it says of itself; raises ValueError where it is invalid."""
    result = subprocess.run(
        [options.tactus, "schedule", "--workflow", path, "--cluster", cluster_path, "--policy", policy, "--budget-ms",
         str(options.budget_ms), "--json"], capture_output=True, text=True)
    if result.returncode:
        raise ValueError(result.stderr.strip()[:120])
    plan = json.loads(result.stdout)
    report = check(workflow, cluster, plan)
    if not report["valid"] or report["warnings"]:
        raise ValueError((report["violations"] + report["warnings"])[0])
    return {"makespan": report["makespan"], "ms": plan["decisionMs"], "by": plan["foundBy"],
            "iterations": plan["iterations"]}


def saga_best(options, name, workflow, cluster):
    """(scheduler, makespan) of the best valid plan; None where there is none or the workflow is too large."""
    if len(workflow["tasks"]) > options.limit_tasks:
        return None
    kept = options.saga_results and Path(options.saga_results) / f"{name}.json"
    if kept and kept.exists():
        rows = json.loads(kept.read_text())["schedulers"]
    else:
        import saga.schedulers
        network, graph = peers.saga_instance(workflow, cluster)
        rows = {n.removesuffix("Scheduler"): peers.run_one(
            getattr(saga.schedulers, n)(), network, graph, workflow, cluster, options.time_limit)
            for n in saga.schedulers.__all__ if n not in peers.EXCLUDED}
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps({"schedulers": rows}))
    valid = {n: row["makespan"] for n, row in rows.items() if row["valid"]}
    return min(valid.items(), key=lambda entry: entry[1]) if valid else None


def optimum(options, workflow, cluster, mine, bound):
    """(makespan, whether it is the optimum) of CP-SAT; None where the model does not fit."""
    if len(workflow["tasks"]) > SMALL or not mine or options.optimum_seconds <= 0:
        return None
    if mine <= bound * (1 + 1e-9):
        return mine, True
    from cpsat_optimum import solve
    status, schedule, _ = solve(workflow, cluster, options.optimum_seconds, options.threads, 0)
    report = check(workflow, cluster, schedule) if schedule else None
    if not report or not report["valid"]:
        return None
    # A plan of ours that is shorter shows that its own was not the optimum, or not to the last digit.
    return min(mine, report["makespan"]), status == "OPTIMAL"


def mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def compare(path, workflow, cluster_name, options):
    cluster_path = Path(__file__).parent / "clusters" / f"{cluster_name}.json"
    cluster = load_cluster(cluster_path)
    bound = max(lower_bound(workflow, cluster))
    row = {"name": path.stem, "cluster": cluster_name, "tasks": len(workflow["tasks"]), "bound": bound}
    try:
        row["portfolio"] = ours(options, "portfolio", path, cluster_path, workflow, cluster)
        row["heft"] = ours(options, "heft", path, cluster_path, workflow, cluster)["makespan"]
    except ValueError as error:
        return {**row, "error": str(error)}
    row["saga"] = saga_best(options, f"{path.stem}@{cluster_name}", workflow, cluster)
    row["optimum"] = optimum(options, workflow, cluster, row["portfolio"]["makespan"], bound)
    return row


def line(row):
    start = f"{row['name'][:44]:44} {row['cluster'][:6]} {row['tasks']:5} "
    if "error" in row:
        return start + row["error"]
    mine = row["portfolio"]
    cells = [f"{mine['makespan'] / row['heft']:8.4f}" if row["heft"] else f"{'':>8}",
             f"{mine['makespan'] / row['bound']:8.4f}" if row["bound"] else f"{'':>8}",
             f"{mine['makespan'] / row['saga'][1]:8.4f} {row['saga'][0]:10}" if row["saga"] else f"{'-':>8} {'':10}",
             f"{mine['makespan'] / row['optimum'][0]:8.4f}{'*' if row['optimum'][1] else ' '}" if row["optimum"]
             else f"{'-':>8} ", f"{mine['ms']:7.1f} {mine['iterations']:7} {mine['by']}"]
    return start + " ".join(cells)


def summary(title, ratios):
    if not ratios:
        return
    same = sum(abs(r - 1) < 1e-9 for r in ratios)
    print(f"{title}: geometric mean {mean(ratios):.4f} over {len(ratios)} plans, {min(ratios):.4f} to {max(ratios):.4f}; "
          f"{sum(r < 1 - 1e-9 for r in ratios)} shorter, {same} equal")


def failures(rows, options):
    """What is outside the wanted bars."""
    found = [f"{row['name']} on {row['cluster']}: {row['error']}" for row in rows if "error" in row]
    rows = [row for row in rows if "error" not in row]
    saga = [row["portfolio"]["makespan"] / row["saga"][1] for row in rows if row["saga"] and row["saga"][1] > 0]
    gaps = [row["portfolio"]["makespan"] / row["optimum"][0] - 1 for row in rows if row["optimum"] and row["optimum"][0]]
    late = [row for row in rows if row["portfolio"]["ms"] > options.budget_ms * 1.1]
    if saga and mean(saga) > options.most_mean:
        found.append(f"the mean over SAGA's best is {mean(saga):.4f}, more than {options.most_mean}")
    if saga and max(saga) > 1 + options.most_worse:
        found.append(f"one plan is {max(saga):.4f} of SAGA's best")
    if gaps and sum(gaps) / len(gaps) > options.most_gap:
        found.append(f"the mean gap to the optimum is {sum(gaps) / len(gaps):.4f}, more than {options.most_gap}")
    if len(late) > options.most_late * len(rows):
        found.append(f"{len(late)} of {len(rows)} decisions took more than a tenth over the budget")
    return found


def report(rows, options):
    good = [row for row in rows if "error" not in row]
    for name in [*CLUSTERS, "both"]:
        here = [row for row in good if name in (row["cluster"], "both")]
        summary(f"ours / SAGA's best on {name}", [
            row["portfolio"]["makespan"] / row["saga"][1] for row in here if row["saga"] and row["saga"][1] > 0])
        summary(f"ours / our HEFT on {name}", [
            row["portfolio"]["makespan"] / row["heft"] for row in here if row["heft"] > 0])
        summary(f"ours / the lower bound on {name}", [
            row["portfolio"]["makespan"] / row["bound"] for row in here if row["bound"] > 0])
        summary(f"lower bound / SAGA's best on {name}", [
            row["bound"] / row["saga"][1] for row in here if row["saga"] and row["bound"] > 0])
    small = [row for row in good if row["optimum"] and row["optimum"][0] > 0]
    if small:
        gaps = [row["portfolio"]["makespan"] / row["optimum"][0] - 1 for row in small]
        proven = sum(row["optimum"][1] for row in small)
        print(f"gap to the best that CP-SAT or we found, at most {SMALL} tasks: mean {sum(gaps) / len(gaps):.4%}, largest "
              f"{max(gaps):.4%}, {sum(g < 1e-6 for g in gaps)} of {len(gaps)} none; {proven} are proven optima")
    times = sorted(row["portfolio"]["ms"] for row in good)
    if times:
        print(f"milliseconds of a decision: median {times[len(times) // 2]:.1f}, largest {times[-1]:.1f}, "
              f"{sum(t > options.budget_ms * 1.1 for t in times)} of {len(times)} more than a tenth over the budget")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tactus", required=True, help="the program")
    parser.add_argument("--traces", required=True, help="the folder that holds wfinstances")
    parser.add_argument("--budget-ms", type=float, default=100)
    parser.add_argument("--development", action="store_true", help="the applications that parameters were chosen on")
    parser.add_argument("--limit-tasks", type=int, default=300, help="the largest workflow that SAGA plans")
    parser.add_argument("--most-tasks", type=int, default=100_000, help="the largest workflow")
    parser.add_argument("--time-limit", type=float, default=40.0, help="seconds for each of SAGA's schedulers")
    parser.add_argument("--optimum-seconds", type=float, default=20.0, help="seconds for CP-SAT on one instance; 0 leaves it out")
    parser.add_argument("--threads", type=int, default=2, help="threads of CP-SAT")
    parser.add_argument("--saga-results", help="a folder for SAGA's makespans")
    parser.add_argument("--most-mean", type=float, default=0.996)
    parser.add_argument("--most-worse", type=float, default=0.001)
    parser.add_argument("--most-gap", type=float, default=0.02)
    parser.add_argument("--most-late", type=float, default=0.0)
    options = parser.parse_args()
    if os.environ.get("PYTHONHASHSEED") != "0":  # SAGA's ties follow hash order
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    logging.disable(logging.WARNING)
    signal.signal(signal.SIGALRM, peers.on_alarm)
    workflows = chosen(Path(options.traces) / "wfinstances", options.development, options.most_tasks)
    if not workflows:
        sys.exit(print(f"compare_portfolio: no workflows in {options.traces}/wfinstances", file=sys.stderr) or 2)
    print(f"{'workflow':44} {'cluster'[:6]} {'tasks':>5} {'/ HEFT':>8} {'/ bound':>8} {'/ SAGA':>8} {'':10} {'/ best':>8}* "
          f"{'ms':>6} {'tries':>7} found by  (* proven optimum)")
    rows = []
    for path, workflow in workflows:
        for name in CLUSTERS:
            rows.append(compare(path, workflow, name, options))
            print(line(rows[-1]), flush=True)
    report(rows, options)
    found = failures(rows, options)
    for failure in found:
        print(f"compare_portfolio: {failure}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
