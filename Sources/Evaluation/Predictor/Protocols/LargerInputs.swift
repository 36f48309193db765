import Files
import Prediction
import Simulation
import Workflows

extension EvaluationProtocol {
    /// One fold over the types that have a size: the smaller half by size trains, the largest tenth is tested, and what
    /// lies between is left out.
    ///
    /// The size of a type is the number known at submission, positive in each of its executions, whose rank correlation
    /// with the duration, over the smaller half by it alone, is the highest and over 0.1. A type has none where there
    /// are fewer than four values of it, fewer than two in the smaller half, or fewer than five executions on a side.
    static func larger(_ executions: [TaskExecution], _ usable: [Int]) throws -> Fold {
        var types: [String: [Int]] = [:]
        for place in usable { types[executions[place].task.taskType, default: []].append(place) }
        var fold = Fold(training: [], tested: [])
        for (_, places) in types.sorted(by: { $0.key < $1.key }) {
            let known = places.map { FeatureColumns.known(of: executions[$0].task) }
            var best: (correlation: Double, training: [Int], tested: [Int])?
            for name in Set(known.flatMap(\.keys)).sorted() {
                let sizes = known.compactMap { $0[name]?.number }
                guard sizes.count == places.count, let halves = halves(places, by: sizes) else { continue }
                let sizeOf = Dictionary(uniqueKeysWithValues: zip(places, sizes))
                let correlation = RankCorrelation.spearman(
                    halves.training.compactMap { sizeOf[$0] },
                    halves.training.compactMap { executions[$0].duration })
                if correlation > best?.correlation ?? 0.1 { best = (correlation, halves.training, halves.tested) }
            }
            fold.training += best?.training ?? []
            fold.tested += best?.tested ?? []
        }
        guard !fold.tested.isEmpty else {
            throw InputError("protocol larger needs a type with a size that its duration follows; the history has none")
        }
        return Fold(training: fold.training.sorted(), tested: fold.tested.sorted())
    }

    private static func halves(_ places: [Int], by sizes: [Double]) -> (training: [Int], tested: [Int])? {
        let sorted = sizes.sorted()
        guard let least = sorted.first, least > 0, Set(sorted).count >= 4 else { return nil }
        let median = sorted[(sorted.count - 1) / 2]
        let tenth = sorted[(sorted.count - 1) * 9 / 10]
        let training = places.indices.filter { sizes[$0] <= median }
        let tested = places.indices.filter { sizes[$0] >= tenth && sizes[$0] > median }
        guard training.count >= 5, tested.count >= 5, Set(training.map { sizes[$0] }).count >= 2 else { return nil }
        return (training.map { places[$0] }, tested.map { places[$0] })
    }
}
