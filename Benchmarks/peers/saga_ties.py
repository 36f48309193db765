"""The order in which SAGA took the tasks of a plan that it answered, as far as the plan tells.

SAGA breaks ties by hash order. Handed the tasks and the nodes in the order in which SAGA took them, another program that
prefers what stands first must give the same plan if it reads the algorithm alike.
"""


class Kept:
    """A scheduler of SAGA that keeps its plan."""

    def __init__(self, scheduler):
        self.scheduler, self.plan = scheduler, None

    def schedule(self, network, graph):
        self.plan = self.scheduler.schedule(network, graph)
        return self.plan

    def runs(self):
        """{task: (node, start, end)}."""
        return {t.name: (node, t.start, t.end) for node, here in self.plan.items() for t in here}


def by_start(runs, nodes):
    """As they start; of those that start together, by the nodes as SAGA goes through them."""
    place = {node: i for i, node in enumerate(nodes)}
    return sorted(runs, key=lambda t: (runs[t][1], place[runs[t][0]], runs[t][2], t))


def by_sufferage(runs, nodes, workflow, cluster):
    """An order in which sufferage may have taken them: of the ready tasks that would lose most, always one that ends where
    and when the plan has it. Where there is none, the rest as they start."""
    bandwidth = cluster["bandwidth"]
    free, done, order = {node: 0.0 for node in nodes}, {}, []
    waiting = [t for t in by_start(runs, nodes) if t in workflow["tasks"]]

    def ends(task):
        found = []
        for node in nodes:
            ready = max((done[p][1] + (size / bandwidth if bandwidth and done[p][0] != node else 0.0)
                         for p, size in workflow["parents"][task].items()), default=0.0)
            length = workflow["tasks"][task]["runtime"] / cluster["nodes"][node]["speed"]
            found.append((max(free[node], ready) + length, node))
        return sorted(found, key=lambda end: end[0])

    while waiting:
        ready = [(t, ends(t)) for t in waiting if all(p in done for p in workflow["parents"][t])]
        most = max(e[1][0] - e[0][0] for _, e in ready)
        task = next((t for t, e in ready if e[1][0] - e[0][0] >= most - 1e-6
                     and any(node == runs[t][0] and abs(end - runs[t][2]) < 1e-4 and end < e[0][0] + 1e-6
                             for end, node in e)), None)
        if task is None:
            return order + waiting
        node, _, end = runs[task]
        done[task], free[node] = (node, end), end
        order.append(task)
        waiting.remove(task)
    return order
