"""Writes operations.json: values and gradients of every operation by PyTorch's autograd, in double precision.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6
    venv/bin/python make.py

Each case has the inputs (single precision), the output, an upstream gradient and the gradients of sum(upstream * output)
by the inputs. The names and shapes are those of the table in OperationCases.swift.
"""
import json, pathlib

import numpy, torch
from torch.nn import functional

PLAIN, POSITIVE, AWAY = "plain", "positive", "away from zero"


def whole(*numbers):
    return torch.tensor(numbers, dtype=torch.int64)


def gathered(x, axis, places):
    return x.gather(axis, places.unsqueeze(axis))


def scattered(x, axis, places, count):
    shape = list(x.unsqueeze(axis).shape)
    shape[axis] = count
    return torch.zeros(shape, dtype=x.dtype).scatter(axis, places.unsqueeze(axis), x.unsqueeze(axis))


CASES = [
    ("add same", [(3, 5)] * 2, PLAIN, lambda x, y: x + y),
    ("add row", [(3, 5), (5,)], PLAIN, lambda x, y: x + y),
    ("add column", [(3, 1), (3, 5)], PLAIN, lambda x, y: x + y),
    ("add outer", [(3, 1, 2), (7, 1)], PLAIN, lambda x, y: x + y),
    ("add middle", [(2, 3, 5), (2, 1, 5)], PLAIN, lambda x, y: x + y),
    ("subtract number", [(3, 5), ()], PLAIN, lambda x, y: x - y),
    ("subtract four axes", [(2, 1, 3, 1), (1, 5, 1, 2)], PLAIN, lambda x, y: x - y),
    ("multiply same", [(1, 7)] * 2, PLAIN, lambda x, y: x * y),
    ("multiply row", [(2, 3, 5), (5,)], PLAIN, lambda x, y: x * y),
    ("multiply column", [(5, 3), (5, 1)], PLAIN, lambda x, y: x * y),
    ("divide same", [(3, 2), (3, 2)], AWAY, lambda x, y: x / y),
    ("divide number", [(7,), (1,)], AWAY, lambda x, y: x / y),
    ("divide by row", [(3, 1), (1, 5)], AWAY, lambda x, y: x / y),
    ("add constant", [(3, 2)], PLAIN, lambda x: 1.5 + x + 2),
    ("constant minus", [(3, 2)], PLAIN, lambda x: 1.5 - x),
    ("scale", [(3, 2)], PLAIN, lambda x: -(2 * x * 0.5) / 4),
    ("one over", [(5,)], AWAY, lambda x: 1 / x),
    ("maximum", [(3, 5), (5,)], PLAIN, torch.maximum),
    ("maximum of equals", [(3,)], PLAIN, lambda x: torch.maximum(x, x * 1)),
    ("maximum of a number", [(2, 3)], PLAIN, lambda x: torch.maximum(x, torch.tensor(-0.25))),
    ("minimum", [(3, 1), (1, 5)], PLAIN, torch.minimum),
    ("minimum of a number", [(7,)], PLAIN, lambda x: torch.minimum(x, torch.tensor(0.25))),
    ("power", [(3, 5), (3, 1)], POSITIVE, lambda x, y: x ** y),
    ("power of a number", [(3, 5)], AWAY, lambda x: x ** 3),
    ("clipped", [(3, 7)], PLAIN, lambda x: x.clamp(-0.5, 1)),
    ("masked", [(3, 5), (5,)], AWAY, lambda x, y: x * (x > y) * (y <= 0)),
    ("masked by equality", [(3, 5)], PLAIN, lambda x: x * torch.eye(3, 5)),
    ("replaced", [(3, 5), (3, 5)], PLAIN, lambda x, y: torch.where(whole(1, 0, 0, 1, 0) > 0, y, x)),
    ("replaced by a row", [(3, 1), (5,)], PLAIN, lambda x, y: torch.where(whole(1, 0, 1).reshape(3, 1) > 0, y, x)),
    ("replaced by a larger mask", [(5,), (1,)], PLAIN,
     lambda x, y: torch.where(whole(1, 0, 1).reshape(3, 1) > 0, y, x)),
    ("replaced by a number", [(2, 3, 3)], PLAIN, lambda x: x.masked_fill(torch.ones(3, 3).triu(1) > 0, -2)),
    ("relu", [(3, 5)], AWAY, torch.relu),
    ("tanh", [(3, 5)], PLAIN, torch.tanh),
    ("sigmoid", [(3, 5)], PLAIN, torch.sigmoid),
    ("softplus", [(3, 5)], PLAIN, functional.softplus),
    ("gelu", [(3, 7)], PLAIN, functional.gelu),
    ("gelu of large", [(3, 7)], PLAIN, lambda x: functional.gelu(4 * x)),
    ("gelu by tanh", [(3, 7)], PLAIN, lambda x: functional.gelu(x, approximate="tanh")),
    ("gelu by tanh of large", [(3, 7)], PLAIN, lambda x: functional.gelu(4 * x, approximate="tanh")),
    ("exp", [(1, 1)], PLAIN, torch.exp),
    ("log", [(3, 5)], POSITIVE, torch.log),
    ("sqrt", [(7,)], POSITIVE, torch.sqrt),
    ("squared", [(3, 5)], PLAIN, torch.square),
    ("abs", [(3, 5)], AWAY, torch.abs),
    ("softmax", [(3, 7)], PLAIN, lambda x: torch.softmax(x, -1)),
    ("softmax three axes", [(2, 3, 5)], PLAIN, lambda x: torch.softmax(x, -1)),
    ("softmax of one", [(3, 1)], PLAIN, lambda x: torch.softmax(x, -1)),
    ("softmax first", [(5, 3)], PLAIN, lambda x: torch.softmax(x, 0)),
    ("softmax middle", [(2, 5, 3)], PLAIN, lambda x: torch.softmax(x, 1)),
    ("softmax of nothing", [(0, 3)], PLAIN, lambda x: torch.softmax(x, -1)),
    ("log softmax", [(3, 7)], PLAIN, lambda x: torch.log_softmax(x, -1)),
    ("log softmax first", [(7, 2, 3)], PLAIN, lambda x: torch.log_softmax(x, 0)),
    ("log sum exp last", [(3, 7)], PLAIN, lambda x: x.logsumexp(-1)),
    ("log sum exp first", [(5, 3)], PLAIN, lambda x: x.logsumexp(0, keepdim=True)),
    ("log sum exp of two axes", [(2, 5, 3)], PLAIN, lambda x: x.logsumexp((0, 2))),
    ("log sum exp of one", [(1, 1)], PLAIN, lambda x: x.logsumexp(1)),
    ("sum", [(2, 3, 5)], PLAIN, torch.sum),
    ("mean", [(7,)], PLAIN, torch.mean),
    ("sum first", [(2, 3, 5)], PLAIN, lambda x: x.sum(0)),
    ("sum middle", [(2, 3, 5)], PLAIN, lambda x: x.sum(1, keepdim=True)),
    ("sum last", [(2, 3, 5)], PLAIN, lambda x: x.sum(-1)),
    ("sum of two axes", [(2, 3, 5, 7)], PLAIN, lambda x: x.sum((-1, 1))),
    ("sum of neighbours", [(2, 3, 5, 7)], PLAIN, lambda x: x.sum((1, 2), keepdim=True)),
    ("sum of all axes", [(2, 3, 5)], PLAIN, lambda x: x.sum((0, 1, 2))),
    ("sum of no axes", [(2, 3)], PLAIN, lambda x: x.clone()),
    ("sum of nothing", [(0, 3)], PLAIN, lambda x: x.sum(0)),
    ("mean last", [(3, 7)], PLAIN, lambda x: x.mean(-1, keepdim=True)),
    ("mean of two axes", [(2, 3, 5)], PLAIN, lambda x: x.mean((0, 1))),
    ("max", [(3, 5)], PLAIN, lambda x: x.max()),
    ("max first", [(5, 3)], PLAIN, lambda x: x.max(0, keepdim=True).values),
    ("max last", [(3, 11)], PLAIN, lambda x: x.max(-1).values),
    ("max of two axes", [(2, 3, 5)], PLAIN, lambda x: x.amax((0, 2))),
    ("min last", [(3, 11)], PLAIN, lambda x: x.min(-1).values),
    ("min middle", [(2, 3, 5)], PLAIN, lambda x: x.min(1).values),
    ("variance last", [(3, 7)], PLAIN, lambda x: x.var(-1, correction=0)),
    ("variance first, unbiased", [(7, 3)], PLAIN, lambda x: x.var(0, correction=1, keepdim=True)),
    ("variance of two axes", [(2, 3, 5)], PLAIN, lambda x: x.var((0, 2), correction=1)),
    ("variance of one", [(3, 1)], PLAIN, lambda x: x.var(1, correction=0)),
    ("matmul", [(3, 5), (5, 2)], PLAIN, lambda x, y: x @ y),
    ("matmul right", [(3, 5), (2, 5)], PLAIN, lambda x, y: x @ y.T),
    ("matmul left", [(5, 3), (5, 2)], PLAIN, lambda x, y: x.T @ y),
    ("matmul both", [(5, 3), (2, 5)], PLAIN, lambda x, y: x.T @ y.T),
    ("matmul one row", [(1, 7), (7, 3)], PLAIN, lambda x, y: x @ y),
    ("matmul one column", [(3, 7), (1, 7)], PLAIN, lambda x, y: x @ y.T),
    ("matmul inner one", [(3, 1), (1, 5)], PLAIN, lambda x, y: x @ y),
    ("matmul batches", [(2, 3, 5), (2, 5, 7)], PLAIN, torch.matmul),
    ("matmul batches right", [(2, 3, 5), (2, 7, 5)], PLAIN, lambda x, y: x @ y.mT),
    ("matmul batches left", [(2, 5, 3), (2, 5, 7)], PLAIN, lambda x, y: x.mT @ y),
    ("matmul batches both", [(2, 5, 3), (2, 7, 5)], PLAIN, lambda x, y: x.mT @ y.mT),
    ("matmul shared right", [(2, 3, 5), (5, 7)], PLAIN, torch.matmul),
    ("matmul shared right transposed", [(2, 3, 5), (1, 7, 5)], PLAIN, lambda x, y: x @ y.mT),
    ("matmul shared right of a transposed left", [(2, 5, 3), (5, 7)], PLAIN, lambda x, y: x.mT @ y),
    ("matmul shared left", [(3, 5), (2, 5, 7)], PLAIN, torch.matmul),
    ("matmul outer batches", [(2, 1, 3, 5), (3, 5, 2)], PLAIN, torch.matmul),
    ("matmul four axes", [(2, 3, 5, 2), (2, 3, 7, 2)], PLAIN, lambda x, y: x @ y.mT),
    ("matmul batches of one row", [(3, 1, 5), (3, 5, 7)], PLAIN, torch.matmul),
    ("matmul no batches", [(0, 3, 5), (0, 5, 7)], PLAIN, torch.matmul),
    ("linear", [(3, 5), (2, 5), (2,)], PLAIN, functional.linear),
    ("linear one row", [(1, 5), (7, 5), (7,)], PLAIN, functional.linear),
    ("linear relu", [(3, 5), (2, 5), (2,)], PLAIN, lambda x, w, b: torch.relu(functional.linear(x, w, b))),
    ("linear tanh", [(3, 5), (2, 5), (2,)], PLAIN, lambda x, w, b: torch.tanh(functional.linear(x, w, b))),
    ("linear sigmoid", [(3, 5), (2, 5), (2,)], PLAIN, lambda x, w, b: torch.sigmoid(functional.linear(x, w, b))),
    ("reshaped", [(3, 4)], PLAIN, lambda x: x.reshape(2, 6)),
    ("axis inserted", [(3, 5)], PLAIN, lambda x: x.unsqueeze(1)),
    ("axis inserted last", [(3, 5)], PLAIN, lambda x: x.unsqueeze(-1)),
    ("axis removed", [(3, 1, 5)], PLAIN, lambda x: x.squeeze(1)),
    ("broadcast", [(3, 1, 2)], PLAIN, lambda x: x.broadcast_to(2, 3, 5, 2)),
    ("broadcast to nothing", [(1, 3)], PLAIN, lambda x: x.broadcast_to(0, 3)),
    ("transposed", [(3, 5)], PLAIN, lambda x: x.T),
    ("transposed large", [(19, 37)], PLAIN, lambda x: x.T),
    ("transposed outer", [(2, 3, 5)], PLAIN, lambda x: x.transpose(0, 1)),
    ("transposed far", [(2, 3, 5, 7)], PLAIN, lambda x: x.transpose(0, 3)),
    ("permuted three", [(2, 3, 5)], PLAIN, lambda x: x.permute(2, 0, 1)),
    ("permuted four", [(2, 3, 5, 7)], PLAIN, lambda x: x.permute(3, 1, 0, 2)),
    ("permuted heads", [(2, 5, 3, 7)], PLAIN, lambda x: x.permute(0, 2, 1, -1)),
    ("permuted ones", [(1, 3, 1, 5)], PLAIN, lambda x: x.permute(2, 3, 0, 1)),
    ("slice first", [(5, 3)], PLAIN, lambda x: x[1:4]),
    ("slice last", [(2, 3, 7)], PLAIN, lambda x: x[..., 2:5]),
    ("slice from", [(2, 7, 3)], PLAIN, lambda x: x[:, 2:]),
    ("slice by steps", [(3, 7)], PLAIN, lambda x: x[:, 1::2]),
    ("slice of nothing", [(3, 7)], PLAIN, lambda x: x[:, 2:2]),
    ("slice twice", [(5, 3)], PLAIN, lambda x: x[0:2] * x[1:3]),
    ("slice at", [(2, 5, 3)], PLAIN, lambda x: x.select(1, 3)),
    ("slice at the end", [(2, 5, 3)], PLAIN, lambda x: x[..., -1]),
    ("take first", [(5, 3)], PLAIN, lambda x: x.index_select(0, whole(4, 0, 4, 1))),
    ("take middle", [(2, 5, 3)], PLAIN, lambda x: x.index_select(1, whole(1, 1, 3))),
    ("take last", [(3, 7)], PLAIN, lambda x: x.index_select(-1, whole(6, 0, 6))),
    ("take none", [(5, 3)], PLAIN, lambda x: x.index_select(0, whole())),
    ("scatter adding first", [(5, 3), (4, 3)], PLAIN, lambda x, y: x.index_add(0, whole(4, 0, 4, 1), y)),
    ("scatter adding last", [(2, 3), (2, 5)], PLAIN, lambda x, y: x.index_add(-1, whole(2, 2, 0, 2, 1), y)),
    ("gather last", [(3, 5)], PLAIN, lambda x: gathered(x, -1, whole(4, 0, 4)).squeeze(-1)),
    ("gather middle", [(2, 3, 2)], PLAIN, lambda x: gathered(x, 1, whole(2, 0, 1, 1).reshape(2, 2))),
    ("scattered last", [(3,)], PLAIN, lambda x: scattered(x, -1, whole(1, 0, 1), 2)),
    ("scattered middle", [(2, 3)], PLAIN, lambda x: scattered(x, 1, whole(4, 0, 1, 1, 2, 0).reshape(2, 3), 5)),
    ("concatenate first", [(2, 3), (1, 3)], PLAIN, lambda x, y: torch.cat([x, y], 0)),
    ("concatenate last", [(2, 3), (2, 1), (2, 5)], PLAIN, lambda x, y, z: torch.cat([x, y, z], -1)),
    ("concatenate nothing", [(2, 3), (2, 0)], PLAIN, lambda x, y: torch.cat([x, y], 1)),
    ("stacked", [(2, 3)] * 3, PLAIN, lambda *x: torch.stack(x)),
    ("stacked last", [(2, 3)] * 2, PLAIN, lambda *x: torch.stack(x, -1)),
    ("stacked numbers", [()] * 3, PLAIN, lambda *x: torch.stack(x)),
    ("unstacked", [(2, 3, 5)], PLAIN, lambda x: x.unbind(1)[2] * x.unbind(1)[0] + x.unbind(1)[1]),
    ("used twice", [(3, 5)], PLAIN, lambda x: x * x + x),
]


def sample(generator, shape, domain):
    values = generator.standard_normal(shape)
    if domain == POSITIVE:
        values = numpy.abs(values) + 0.1
    if domain == AWAY:
        values = values + 0.3 * numpy.where(values < 0, -1, 1)
    return numpy.asarray(values, dtype=numpy.float32)


def array(tensor):
    return {"shape": list(tensor.shape), "values": [float(str(numpy.float32(v))) for v in tensor.detach().numpy().ravel()]}


def main():
    generator = numpy.random.default_rng(20)
    cases = {}
    for name, shapes, domain, operation in CASES:
        inputs = [torch.tensor(sample(generator, s, domain), dtype=torch.float64, requires_grad=True) for s in shapes]
        output = operation(*inputs)
        upstream = torch.tensor(sample(generator, tuple(output.shape), PLAIN), dtype=torch.float64)
        loss = (output * upstream).sum()
        gradients = torch.autograd.grad(loss, inputs, allow_unused=True, materialize_grads=True)
        cases[name] = {"inputs": [array(x) for x in inputs], "output": array(output), "upstream": array(upstream),
                       "gradients": [array(g) for g in gradients]}
    made = {"torch": torch.__version__, "numpy": numpy.__version__, "cases": cases}
    text = json.dumps(made, indent=None, separators=(",", ":")).replace('},"', '},\n"')
    pathlib.Path(__file__).with_name("operations.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
