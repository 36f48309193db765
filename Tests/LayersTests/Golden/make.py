"""Writes layers.json: LSTMs and losses with their gradients by PyTorch, in double precision.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.1.3
    venv/bin/python make.py

An LSTM without a mask, or with padding at the end, is torch.nn.LSTM (over a packed sequence); with holes anywhere it is
torch.nn.LSTMCell, whose state is kept where the mask is 0. Gradients are those of sum(upstream * output); those by
PyTorch's two biases are equal, and ours is their sum's.
"""
import json, pathlib

import numpy, torch

generator = numpy.random.default_rng(21)


def sample(*shape):
    values = generator.standard_normal(shape).astype(numpy.float32)
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def array(tensor):
    return {"shape": list(tensor.shape), "values": [float(str(numpy.float32(v))) for v in tensor.detach().numpy().ravel()]}


def weights(inputs, hidden, layers):
    made = []
    for layer in range(layers):
        made += [sample(4 * hidden, inputs if layer == 0 else hidden), sample(4 * hidden, hidden), sample(4 * hidden)]
    return made


def library_lstm(x, parameters, hidden, layers, lengths):
    module = torch.nn.LSTM(x.shape[2], hidden, layers, batch_first=True, dtype=torch.float64)
    values = {}
    for layer in range(layers):
        w, r, b = parameters[3 * layer:3 * layer + 3]
        values |= {f"weight_ih_l{layer}": w, f"weight_hh_l{layer}": r, f"bias_ih_l{layer}": b,
                   f"bias_hh_l{layer}": torch.zeros_like(b)}
    if lengths is not None:
        x = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    states, (last, _) = torch.func.functional_call(module, values, (x,))
    return (None if lengths is not None else states), last[-1]


def cell_lstm(x, parameters, hidden, layers, mask):
    batch, steps, _ = x.shape
    inputs = [x[:, t] for t in range(steps)]
    for layer in range(layers):
        w, r, b = parameters[3 * layer:3 * layer + 3]
        cell = torch.nn.LSTMCell(w.shape[1], hidden, dtype=torch.float64)
        values = {"weight_ih": w, "weight_hh": r, "bias_ih": b, "bias_hh": torch.zeros_like(b)}
        h = c = torch.zeros(batch, hidden, dtype=torch.float64)
        outputs = []
        for t in range(steps):
            moved = torch.func.functional_call(cell, values, (inputs[t], (h, c)))
            keep = mask[:, t:t + 1] == 0
            h, c = torch.where(keep, h, moved[0]), torch.where(keep, c, moved[1])
            outputs.append(h)
        inputs = outputs
    return torch.stack(inputs, 1), inputs[-1]


def lstm_case(batch, steps, inputs, hidden, layers, mask=None, returns="last"):
    x, parameters = sample(batch, steps, inputs), weights(inputs, hidden, layers)
    if mask is None:
        states, last = library_lstm(x, parameters, hidden, layers, None)
    else:
        mask = torch.tensor(mask, dtype=torch.float64)
        lengths = mask.sum(1).long()
        padded = all((row[:n] == 1).all() for row, n in zip(mask, lengths)) and (lengths > 0).all()
        if padded and returns == "last":
            states, last = library_lstm(x, parameters, hidden, layers, lengths)
        else:
            states, last = cell_lstm(x, parameters, hidden, layers, mask)
    output = last if returns == "last" else states
    upstream = sample(*output.shape).detach()
    gradients = torch.autograd.grad((output * upstream).sum(), [x] + parameters)
    return {"inputs": [array(v) for v in [x] + parameters], "mask": None if mask is None else array(mask),
            "output": array(output), "upstream": array(upstream), "gradients": [array(g) for g in gradients]}


def loss_case(function, shape, mask=None):
    p, y = sample(*shape), sample(*shape)
    losses = function(p, y)
    if mask is None:
        loss = losses.mean()
    else:
        mask = torch.tensor(mask, dtype=torch.float64).reshape(shape)
        loss = (losses * mask).sum() / mask.sum()
    gradients = torch.autograd.grad(loss, [p, y])
    return {"inputs": [array(p), array(y)], "mask": None if mask is None else array(mask), "output": array(loss),
            "upstream": {"shape": [], "values": [1]}, "gradients": [array(g) for g in gradients]}


def pinball(q):
    return lambda p, y: torch.maximum(q * (y - p), (q - 1) * (y - p))


def main():
    f = torch.nn.functional
    squared = lambda p, y: f.mse_loss(p, y, reduction="none")
    absolute = lambda p, y: f.l1_loss(p, y, reduction="none")
    huber = lambda delta: lambda p, y: f.huber_loss(p, y, reduction="none", delta=delta)
    padding = [[1, 1, 1, 1, 0], [1, 0, 0, 0, 0], [1, 1, 1, 1, 1]]
    holes = [[0, 0, 1, 1, 1], [1, 0, 1, 0, 1], [0, 0, 0, 0, 0]]
    cases = {
        "lstm one of all": lstm_case(1, 1, 1, 1, 1),
        "lstm last": lstm_case(3, 5, 2, 7, 1),
        "lstm states": lstm_case(2, 3, 5, 3, 1, returns="states"),
        "lstm two layers": lstm_case(3, 5, 2, 3, 2),
        "lstm three layers states": lstm_case(2, 7, 3, 5, 3, returns="states"),
        "lstm padding": lstm_case(3, 5, 2, 3, 2, padding),
        "lstm holes": lstm_case(3, 5, 2, 3, 2, holes),
        "lstm holes states": lstm_case(3, 5, 2, 3, 2, holes, returns="states"),
        "squared": loss_case(squared, (3, 5)),
        "squared masked": loss_case(squared, (3, 2), [1, 0, 0, 1, 1, 0]),
        "squared weighted": loss_case(squared, (3, 2), [0.5, 0, 2, 1, 1, 0]),
        "absolute": loss_case(absolute, (7, 1)),
        "absolute masked": loss_case(absolute, (3, 2), [1, 0, 0, 1, 1, 0]),
        "huber": loss_case(huber(1), (7, 3)),
        "huber narrow": loss_case(huber(0.25), (7, 3)),
        "huber masked": loss_case(huber(1), (3, 2), [1, 0, 0, 1, 1, 0]),
        "pinball low": loss_case(pinball(0.05), (7, 1)),
        "pinball high": loss_case(pinball(0.95), (7, 3)),
        "pinball masked": loss_case(pinball(0.95), (3, 2), [1, 0, 0, 1, 1, 0]),
    }
    made = {"torch": torch.__version__, "numpy": numpy.__version__, "cases": cases}
    text = json.dumps(made, indent=None, separators=(",", ":")).replace('},"', '},\n"')
    pathlib.Path(__file__).with_name("layers.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
