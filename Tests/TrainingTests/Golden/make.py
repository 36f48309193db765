"""Writes training.json: steps of optimizers, learning rates of schedules and clipped gradients by PyTorch.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 numpy==2.4.6
    venv/bin/python make.py

Each optimizer starts from the same two parameters and follows the same gradients, in double precision; its parameters are
written down after every step. Gradients are given and not differentiated, and one of them is zero in some steps.
"""
import json, pathlib

import numpy, torch

generator = numpy.random.default_rng(31)
SHAPES = [(3, 5), (7,)]
STEPS = 8
start = [generator.standard_normal(shape).astype(numpy.float32) for shape in SHAPES]
gradients = [[(generator.standard_normal(shape) * scale).astype(numpy.float32) for shape in SHAPES]
             for scale in (1, 0.1, 3, 0, 1, 1e-3, 10, 1)]


def numbers(array):
    return [float(str(numpy.float32(value))) for value in numpy.asarray(array).ravel()]


def steps(optimizer, **settings):
    parameters = [torch.tensor(values, dtype=torch.float64, requires_grad=True) for values in start]
    rule = optimizer(parameters, **settings)
    made = []
    for step in gradients:
        for parameter, gradient in zip(parameters, step):
            parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        rule.step()
        made.append([numbers(parameter.detach()) for parameter in parameters])
    return made


def rates(make, count, losses=None):
    """The rate of a base of 0.5 at each of `count` moments."""
    rule = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    schedule = make(rule)
    made = []
    for moment in range(count):
        made.append(rule.param_groups[0]["lr"])
        rule.step()
        schedule.step(*([] if losses is None else [losses[moment]]))
    return made


def clipped(function, bound):
    parameters = [torch.zeros(shape, dtype=torch.float64, requires_grad=True) for shape in SHAPES]
    for parameter, gradient in zip(parameters, gradients[2]):
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
    norm = function(parameters, bound)
    return {"norm": None if norm is None else float(norm), "gradients": [numbers(p.grad) for p in parameters]}


def main():
    optim, plan = torch.optim, torch.optim.lr_scheduler
    warm = lambda rule: plan.LinearLR(rule, start_factor=0.1, end_factor=1, total_iters=4)
    losses = [float(value) for value in numpy.float32(
        [1, 0.9, 0.95, 0.9, 0.91, 0.92, 0.93, 0.5, 0.49998, 0.5, 0.51, 0.52, 0.53, 0.54, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5])]
    made = {
        "torch": torch.__version__, "numpy": numpy.__version__,
        "start": [numbers(values) for values in start],
        "gradients": [[numbers(values) for values in step] for step in gradients],
        "optimizers": {
            "sgd": steps(optim.SGD, lr=0.1),
            "sgd decay": steps(optim.SGD, lr=0.1, weight_decay=0.05),
            "sgd momentum": steps(optim.SGD, lr=0.1, momentum=0.9),
            "sgd momentum decay": steps(optim.SGD, lr=0.1, momentum=0.9, weight_decay=0.05),
            "sgd nesterov": steps(optim.SGD, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05),
            "adam": steps(optim.Adam, lr=0.05),
            "adam fast": steps(optim.Adam, lr=0.05, betas=(0.5, 0.9), eps=1e-3),
            "adamw": steps(optim.AdamW, lr=0.05, weight_decay=0.1),
            "adamw fast": steps(optim.AdamW, lr=0.05, betas=(0.8, 0.95), eps=1e-5, weight_decay=0.2),
            "rmsprop": steps(optim.RMSprop, lr=0.02),
            "rmsprop momentum": steps(optim.RMSprop, lr=0.02, alpha=0.9, eps=1e-4, momentum=0.8),
        },
        "losses": losses,
        "schedules": {
            "constant": rates(lambda rule: plan.ConstantLR(rule, factor=1), 20),
            "step": rates(lambda rule: plan.StepLR(rule, 3, gamma=0.5), 20),
            "cosine": rates(lambda rule: plan.CosineAnnealingLR(rule, 19), 20),
            "cosine floor": rates(lambda rule: plan.CosineAnnealingLR(rule, 19, eta_min=0.05), 20),
            "warm-up": rates(warm, 20),
            "warm-up, step": rates(lambda rule: plan.SequentialLR(
                rule, [warm(rule), plan.StepLR(rule, 5, gamma=0.1)], milestones=[4]), 20),
            "warm-up, cosine": rates(lambda rule: plan.SequentialLR(
                rule, [warm(rule), plan.CosineAnnealingLR(rule, 15)], milestones=[4]), 20),
            "plateau": rates(lambda rule: plan.ReduceLROnPlateau(rule, factor=0.5, patience=2), 20, losses),
            "plateau cooldown": rates(lambda rule: plan.ReduceLROnPlateau(
                rule, factor=0.2, patience=1, threshold=0.01, cooldown=2, min_lr=0.01), 20, losses),
        },
        "clipping": {
            "norm": clipped(torch.nn.utils.clip_grad_norm_, 2),
            "norm wide": clipped(torch.nn.utils.clip_grad_norm_, 1000),
            "value": clipped(torch.nn.utils.clip_grad_value_, 1.5),
        },
    }
    text = json.dumps(made, separators=(",", ":")).replace('},"', '},\n"').replace(']]],"', ']]],\n"')
    pathlib.Path(__file__).with_name("training.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
