import Glibc
import Kernels

/// A static key by which a list pass takes ready tasks: the longest path behind a task, itself included, weighted by how many
/// cores it holds,
///
///     key = bottom level * (1 + demand / scale) * weight of its class of demands
///
/// With all weights 1 it is a rule that this project measured on lists of TPC-H jobs: tasks that hold much go first while
/// others can still fill what they leave. As the scale grows it becomes the critical-path order (Kelley, 1963), and bottom
/// level times demand as it falls.
struct CumulativeKey {
    /// Cores; positive.
    var scale: Double
    /// One weight for each class of demands, by its logarithm.
    var logarithms: [Double]

    /// The rule with one scale, and all weights 1.
    init(scale: Double, classCount: Int = 0) {
        precondition(scale > 0, "a scale of \(scale) cores")
        self.scale = scale
        logarithms = [Double](repeating: 0, count: classCount)
    }

    /// Scales from 1/300 to 5/6 of the cores, in equal ratios: between them lie all that were ever the best.
    static func scales(_ count: Int, cores: Double) -> [Double] {
        (0..<count).map { cores / 300 * pow(250, Double($0) / Double(max(1, count - 1))) }
    }

    /// Writes the key of each task into `keys`.
    func write(levels: [Double], demands: [Double], classes: DemandClasses, into keys: inout [Double]) {
        let weights = logarithms.map { exp($0) }
        let (perCore, hasWeights) = (1 / scale, !weights.isEmpty)
        for task in levels.indices {
            let weight = hasWeights ? weights[Int(classes.ofTask[task])] : 1
            keys[task] = levels[task] * (1 + demands[task] * perCore) * weight
        }
    }

    /// A key near this one: some weights, and sometimes the scale, times the exponential of a normal number.
    func varied(by deviation: Double, using generator: inout SeededGenerator) -> CumulativeKey {
        var key = self
        let size = deviation * exp(Double(generator.normal()))
        let share = generator.uniformDouble() < 0.5 ? 0.1 : 0.4
        if generator.uniformDouble() < 0.3 { key.scale *= exp(2 * size * Double(generator.normal())) }
        for place in logarithms.indices where generator.uniformDouble() < share {
            key.logarithms[place] += size * Double(generator.normal())
        }
        // Far beyond these a key says nothing new, and further on it is no number.
        key.scale = min(max(key.scale, 1e-6), 1e12)
        for place in key.logarithms.indices { key.logarithms[place] = min(max(key.logarithms[place], -50), 50) }
        return key
    }
}
