import Foundation
import Prediction
import Testing
import Workflows

@testable import Models

/// A type whose network is off by the same each time: by `bias`, in ln, on `count` executions near and as many beyond what is known.
private struct BiasedType {
    var workflow: String
    var process: String
    var bias: Double
    var count: Int
    /// A network that says the opposite of what comes is not asked.
    var isOfUse = true

    var name: String { "\(workflow):\(process)" }
}

/// The least spread that there is, which `bias` is divided by.
private let spread = TypeScale([]).residual[2]

private func judged(_ types: [BiasedType]) -> Calibrations {
    var calibrations = Calibrations()
    var samples: [ResidualSample] = []
    var forecasts: [JudgedForecast] = []
    let z = QuantileHeads.start.map { $0 * 0.3 }
    for type in types {
        calibrations.types[type.name] = TypeCalibration(scale: TypeScale([]))
        let task = TaskSpec(workflow: type.workflow, process: type.process)
        for place in 0..<type.count {
            // The base is off by a factor of two either way, of which the network knows all but the bias.
            let actual = place % 2 == 0 ? log(2.0) : -log(2.0)
            let learned = (type.isOfUse ? actual : -actual) - type.bias
            forecasts.append(
                JudgedForecast(
                    place: samples.count, context: .ahead, base: BaseForecast(logarithms: z + z + z),
                    learned: [Double](repeating: learned, count: 27), actual: Targets(repeating: actual),
                    age: Double(place)))
            samples.append(ResidualSample(TaskExecution(task: task, taskID: "", duration: 1)))
        }
    }
    calibrations.judge(samples, near: forecasts, beyond: forecasts)
    return calibrations
}

/// The shift of a level that biases of groups, from the widest to the narrowest, come to: each is the value at its place, and weighs
/// n / (n + 20) beside those before it.
private func expected(_ level: Double, _ groups: [[BiasedType]]) -> Double {
    groups.reduce(0) { wider, group in
        let scores = group.flatMap { [Double](repeating: $0.bias / spread, count: 2 * $0.count) }.sorted()
        let n = Double(scores.count)
        let place = level < 0.5 ? (level * (n + 1)).rounded(.down) : (level * (n + 1)).rounded(.up)
        return (n * scores[Int(min(max(place, 1), n)) - 1] + 20 * wider) / (n + 20)
    }
}

private func shifts(_ calibrations: Calibrations, _ type: BiasedType) throws -> [Double] {
    let learned = try #require(calibrations.types[type.name])[.ahead][2]
    #expect(learned.gate.share == 1, "\(type.name) is closed")
    return learned.correction.shifts
}

/// Levels other than the median, which stays.
private let moved = ForecastLevels.all.indices.filter { $0 != ForecastLevels.median }

@Test func aTypeIsCorrectedByItsProcessItsWorkflowAndAllTypes() throws {
    let types = [
        BiasedType(workflow: "v", process: "p", bias: 0.10, count: 12),
        BiasedType(workflow: "v", process: "q", bias: -0.20, count: 30),
        BiasedType(workflow: "w", process: "p", bias: 0.25, count: 40),
        BiasedType(workflow: "w", process: "r", bias: -0.05, count: 15),
        BiasedType(workflow: "x", process: "s", bias: 0.15, count: 20),
        BiasedType(workflow: "y", process: "q", bias: -0.30, count: 25),
    ]
    let found = judged(types)
    // Groups of more than one type, from the widest to the narrowest, and the type itself. x has one type, and s too; y has
    // one, but its process q has two; so has each of v and w, of which r and q differ.
    let groups: [[[Int]]] = [
        [[0, 1], [0, 2], [0]], [[0, 1], [1, 5], [1]], [[2, 3], [0, 2], [2]], [[2, 3], [3]], [[4]], [[1, 5], [5]],
    ]
    for (type, own) in zip(types, groups) {
        let shifts = try shifts(found, type)
        for level in moved {
            let wanted = expected(ForecastLevels.all[level], [types] + own.map { $0.map { types[$0] } })
            #expect(abs(shifts[level] - wanted) < 1e-9, "\(type.name) at \(ForecastLevels.all[level])")
        }
        #expect(shifts[ForecastLevels.median] == 0)
    }
}

/// By how much the lowest level of `v:p`, which is off by 0.1, is moved where there are `others` too.
private func corrected(own count: Int, others: [BiasedType]) throws -> Double {
    let type = BiasedType(workflow: "v", process: "p", bias: 0.1, count: count)
    return try shifts(judged([type] + others), type)[0] * spread
}

/// Few residuals, and ten open a gate, are moved to what wider groups say, whichever there are; thousands say all by themselves.
@Test func enoughResidualsSpeakForThemselves() throws {
    let sameProcess = [BiasedType(workflow: "w", process: "p", bias: -0.3, count: 800)]
    let sameWorkflow = [BiasedType(workflow: "v", process: "q", bias: -0.3, count: 800)]
    let neither = [BiasedType(workflow: "w", process: "q", bias: -0.3, count: 800)]
    for others in [sameProcess, sameWorkflow, neither] {
        let (few, many) = (try corrected(own: 10, others: others), try corrected(own: 2000, others: others))
        #expect(abs(many - 0.1) < 0.005, "\(others[0].name): \(many)")
        // Ten near and ten beyond are half of what is said.
        #expect(abs(few - (0.1 - 0.3) / 2) < 0.005, "\(others[0].name): \(few)")
    }
    // With no other type only the type's own residuals are known.
    #expect(try abs(corrected(own: 10, others: []) - 0.05) < 1e-9)
}

/// Of wider groups that say different things the narrowest speaks.
@Test func theProcessSpeaksBeforeTheWorkflowAndThatBeforeAll() throws {
    func far(_ workflow: String, _ process: String, _ bias: Double) -> BiasedType {
        BiasedType(workflow: workflow, process: process, bias: bias, count: 800)
    }
    let all = [far("a", "a", -0.3), far("b", "b", -0.3)]
    let workflow = all + [far("v", "q", 0.2)]
    let process = workflow + [far("w", "p", -0.2)]
    for (others, wider) in [(all, -0.3), (workflow, 0.2), (process, -0.2)] {
        let found = try corrected(own: 10, others: others)
        #expect(abs(found - (0.1 + wider) / 2) < 0.01, "\(others.last?.name ?? ""): \(found)")
    }
}

/// A type whose network is not asked is not corrected, and has no say in what corrects the others.
@Test func aClosedGateHasNoSay() throws {
    let closed = BiasedType(workflow: "v", process: "q", bias: 0.4, count: 300, isOfUse: false)
    let open = [
        BiasedType(workflow: "v", process: "p", bias: 0.1, count: 15),
        BiasedType(workflow: "w", process: "p", bias: -0.1, count: 15),
    ]
    let found = judged(open + [closed])
    #expect(found.types[closed.name]?[.ahead][2] == .closed)
    for type in open { #expect(try shifts(found, type) == shifts(judged(open), type)) }
}
