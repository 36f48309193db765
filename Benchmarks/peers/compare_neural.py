"""Lets our neural benchmark and the peers' take turns, case by case, and prints both, their ratio and the product floor.

Called by `Benchmarks/compare neural`. A ratio is peer / ours: over 1 we are faster. The product floor is the time of the
matrix products alone, measured in the same turns. Each figure is the median over the rounds.
"""
import argparse, json, os, statistics, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
# The ratio that is wanted at least; a case may also pass by staying within 1.3 of the floor.
WANTED = {
    "lstm train batch 32 steps 32": 2.2, "lstm train batch 256 steps 32": 2.0, "lstm infer batch 1 onnxruntime": 1.2,
    "lstm infer batch 64 onnxruntime": 0.9, "lstm infer batch 1 torch": None, "lstm infer batch 64 torch": None,
    "double dqn step batch 32": 4, "double dqn step batch 256": 1.5, "dqn infer batch 1 torch": 10,
    "gcn train nodes 100": 2.5, "gcn train nodes 1000": 3, "gcn train nodes 10000": 2,
    "gcn infer nodes 100 torch": 2.5, "gcn infer nodes 1000 torch": 1.8, "gcn infer nodes 10000 torch": 1.8,
}
# The same of a build for this processor, where it is another.
WANTED_NATIVE = {"lstm infer batch 64 onnxruntime": 1.1}


class Program:
    """A program that answers each name of a case with a line of JSON."""

    def __init__(self, command):
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def time(self, case):
        self.process.stdin.write(case + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"error: {self.process.args[0]} ended in the case {case}")
        answer = json.loads(line)
        if "error" in answer:
            sys.exit(f"error: {answer['error']}")
        return answer


def own_name(case):
    """Our program has one case for both peers."""
    return case.removesuffix(" torch").removesuffix(" onnxruntime")


def measure(case, programs, peer, rounds):
    ours = {name: [] for name in programs}
    floors, peers, operations = [], [], 0
    for _ in range(rounds):
        for name, program in programs.items():
            answer = program.time(own_name(case))
            ours[name].append(answer["microseconds"])
            if name == "portable":
                floors.append(answer["products"])
                operations = answer["operations"]
        peers.append(peer.time(case)["microseconds"])
    medians = {name: statistics.median(times) / 1000 for name, times in ours.items()}
    peer_time, floor = statistics.median(peers) / 1000, statistics.median(floors) / 1000
    row = {"case": case, "ours": medians["portable"], "peer": peer_time, "ratio": peer_time / medians["portable"],
           "floor": floor, "gigaflops": operations / medians["portable"] / 1e6}
    if "native" in medians:
        row |= {"native": medians["native"], "nativeRatio": peer_time / medians["native"]}
    return row


def verdict(row):
    wanted = WANTED[row["case"]]
    if wanted is None:
        return ""
    native = row.get("nativeRatio", wanted) >= WANTED_NATIVE.get(row["case"], 0)
    return "yes" if row["ratio"] >= wanted and native else "by the floor" if row["ours"] <= 1.3 * row["floor"] else "no"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--native")
    parser.add_argument("--json")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", help="cases whose name contains this")
    options = parser.parse_args()
    programs = {"portable": Program([options.program])}
    if options.native:
        programs["native"] = Program([options.native])
    peer = Program([sys.executable, os.path.join(HERE, "neural_speed.py")])
    peak = max(1e-3 * answer["operations"] / answer["microseconds"]
               for answer in [programs["portable"].time("peak") for _ in range(5)])
    print(f"sgemm of 1000 x 1000 x 1000 on this core: {peak:.0f} Gflop/s; times in milliseconds, {options.rounds} rounds")
    head = f"{'case':32} {'ours':>9} {'peer':>9} {'ratio':>6} {'wanted':>6} {'reached':>12} {'floor':>9} {'/floor':>6} {'of peak':>7}"
    print(head + (f" {'native':>9} {'ratio':>6}" if options.native else ""))
    rows = []
    for case in WANTED:
        if options.only and options.only not in case:
            continue
        row = measure(case, programs, peer, options.rounds)
        rows.append(row)
        wanted = WANTED[case]
        line = (f"{case:32} {row['ours']:9.4f} {row['peer']:9.4f} {row['ratio']:6.2f} {wanted or '':>6} {verdict(row):>12} "
                f"{row['floor']:9.4f} {row['ours'] / row['floor']:6.2f} {row['gigaflops'] / peak:7.0%}")
        print(line + (f" {row['native']:9.4f} {row['nativeRatio']:6.2f}" if options.native else ""), flush=True)
    if options.json:
        with open(options.json + ".tmp", "w") as file:
            json.dump(rows, file, indent=1)
        os.replace(options.json + ".tmp", options.json)


if __name__ == "__main__":
    main()
