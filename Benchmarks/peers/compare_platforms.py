"""What benchmarks of nodes are worth: forecasts for a kind of node that was left out, with and without them.

Reads the rows of one history and the predictions of several runs of `tactus evaluate predictor --protocol leave-out`, the
first with benchmarks. For each kind of node (and type of task) the accuracy 1 - min(|p - y| / y, 1) is averaged over its rows,
then over kinds; the difference to each other run is paired, its interval a bootstrap over kinds of node. Only rows of types
that had run on another kind count, and kinds that have a benchmark.

    compare_platforms.py --history history.csv --feature node_type --benchmarks minibench.txt scaled=a.csv unscaled=b.csv
"""
import argparse
import sys

import numpy as np
import pandas as pd


def accuracies(path, kinds, target):
    """Accuracy and median absolute percentage error of each row that was not cold."""
    p = pd.read_csv(path, dtype={"run": str, "task_id": str}, low_memory=False)
    p = p[(p.target == target) & (p.cold == 0)]
    ape = (p.p50 - p.actual).abs() / p.actual
    covered = p.actual <= p.p95
    return pd.DataFrame({"row": p.row, "type": p.task_type, "kind": p.row.map(kinds), "ape": ape, "covered": covered})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", required=True, help="as `tactus history export` writes it")
    parser.add_argument("--feature", required=True)
    parser.add_argument("--benchmarks", required=True, help="the table of benchmarks, for the kinds that it names")
    parser.add_argument("runs", nargs="+", help="NAME=PREDICTIONS, the first with benchmarks")
    options = parser.parse_args()
    history = pd.read_csv(options.history, dtype={options.feature: str}, low_memory=False)
    if options.feature not in history:
        sys.exit(f"{options.history} has no column {options.feature}")
    benchmarks = pd.read_csv(options.benchmarks, sep=None, engine="python", dtype={options.feature: str})
    known = set(benchmarks[options.feature])
    kinds = history[options.feature]
    runs = [run.split("=", 1) for run in options.runs]
    for target in ("duration", "memory", "cpu"):
        cells = {}
        for name, path in runs:
            a = accuracies(path, kinds, target)
            left_out = sorted(set(a.kind.dropna()) - known)
            a = a[a.kind.isin(known)]
            g = a.groupby(["type", "kind"])
            cells[name] = pd.DataFrame({
                "n": g.size(), "acc": g.ape.apply(lambda e: (1 - np.minimum(e, 1)).mean()), "mdape": g.ape.median(),
                "p95": g.covered.mean()})
        first = runs[0][0]
        if target == "duration":
            print(f"\nkinds without a benchmark, left aside: {', '.join(left_out) or 'none'}\n")
            table = cells[first][["n"]].join([c.acc.rename(n) for n, c in cells.items()])
            print("| type | kind | rows | " + " | ".join(cells) + " |\n" + "|---" * (3 + len(cells)) + "|")
            for (kind, node), row in table.iterrows():
                print(f"| {kind} | {node} | {int(row.n)} | " + " | ".join(f"{row[n]:.3f}" for n in cells) + " |")
            print()
        for name, c in cells.items():
            print(f"{target}: {name}: ACC {c.acc.mean():.3f}, MdAPE {c.mdape.mean():.3f}, at or below p95 "
                  f"{np.average(c.p95, weights=c.n):.3f} of rows, {c.p95.mean():.3f} by kind; "
                  f"{len(c)} types and kinds, {int(c.n.sum())} rows")
        for name in list(cells)[1:]:
            gain = (cells[first].acc - cells[name].acc).reset_index()
            # A kind of node with two types is one draw.
            blocks, random = [v.to_numpy() for _, v in gain.groupby("kind").acc], np.random.default_rng(0)
            draws = []
            for _ in range(4000):
                drawn = [blocks[i] for i in random.integers(0, len(blocks), len(blocks))]
                draws.append(np.concatenate(drawn).mean())
            low, high = np.percentile(draws, [2.5, 97.5])
            verdict = "better" if low > 0 else "worse" if high < 0 else "a tie"
            print(f"{target}: {first} minus {name}: {gain.acc.mean():+.4f} [{low:+.4f}, {high:+.4f}] over {len(blocks)} kinds "
                  f"of node: {verdict}")


if __name__ == "__main__":
    main()
