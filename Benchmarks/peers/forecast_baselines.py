#!/usr/bin/env python3
"""LightGBM and ridge on lags, in the rolling backtest whose windows `tactus evaluate forecaster` exported.

    python3 -m venv venv && venv/bin/pip install -r requirements-prediction.txt
    venv/bin/python forecast_baselines.py --windows W.csv --against P.csv [--quantiles]

W.csv (--export-windows) has a line for each value: series,place,at,value,part,period; P.csv (--predictions) one for each
forecast of ours: series,steps,origin,place,at,actual,scale,q0.05,...,q0.99. Every origin of P.csv is forecast here too,
with values up to the origin only; models are fitted anew at the first origin and every day after it, on all windows
whose target is known by then.

Features of both: the last 12 values, means over the last 1, 3, 6, 12 and 24 hours, and for one and two days before the
target: the value, the means over +-15 minutes and +-1 hour, the value at the origin's time and the mean over +-30
minutes around it; LightGBM also gets the time of day. Both forecast the difference to the last value, LightGBM from
differences to it. LightGBM: 150 rounds of 0.05, 15 leaves, L1. Ridge: alpha 1e-2 n on standardised features.

MASE and CRPS are over the scale of P.csv (mean |y[t] - y[t - day]| of the training part). Each line ends in ours minus
the peer's mean absolute error, over the scale, with a 95 % interval from resampled blocks of origins: below zero is
better for us. --quantiles fits LightGBM at nine levels too, for CRPS and coverage; that takes ten times as long.
"""
import argparse
import numpy as np
import pandas as pd
from lightgbm import LGBMRegressor

LEVELS = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99])
WIDTHS = np.diff(np.r_[0, (LEVELS[1:] + LEVELS[:-1]) / 2, 1])


def features(y, h, period):
    """One row for each origin, and which columns are values of the series."""
    n, t, sums = len(y), np.arange(len(y)), np.r_[0, np.cumsum(y)]

    def mean(low, high):
        ok = (low >= 0) & (high < n) & (low <= high)
        out = y.copy()
        out[ok] = (sums[high[ok] + 1] - sums[low[ok]]) / (high[ok] - low[ok] + 1)
        return out

    def at(place):
        return np.where((place >= 0) & (place <= t), y[np.clip(place, 0, n - 1)], y)

    columns = [at(t - lag) for lag in range(12)]
    columns += [mean(t - w + 1, t) for w in {period // p: 0 for p in (24, 8, 4, 2, 1) if period // p > 1}]
    for day in (1, 2):
        same, before = t + h - day * period, t - day * period
        columns += [at(same)]
        columns += [mean(same - w, np.minimum(same + w, t)) for w in (max(period // 96, 1), max(period // 24, 1))]
        columns += [at(before), mean(before - period // 48, before + period // 48)]
    values = len(columns)
    for k in (1, 2):
        columns += [np.sin(2 * np.pi * k * (t + h) / period), np.cos(2 * np.pi * k * (t + h) / period)]
    return np.array(columns).T, values


def ridge(x, y):
    mean, scale = x.mean(0), x.std(0) + 1e-12
    z = (x - mean) / scale
    weights = np.linalg.solve(z.T @ z / len(y) + 1e-2 * np.eye(x.shape[1]), z.T @ (y - y.mean()) / len(y))
    return lambda q: (q - mean) / scale @ weights + y.mean()


def lightgbm(x, y, level=None):
    objective = {"objective": "l1"} if level is None else {"objective": "quantile", "alpha": level}
    return LGBMRegressor(n_estimators=150, learning_rate=0.05, num_leaves=15, min_child_samples=20, n_jobs=1,
                         verbose=-1, deterministic=True, seed=1, **objective).fit(x, y).predict


def backtest(y, h, period, origins, quantiles):
    """Forecasts of each model at each origin, and those of LightGBM at all levels."""
    x, values = features(y, h, period)
    relative = x.copy()
    relative[:, 1:values] -= x[:, :1]
    target = np.full(len(y), np.nan)
    target[:-h] = y[h:] - y[:-h]
    points = {"ridge": [], "lightgbm": []}
    levels = []
    for start in range(0, len(origins), period):
        asked = origins[start:start + period]
        rows = np.arange(period // 4, asked[0] - h + 1)
        points["ridge"] += list(y[asked] + ridge(x[rows, :values], target[rows])(x[asked, :values]))
        points["lightgbm"] += list(y[asked] + lightgbm(relative[rows], target[rows])(relative[asked]))
        if quantiles:
            fitted = [lightgbm(relative[rows], target[rows], level)(relative[asked]) for level in LEVELS]
            levels += list(y[asked][:, None] + np.sort(np.array(fitted).T, axis=1))
    return {name: np.array(p) for name, p in points.items()}, np.array(levels) if quantiles else None


def crps(actual, quantiles):
    distance = actual[:, None] - quantiles
    return 2 * (WIDTHS * np.maximum(LEVELS * distance, (LEVELS - 1) * distance)).sum(1)


def interval(values, length, draws=1000):
    """The mean with its 95 % interval from circular blocks (Künsch, 1989)."""
    n, generator = len(values), np.random.default_rng(1)
    length = int(min(max(length, 1), max(n // 4, 1)))
    starts = generator.integers(0, n, (draws, -(-n // length)))
    places = (starts[:, :, None] + np.arange(length)).reshape(draws, -1)[:, :n] % n
    return values.mean(), *np.quantile(values[places].mean(1), [0.025, 0.975])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--windows", required=True)
    parser.add_argument("--against", required=True)
    parser.add_argument("--quantiles", action="store_true")
    parser.add_argument("--steps", type=int, nargs="*", help="only these horizons")
    arguments = parser.parse_args()
    windows, ours = pd.read_csv(arguments.windows), pd.read_csv(arguments.against)
    columns = [c for c in ours.columns if c.startswith("q")]
    for (name, steps), p in ours.groupby(["series", "steps"], sort=False):
        if arguments.steps and steps not in arguments.steps:
            continue
        w = windows[windows.series == name].sort_values("place")
        y = w.value.ffill().bfill().to_numpy(float)
        origins, actual, scale = p.origin.to_numpy(int), p.actual.to_numpy(float), p.scale.iloc[0]
        points, levels = backtest(y, int(steps), int(w.period.iloc[0]), origins, arguments.quantiles)
        q = p[columns].to_numpy(float)
        inside = np.mean((actual >= q[:, 0]) & (actual <= q[:, 6]))
        print(f"{name}, {steps} steps, {len(p)} origins: ours MASE {np.abs(actual - q[:, 3]).mean() / scale:.3f} "
              f"CRPS {crps(actual, q).mean() / scale:.3f} inside 0.9 {inside:.3f} below 0.95 {np.mean(actual <= q[:, 6]):.3f}")
        for model, forecast in points.items():
            error = np.abs(actual - forecast)
            mean, low, high = interval((np.abs(actual - q[:, 3]) - error) / scale, max(int(steps), 24))
            extra = ""
            if model == "lightgbm" and levels is not None:
                covered = np.mean((actual >= levels[:, 0]) & (actual <= levels[:, 6]))
                extra = (f" CRPS {crps(actual, levels).mean() / scale:.3f} inside 0.9 {covered:.3f} "
                         f"below 0.95 {np.mean(actual <= levels[:, 6]):.3f}")
            print(f"  {model:9} MASE {error.mean() / scale:.3f}{extra}   ours minus this {mean:+.3f} [{low:+.3f}, {high:+.3f}]",
                  flush=True)


if __name__ == "__main__":
    main()
