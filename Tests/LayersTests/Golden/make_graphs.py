"""Writes graphs.json: graph convolutions with their gradients by PyTorch, in double precision, on dense matrices.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6
    venv/bin/python make_graphs.py

The inputs are the node features [N, I], the edge features [E, F], W [O, I], V [O, F] and b [O]; `graphs` has the edges
(source, target) and their weights.
"""
import json, pathlib

import numpy, torch

from make import array, generator, sample


def case(nodes, edges, inputs, features, outputs, normalization, loops):
    source, target = generator.integers(0, nodes, (2, edges))
    weights = generator.uniform(0.1, 2, edges).astype(numpy.float32)
    adjacency = torch.zeros(nodes, nodes, dtype=torch.float64)
    adjacency.index_put_((torch.tensor(target), torch.tensor(source)), torch.tensor(weights, dtype=torch.float64), accumulate=True)
    if loops:
        adjacency = adjacency + torch.eye(nodes, dtype=torch.float64)
    coming, going = adjacency.sum(1), adjacency.sum(0)
    factor = torch.ones_like(adjacency)
    if normalization == "row":
        factor = 1 / coming[:, None].expand(nodes, nodes)
    elif normalization == "symmetric":
        factor = 1 / torch.sqrt(coming[:, None] * going[None, :])
    factor = torch.where(torch.isfinite(factor), factor, torch.zeros_like(factor))
    x, e, w, v, b = sample(nodes, inputs), sample(edges, features), sample(outputs, inputs), sample(outputs, features), sample(outputs)
    # Edge by edge: which edge ends at which node, times its part of the normalised matrix.
    ends = torch.zeros(nodes, edges, dtype=torch.float64)
    for k in range(edges):
        ends[target[k], k] = float(weights[k]) * factor[target[k], source[k]]
    output = torch.tanh((adjacency * factor) @ x @ w.T + ends @ e @ v.T + b)
    upstream = sample(*output.shape).detach()
    given = [x, e, w, v, b]
    gradients = torch.autograd.grad((output * upstream).sum(), given)
    made = {"inputs": [array(t) for t in given], "output": array(output), "upstream": array(upstream),
            "gradients": [array(g) for g in gradients]}
    graph = {"source": source.tolist(), "target": target.tolist(), "weights": [float(str(w)) for w in weights],
             "normalization": normalization, "selfLoops": loops}
    return made, graph


shapes = {"one node": (1, 1, 1, 1, 1, "symmetric", True), "wider": (7, 11, 3, 2, 5, "symmetric", True),
          "narrower": (7, 11, 5, 2, 3, "symmetric", False), "row": (5, 13, 2, 3, 7, "row", False),
          "row with loops": (5, 6, 7, 1, 2, "row", True), "plain": (3, 17, 2, 2, 2, "none", False),
          "sparse": (13, 5, 3, 2, 2, "symmetric", False)}
made = {name: case(*shape) for name, shape in shapes.items()}
pathlib.Path(__file__).with_name("graphs.json").write_text(json.dumps(
    {"cases": {name: m[0] for name, m in made.items()}, "graphs": {name: m[1] for name, m in made.items()}}) + "\n")
