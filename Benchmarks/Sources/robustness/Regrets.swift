import Kernels

/// What methods came to on the same workflows and seeds: one makespan for each workflow, seed and method, over what a plan
/// made on the truth comes to.
struct Regrets {
    /// By workflow, seed and method.
    private(set) var values: [[[Double]]] = []

    mutating func add(_ seeds: [[Double]]) { values.append(seeds) }

    /// The mean regret of a method: over seeds, then over workflows.
    func mean(_ method: Int) -> Double { mean(method, values.indices.map { $0 }) }

    private func mean(_ method: Int, _ workflows: [Int]) -> Double {
        workflows.reduce(0) { sum, workflow in
            let seeds = values[workflow]
            return sum + seeds.reduce(0) { $0 + $1[method] } / Double(seeds.count)
        } / Double(workflows.count)
    }

    /// The mean regret of `method` over that of the method 0, with the 95 % percentile interval of a bootstrap over
    /// workflows (Efron, 1979).
    func ratio(_ method: Int, resamples: Int = 2000) -> (value: Double, low: Double, high: Double) {
        var generator = SeededGenerator(seed: 1)
        let all = Array(values.indices)
        let ratios = (0..<resamples).map { _ in
            let drawn = all.map { _ in Int.random(in: all.indices, using: &generator) }
            return mean(method, drawn) / mean(0, drawn)
        }.sorted()
        return (mean(method) / mean(0), ratios[resamples / 40], ratios[resamples - 1 - resamples / 40])
    }
}
