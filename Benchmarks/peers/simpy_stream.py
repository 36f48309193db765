"""A stream of workflows on a cluster, first in, first out, first fit, in SimPy: the peer of our simulation.

    python simpy_stream.py STREAM.json [--style processes|callbacks] [--completions C.json]

STREAM.json is what `compare_simulation.py` writes: nodes, workflows and arrivals. For each line on standard input it runs the
stream once and prints one line of JSON with the seconds of processor time that the run took and the events that it counted,
a start or an end of a task each. The model is that of our `simulation` benchmark: tasks become ready when their parents have
ended, wait in the order in which they became ready (ties: arrival, then file), and go to the first node with room; one that
fits nowhere waits and later ones may pass it.

One dispatcher places, since SimPy's own resources cannot place over several nodes and two capacities at once. With the style
`processes` a task is a process that waits for its time, as SimPy's documentation has it; with `callbacks` it is a bare
timeout with a callback on it, which is about twice as fast and no longer reads like SimPy.
"""
import argparse, json, sys, time
from bisect import insort
from operator import itemgetter

import simpy


class Workflow:
    __slots__ = ("arrival", "arrived", "blockers", "left", "shape", "first")

    def __init__(self, arrival, arrived, shape, first):
        self.arrival, self.arrived, self.shape, self.first = arrival, arrived, shape, first
        self.blockers = shape["parentCounts"].copy()
        self.left = len(self.blockers)


class Cluster:
    def __init__(self, environment, nodes, hasProcesses):
        self.environment = environment
        self.hasProcesses = hasProcesses
        self.cores = [node["cores"] for node in nodes]
        self.memory = [node["memoryBytes"] for node in nodes]
        # Waiting tasks as (ready, number of the task among all, workflow, task), in this order.
        self.waiting = []
        self.fresh = []
        self.isDue = False
        self.completed = {}
        self.events = 0

    def arrive(self, workflow):
        now = self.environment.now
        for task, count in enumerate(workflow.blockers):
            if count == 0:
                self.fresh.append((now, workflow.first + task, workflow, task))
        self.wake()

    def wake(self):
        """Tries the queue once all that happens at this moment has happened."""
        if not self.isDue:
            self.isDue = True
            # Behind everything else of this moment.
            event = self.environment.event()
            event._ok = True
            event._value = None
            event.callbacks.append(self.dispatch)
            self.environment.schedule(event, priority=2)

    def dispatch(self, _):
        self.isDue = False
        for entry in self.fresh:
            insort(self.waiting, entry, key=itemgetter(0, 1))
        self.fresh.clear()
        cores, memory = self.cores, self.memory
        nodes = range(len(cores))
        most = max(cores)
        if most <= 0:
            return
        kept = []
        for place, entry in enumerate(self.waiting):
            if most <= 0:
                # Every task holds a core: nothing behind fits either.
                kept.extend(self.waiting[place:])
                break
            _, _, workflow, task = entry
            shape = workflow.shape
            wantedCores, wantedMemory = shape["cores"][task], shape["memory"][task]
            if wantedCores <= most:
                for node in nodes:
                    if wantedCores <= cores[node] and wantedMemory <= memory[node]:
                        cores[node] -= wantedCores
                        memory[node] -= wantedMemory
                        most = max(cores)
                        self.events += 1
                        if self.hasProcesses:
                            self.environment.process(self.task(workflow, task, node))
                        else:
                            timeout = self.environment.timeout(shape["seconds"][task], (workflow, task, node))
                            timeout.callbacks.append(lambda timeout: self.end(*timeout.value))
                        break
                else:
                    kept.append(entry)
            else:
                kept.append(entry)
        self.waiting = kept

    def task(self, workflow, task, node):
        yield self.environment.timeout(workflow.shape["seconds"][task])
        self.end(workflow, task, node)

    def end(self, workflow, task, node):
        shape = workflow.shape
        self.cores[node] += shape["cores"][task]
        self.memory[node] += shape["memory"][task]
        self.events += 1
        now = self.environment.now
        blockers = workflow.blockers
        for child in shape["children"][task]:
            blockers[child] -= 1
            if blockers[child] == 0:
                self.fresh.append((now, workflow.first + child, workflow, child))
        workflow.left -= 1
        if workflow.left == 0:
            self.completed[workflow.arrival] = now
        self.wake()


def arrivals(environment, cluster, stream):
    first = 0
    for place, (moment, number) in enumerate(stream["arrivals"]):
        if moment > environment.now:
            # An absolute moment, so that it is the very number and not a sum of gaps.
            yield At(environment, moment)
        shape = stream["workflows"][number]
        cluster.arrive(Workflow(place, moment, shape, first))
        first += len(shape["seconds"])


class At(simpy.Event):
    """An event at a moment."""

    def __init__(self, environment, moment):
        super().__init__(environment)
        self._ok, self._value = True, None
        # SimPy adds the delay to the present; this is what `schedule` does without the addition.
        from heapq import heappush
        heappush(environment._queue, (moment, 1, next(environment._eid), self))


def run(stream, style):
    environment = simpy.Environment()
    cluster = Cluster(environment, stream["nodes"], style == "processes")
    environment.process(arrivals(environment, cluster, stream))
    environment.run()
    return cluster


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stream")
    parser.add_argument("--style", choices=["processes", "callbacks"], default="processes")
    parser.add_argument("--completions")
    options = parser.parse_args()
    with open(options.stream) as file:
        stream = json.load(file)
    for _ in sys.stdin:
        began = time.thread_time()
        cluster = run(stream, options.style)
        seconds = time.thread_time() - began
        if options.completions:
            with open(options.completions, "w") as file:
                json.dump([cluster.completed[place] for place in range(len(stream["arrivals"]))], file)
        print(json.dumps({"seconds": seconds, "events": cluster.events}), flush=True)


if __name__ == "__main__":
    main()
