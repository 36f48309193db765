"""PyTorch (eager) and ONNX Runtime on the network shapes of Tactus, one thread each.

For each name of a case on standard input one line of JSON on standard output, {"case", "microseconds"}: the median time of
its step. `compare_neural.py` lets this program and ours take turns.

    python3 -m venv venv && venv/bin/pip install -r requirements-neural.txt      # PyTorch brings about 6 GB
    echo "gcn train nodes 100" | venv/bin/python neural_speed.py
"""
import io, json, statistics, sys, time, warnings

import onnxruntime, torch
from torch import nn

warnings.filterwarnings("ignore")


class Predictor(nn.Module):
    """An LSTM of 2 layers of 64 over 16 inputs, and 3 outputs from its last state."""

    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(16, 64, 2, batch_first=True), nn.Linear(64, 3)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class GraphNetwork(nn.Module):
    """Three graph convolutions, 32 to 64 to 32 to 16, and a score for each node."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(32, 64), nn.Linear(64, 32), nn.Linear(32, 16)])
        self.head = nn.Linear(16, 1)

    def forward(self, adjacency, x):
        for layer in self.layers:
            x = torch.sparse.mm(adjacency, layer(x)).relu()
        return self.head(x)


def value_network():
    return nn.Sequential(nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 64))


def training(model, loss):
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)

    def step():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
    return step


def answering(model, *inputs):
    return lambda: model(*inputs)


def lstm_training(batch):
    model, x, y = Predictor(), torch.randn(batch, 32, 16), torch.randn(batch, 3)
    return training(model, lambda: nn.functional.mse_loss(model(x), y))


def lstm_session(batch):
    file = io.BytesIO()
    axes = {"x": {0: "batch"}, "y": {0: "batch"}}
    torch.onnx.export(Predictor().eval(), (torch.randn(1, 32, 16),), file, input_names=["x"], output_names=["y"],
                      dynamic_axes=axes, dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session, feed = onnxruntime.InferenceSession(file.getvalue(), options), {"x": torch.randn(batch, 32, 16).numpy()}
    return lambda: session.run(None, feed)


def double_dqn(batch):
    online, target = value_network(), value_network()
    state, following = torch.randn(batch, 128), torch.randn(batch, 128)
    action, reward = torch.randint(0, 64, (batch, 1)), torch.randn(batch)

    def loss():
        with torch.no_grad():
            best = online(following).argmax(1, keepdim=True)
            goal = reward + 0.99 * target(following).gather(1, best).squeeze(1)
        return nn.functional.smooth_l1_loss(online(state).gather(1, action).squeeze(1), goal)
    return training(online, loss)


def graph(nodes):
    places = torch.randint(0, nodes, (2, 3 * nodes), generator=torch.Generator().manual_seed(1))
    adjacency = torch.sparse_coo_tensor(places, torch.full((3 * nodes,), 1 / 3), (nodes, nodes)).coalesce()
    return GraphNetwork(), adjacency, torch.randn(nodes, 32), torch.randn(nodes, 1)


def graph_training(nodes):
    model, adjacency, x, y = graph(nodes)
    return training(model, lambda: nn.functional.mse_loss(model(adjacency, x), y))


def graph_answer(nodes):
    model, adjacency, x, _ = graph(nodes)
    return answering(model, adjacency, x)


# For each case how to make its step, and how many runs of it count.
CASES = {
    "lstm train batch 32 steps 32": (lambda: lstm_training(32), 40),
    "lstm train batch 256 steps 32": (lambda: lstm_training(256), 10),
    "lstm infer batch 1 torch": (lambda: answering(Predictor(), torch.randn(1, 32, 16)), 200),
    "lstm infer batch 1 onnxruntime": (lambda: lstm_session(1), 500),
    "lstm infer batch 64 torch": (lambda: answering(Predictor(), torch.randn(64, 32, 16)), 60),
    "lstm infer batch 64 onnxruntime": (lambda: lstm_session(64), 60),
    "double dqn step batch 32": (lambda: double_dqn(32), 150),
    "double dqn step batch 256": (lambda: double_dqn(256), 80),
    "dqn infer batch 1 torch": (lambda: answering(value_network(), torch.randn(1, 128)), 1000),
    **{f"gcn train nodes {n}": (lambda n=n: graph_training(n), r) for n, r in ((100, 100), (1000, 80), (10000, 20))},
    **{f"gcn infer nodes {n} torch": (lambda n=n: graph_answer(n), r) for n, r in ((100, 300), (1000, 200), (10000, 40))},
}


def median_microseconds(step, rounds):
    for _ in range(max(3, rounds // 10)):
        step()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e6


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    steps = {}
    for name in map(str.strip, sys.stdin):
        prepare, rounds = CASES[name]
        if name not in steps:
            steps[name] = prepare()
        # Entered once and not in each step, of which the smallest take 30 microseconds.
        with torch.inference_mode(" infer " in name):
            median = median_microseconds(steps[name], rounds)
        print(json.dumps({"case": name, "microseconds": median}), flush=True)


if __name__ == "__main__":
    main()
