"""Writes recurrent.json: LSTMs that go on from a state, by PyTorch, in double precision.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6
    venv/bin/python make_recurrent.py

The inputs are x, the states and the cells before the first step [L, B, H], and three weights for each layer; the output is
all that torch.nn.LSTM gives back in one row: the states [B, T, H], the last states [L, B, H], the last cells [L, B, H].
"""
import json, pathlib

import torch

from make import array, sample


def case(batch, steps, inputs, hidden, layers):
    x, start = sample(batch, steps, inputs), [sample(layers, batch, hidden) for _ in range(2)]
    parameters, values = [], {}
    for layer in range(layers):
        own = [sample(4 * hidden, inputs if layer == 0 else hidden), sample(4 * hidden, hidden), sample(4 * hidden)]
        parameters += own
        values |= {f"weight_ih_l{layer}": own[0], f"weight_hh_l{layer}": own[1], f"bias_ih_l{layer}": own[2],
                   f"bias_hh_l{layer}": torch.zeros_like(own[2])}
    module = torch.nn.LSTM(inputs, hidden, layers, batch_first=True, dtype=torch.float64)
    states, (last, cells) = torch.func.functional_call(module, values, (x, tuple(start)))
    output = torch.cat([part.reshape(-1) for part in (states, last, cells)])
    upstream = sample(*output.shape).detach()
    given = [x] + start + parameters
    gradients = torch.autograd.grad((output * upstream).sum(), given)
    return {"inputs": [array(v) for v in given], "output": array(output), "upstream": array(upstream),
            "gradients": [array(g) for g in gradients]}


cases = {"one of all": case(1, 1, 1, 1, 1), "one layer": case(3, 5, 2, 7, 1), "two layers": case(2, 4, 3, 5, 2),
         "three layers": case(5, 3, 1, 2, 3), "one row": case(1, 7, 3, 2, 2)}
pathlib.Path(__file__).with_name("recurrent.json").write_text(json.dumps({"cases": cases}) + "\n")
