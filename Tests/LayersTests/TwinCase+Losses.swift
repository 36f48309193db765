import Kernels
import Layers
import Tensors

extension TwinCase {
    static let rowLosses = crossEntropies + binaries + pinballs

    private static let crossEntropies =
        ([(0, nil), (0.1, nil), (0.3, [1, 0, 0.5, 2, 0])] as [(Float, [Float]?)]).map { smoothing, mask in
            let (classes, mask) = ([2, 0, 1, 2, 1], mask.map { Tensor($0, shape: [5]) })
            return TwinCase(
                "cross-entropy, smoothed by \(smoothing)\(mask == nil ? "" : ", masked")", [[5, 3]],
                fused: { crossEntropy(logits: $0[0], classes: classes, labelSmoothing: smoothing, mask: mask) },
                composed: { inputs in
                    let wanted = classes.flatMap { label in
                        (0..<3).map { ($0 == label ? 1 - smoothing : 0) + smoothing / 3 }
                    }
                    let losses = -(inputs[0].logSoftmax() * Tensor(wanted, shape: [5, 3])).sum(alongAxis: 1)
                    return mean(losses, mask)
                })
        }

    private static let binaries =
        ([nil, [0, 1, 0.5, 1, 0, 2, 1]] as [[Float]?]).map { weights in
            let mask = weights.map { Tensor($0, shape: [7]) }
            return TwinCase(
                "binary cross-entropy\(mask == nil ? "" : ", masked")",
                inputs: { [.normal([7], using: &$0), .normal([7], using: &$0).sigmoid()] },
                fused: { binaryCrossEntropy(logits: $0[0], targets: $0[1], mask: mask) },
                composed: { inputs in
                    let p = inputs[0].sigmoid()
                    return mean(-(inputs[1] * p.log() + (1 - inputs[1]) * (1 - p).log()), mask)
                })
        }

    private static let pinballs =
        ([nil, [0, 1, 0.5, 1, 0, 2, 1]] as [[Float]?]).map { weights in
            let mask = weights.map { Tensor($0, shape: [7]) }
            let quantiles: [Float] = [0.1, 0.5, 0.7]
            return TwinCase(
                "pinball\(mask == nil ? "" : ", masked")",
                inputs: { generator in
                    // Errors away from the kink at 0.
                    let y = Tensor.normal([7], using: &generator)
                    let errors: [Float] = (0..<21).map { _ in [-1, -0.25, 0.25, 1][Int(generator.next() % 4)] }
                    return [y.reshaped([7, 1]) + Tensor(errors, shape: [7, 3]), y]
                },
                fused: { pinballLoss($0[0], $0[1], quantiles: quantiles, mask: mask) },
                composed: { inputs in
                    let each = quantiles.indices.map { place in
                        pinballLoss(
                            inputs[0].slice(place..<place + 1, alongAxis: 1).reshaped([7]), inputs[1],
                            quantile: quantiles[place], mask: mask)
                    }
                    return (each[0] + each[1] + each[2]) / 3
                })
        }

    private static func mean(_ losses: Tensor, _ mask: Tensor?) -> Tensor {
        guard let mask else { return losses.mean() }
        return (losses * mask).sum() / mask.sum()
    }

    static let quantileHeads = [[0.5], [0.1, 0.5, 0.9]].map { (quantiles: [Float]) in
        let width = quantiles.count
        return TwinCase(
            "quantile head of \(width)", [[5, 3], [width, 3], [width]],
            fused: { QuantileHead(linear: Linear(weight: $0[1], bias: $0[2]), quantiles: quantiles)($0[0]) },
            composed: { inputs in
                let a = inputs[0].matmul(inputs[1], transposed: true) + inputs[2]
                let steps = (a.exp() + 1).log()
                let first = Tensor((0..<width).map { $0 == 0 ? 1 : 0 }, shape: [width])
                let upTo = (0..<width * width).map { $0 / width <= $0 % width ? 1 : 0 as Float }
                return (a * first + steps * (1 - first)).matmul(Tensor(upTo, shape: [width, width]))
            })
    }
}
