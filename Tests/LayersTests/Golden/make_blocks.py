"""Writes blocks.json: embedding, normalisation, attention, encoder blocks and losses over rows, with their gradients, by
PyTorch in double precision.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6
    venv/bin/python make_blocks.py

Gradients are those of sum(upstream * output). Where a mask hides an element of a sequence, its input is zero, and so is the
output, which means nothing there.
"""
import json, pathlib

import numpy, torch

from make import array, sample

f = torch.nn.functional


def case(operation, inputs, mask=None):
    output = operation(*inputs)
    if mask is not None and output.ndim:
        output = output * mask[:, :, None]
    upstream = sample(*output.shape).detach() if output.ndim else torch.ones([], dtype=torch.float64)
    gradients = torch.autograd.grad((output * upstream).sum(), inputs)
    return {"inputs": [array(v) for v in inputs], "mask": None if mask is None else array(mask),
            "output": array(output), "upstream": array(upstream), "gradients": [array(g) for g in gradients]}


def mask_of(rows):
    return torch.tensor(rows, dtype=torch.float64)


def sequences(mask, width):
    x = sample(*mask.shape, width)
    return (x.detach() * mask[:, :, None]).requires_grad_()


def layer_norm(epsilon=1e-5):
    return lambda x, w, b: f.layer_norm(x, [x.shape[-1]], w, b, epsilon)


def attention(mask=None, causal=False):
    hidden = None if mask is None else (mask != 0)[:, None, None, :]
    return lambda q, k, v: f.scaled_dot_product_attention(q, k, v, attn_mask=hidden, is_causal=causal)


def projections(width, context):
    """Weight and bias of query, key, value and output, as ours have them."""
    made = []
    for inputs in [width, context, context, width]:
        made += [sample(width, inputs), sample(width)]
    return made


def multi_head(heads, mask=None, causal=False, cross=False):
    def apply(x, *rest):
        context, weights = (rest[0], rest[1:]) if cross else (x, rest)
        wq, bq, wk, bk, wv, bv, wo, bo = weights
        width, other = x.shape[-1], context.shape[-1]
        module = torch.nn.MultiheadAttention(
            width, heads, batch_first=True, kdim=other, vdim=other, dtype=torch.float64)
        values = {"in_proj_bias": torch.cat([bq, bk, bv]), "out_proj.weight": wo, "out_proj.bias": bo}
        if other == width:
            values["in_proj_weight"] = torch.cat([wq, wk, wv])
        else:
            values |= {"q_proj_weight": wq, "k_proj_weight": wk, "v_proj_weight": wv}
        steps = x.shape[1]
        arguments = {"need_weights": False, "key_padding_mask": None if mask is None else mask == 0}
        if causal:
            arguments["attn_mask"] = torch.triu(torch.ones(steps, steps, dtype=torch.bool), 1)
        return torch.func.functional_call(module, values, (x, context, context), arguments)[0]
    return apply


def block_weights(width, hidden):
    shapes = [(width,), (width,), (hidden, width), (hidden,), (width, hidden), (width,), (width,), (width,)]
    return projections(width, width) + [sample(*shape) for shape in shapes]


def block(heads, first, activation="relu", mask=None, causal=False):
    def apply(x, *weights):
        wq, bq, wk, bk, wv, bv, wo, bo, g1, c1, w1, b1, w2, b2, g2, c2 = weights
        module = torch.nn.TransformerEncoderLayer(
            x.shape[-1], heads, w1.shape[0], dropout=0, activation=activation, batch_first=True, norm_first=first,
            dtype=torch.float64)
        values = {
            "self_attn.in_proj_weight": torch.cat([wq, wk, wv]), "self_attn.in_proj_bias": torch.cat([bq, bk, bv]),
            "self_attn.out_proj.weight": wo, "self_attn.out_proj.bias": bo, "norm1.weight": g1, "norm1.bias": c1,
            "linear1.weight": w1, "linear1.bias": b1, "linear2.weight": w2, "linear2.bias": b2, "norm2.weight": g2,
            "norm2.bias": c2}
        steps = x.shape[1]
        after = torch.triu(torch.ones(steps, steps, dtype=torch.bool), 1) if causal else None
        arguments = {"src_mask": after, "src_key_padding_mask": None if mask is None else mask == 0}
        return torch.func.functional_call(module, values, (x,), arguments)
    return apply


def mean(losses, mask):
    return losses.mean() if mask is None else (losses * mask).sum() / mask.sum()


def cross_entropy(classes, smoothing=0, mask=None):
    def apply(z):
        rows = z.reshape(-1, z.shape[-1])
        losses = f.cross_entropy(rows, torch.tensor(classes), reduction="none", label_smoothing=smoothing)
        return mean(losses.reshape(z.shape[:-1]), mask)
    return apply


def binary(mask=None):
    return lambda z, y: mean(f.binary_cross_entropy_with_logits(z, y, reduction="none"), mask)


def pinball(quantiles, mask=None):
    q = torch.tensor(quantiles, dtype=torch.float64)
    def apply(p, y):
        error = y[..., None] - p
        return mean(torch.maximum(q * error, (q - 1) * error).mean(-1), mask)
    return apply


def quantile_head(x, w, b):
    a = f.linear(x, w, b)
    return torch.cat([a[..., :1], f.softplus(a[..., 1:])], -1).cumsum(-1)


def probabilities(*shape):
    values = numpy.float32(torch.sigmoid(sample(*shape)).detach().numpy())
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def positions(x):
    steps, width = x.shape[1:]
    column = torch.arange(width)
    angle = torch.arange(steps)[:, None] / 10000.0 ** (column.double() // 2 * 2 / width)
    return x + torch.where(column % 2 == 0, angle.sin(), angle.cos())


def main():
    padding = mask_of([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 1, 0, 1]])
    keys = mask_of([[1, 0, 1, 1], [0, 0, 1, 0]])
    rows = mask_of([1, 0, 0.5, 1, 0, 2, 1])
    head_inputs = lambda b, h, t, s, d, e: [sample(b, h, t, d), sample(b, h, s, d), sample(b, h, s, e)]
    cases = {
        "embedding": case(
            lambda w: f.embedding(torch.tensor([[0, 4, 4], [2, 0, 4]]), w), [sample(5, 3)]),
        "positions": case(positions, [sample(2, 5, 7)]),
        "layer norm": case(layer_norm(), [sample(3, 5), sample(5), sample(5)]),
        "layer norm three axes": case(layer_norm(), [sample(2, 3, 7), sample(7), sample(7)]),
        "layer norm of one": case(layer_norm(), [sample(3, 1), sample(1), sample(1)]),
        "layer norm wide epsilon": case(layer_norm(0.5), [sample(1, 7), sample(7), sample(7)]),
        "attention of one": case(attention(), head_inputs(1, 1, 1, 1, 1, 1)),
        "attention": case(attention(), head_inputs(2, 3, 5, 4, 7, 2)),
        "attention masked": case(attention(keys), head_inputs(2, 3, 5, 4, 2, 3)) | {"mask": array(keys)},
        "attention causal": case(attention(causal=True), head_inputs(1, 2, 7, 7, 3, 5)),
        "multi head": case(multi_head(2), [sample(3, 5, 6)] + projections(6, 6)),
        "multi head masked": case(
            multi_head(3, padding), [sequences(padding, 6)] + projections(6, 6), padding),
        "multi head causal": case(multi_head(1, causal=True), [sample(2, 5, 3)] + projections(3, 3)),
        "multi head cross": case(
            multi_head(2, keys, cross=True), [sample(2, 3, 6), sequences(keys, 5)] + projections(6, 5))
        | {"mask": array(keys)},
        "block before": case(block(2, True), [sample(2, 5, 6)] + block_weights(6, 7)),
        "block after": case(block(3, False), [sample(2, 5, 6)] + block_weights(6, 7)),
        "block before masked": case(
            block(2, True, mask=padding), [sequences(padding, 4)] + block_weights(4, 5), padding),
        "block after masked causal": case(
            block(2, False, mask=padding, causal=True), [sequences(padding, 4)] + block_weights(4, 5), padding),
        "block gelu": case(block(1, True, "gelu"), [sample(3, 2, 5)] + block_weights(5, 11)),
        "cross entropy": case(cross_entropy([4, 0, 2, 2, 1, 3, 0]), [sample(7, 5)]),
        "cross entropy smoothed": case(cross_entropy([4, 0, 2, 2, 1, 3, 0], 0.1), [sample(7, 5)]),
        "cross entropy masked": case(
            cross_entropy([4, 0, 2, 2, 1, 3, 0], 0.1, rows), [sample(7, 5)], rows),
        "cross entropy three axes": case(cross_entropy([0, 2, 1, 1, 2, 0]), [sample(2, 3, 3)]),
        "binary": case(binary(), [sample(7, 3), probabilities(7, 3)]),
        "binary masked": case(binary(rows), [sample(7), probabilities(7)], rows),
        "pinball quantiles": case(pinball([0.05, 0.5, 0.95]), [sample(7, 3), sample(7)]),
        "pinball quantiles masked": case(pinball([0.1, 0.9], rows), [sample(7, 2), sample(7)], rows),
        "quantile head": case(quantile_head, [sample(5, 3), sample(4, 3), sample(4)]),
    }
    made = {"torch": torch.__version__, "numpy": numpy.__version__, "cases": cases}
    text = json.dumps(made, indent=None, separators=(",", ":")).replace('},"', '},\n"')
    pathlib.Path(__file__).with_name("blocks.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
