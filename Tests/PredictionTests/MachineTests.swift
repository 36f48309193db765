import Files
import Foundation
import Kernels
import Layers
import Prediction
import Testing
import Workflows

private let speeds = ["a": 1.0, "b": 1.3, "c": 2, "d": 0.6, "e": 2.6]

/// Two benchmarks that agree on how fast each machine is, in their own units, and a disk that says nothing.
private let benchmarks = speeds.sorted { $0.key < $1.key }.flatMap { name, speed in
    [("flops", speed * 7), ("bandwidth", speed * 0.01), ("disk", name == "c" ? 500.0 : 1)].map {
        MachineBenchmark(key: "node_type", machine: name, name: $0, value: $1)
    }
}

/// Executions on each of `machines`, of which `factor` says how much longer they take there; those on `fast` machines
/// carry a word that goes with the machine.
private func executions(
    on machines: [String], count: Int = 30, seed: UInt64 = 1, noise: Double = 0.05, factor: (String) -> Double
) -> [TaskExecution] {
    var generator = SeededGenerator(seed: seed)
    return machines.enumerated().flatMap { place, machine in
        (0..<count).map { row in
            let bytes = 1000 * Double(generator.next() % 50 + 1)
            let duration = bytes / 100 * factor(machine) * exp(noise * (generator.uniformDouble() * 2 - 1))
            var task = TaskSpec(workflow: "w", process: "p", inputBytes: bytes, submittedAt: Double(row * 10 + place))
            task.features = [
                "node_type": .word(machine), "hardware": .word(machine == "a" || machine == "d" ? "slow" : "fast"),
            ]
            return TaskExecution(
                task: task, taskID: "\(place).\(row)", completedAt: Double(row * 10 + place + 5),
                cpu: 1 + 0.1 * generator.uniformDouble(), memory: 1e6 * factor(machine), duration: duration)
        }
    }
}

private func task(_ machine: String?, bytes: Double = 20_000, hardware: String = "fast") -> TaskSpec {
    var task = TaskSpec(workflow: "w", process: "p", inputBytes: bytes)
    task.features["node_type"] = machine.map(FeatureValue.word)
    task.features["hardware"] = .word(hardware)
    return task
}

@Test func scoresAreMediansOfWhatBenchmarksSay() throws {
    let scores = MachineScores([
        .init(key: "k", machine: "x", name: "f", value: 1), .init(key: "k", machine: "y", name: "f", value: exp(2)),
        .init(key: "k", machine: "x", name: "g", value: exp(4)), .init(key: "k", machine: "y", name: "g", value: 0),
        .init(key: "node", machine: "n", name: "f", value: 3),
    ])
    #expect(scores.keys == ["k", "node"])
    // f says -1 and 1; g, which y lacks, says 0 of x.
    #expect(abs(try #require(scores.score(of: .init(key: "k", name: "x"))) + 0.5) < 1e-12)
    #expect(abs(try #require(scores.score(of: .init(key: "k", name: "y"))) - 1) < 1e-12)
    #expect(scores.score(of: .init(key: "k", name: "z")) == nil)
    var task = TaskSpec(process: "p", node: "m", features: ["k": .word("z")])
    #expect(scores.machine(of: task) == .init(key: "k", name: "z"))
    task.node = "n"  // measured, unlike z
    #expect(scores.machine(of: task) == .init(key: "node", name: "n"))
    #expect(scores.machine(of: TaskSpec(process: "p")) == nil && MachineScores([]).keys.isEmpty)
    // One disk that is 500 times as fast as the others says less than two benchmarks that agree.
    let planted = MachineScores(benchmarks)
    let (a, c) = (
        try #require(planted.score(of: .init(key: "node_type", name: "a"))),
        try #require(planted.score(of: .init(key: "node_type", name: "c")))
    )
    #expect(abs(c - a - log(2)) < 1e-9)
}

@Test(arguments: 1...5)
func aMachineThatIsNewTakesWhatItsBenchmarkSays(seed: Int) throws {
    let scores = MachineScores(benchmarks)
    for machine in speeds.keys.sorted() {
        let others = speeds.keys.sorted().filter { $0 != machine }
        let rows = executions(on: others, seed: UInt64(seed)) { 1 / (speeds[$0] ?? 1) }
        let effects = try #require(MachineEffects(rows, of: .duration, scores: scores))
        #expect(abs(effects.slope + 1) < 0.15, "\(effects.slope)")
        let hardware = machine == "a" || machine == "d" ? "slow" : "fast"
        let known = StatisticsPredictor(rules: [.linear], executions: rows, benchmarks: benchmarks)
        let blind = StatisticsPredictor(rules: [.linear], executions: rows)
        let asked = task(machine, hardware: hardware)
        let truth = 200 / (speeds[machine] ?? 1)
        let (ours, theirs) = (known.predict([asked])[0].duration, blind.predict([asked])[0].duration)
        #expect(abs(ours.p50 / truth - 1) < 0.15, "\(machine): \(ours.p50) of \(truth), blind \(theirs.p50)")
        #expect(abs(ours.p50 / truth - 1) < abs(theirs.p50 / truth - 1))
        #expect(ours.p05 < truth && truth < ours.p95)
    }
}

@Test(arguments: 1...5)
func whereBenchmarksSayNothingTheyAreNotHeard(seed: Int) throws {
    // As fast on every machine, whatever its score.
    let rows = executions(on: ["a", "b", "c", "d", "e"], seed: UInt64(seed)) { _ in 1 }
    let effects = try #require(MachineEffects(rows, of: .duration, scores: MachineScores(benchmarks)))
    #expect(abs(effects.slope) < 0.1, "\(effects.slope)")
    for machine in speeds.keys { #expect(abs(effects.shift(of: task(machine))) < 0.05) }
    // CPU and memory follow no benchmark, but their own machines.
    let memory = executions(on: ["b", "c"], seed: UInt64(seed)) { $0 == "b" ? 1 : 4 }
    let own = try #require(MachineEffects(memory, of: .memory, scores: MachineScores(benchmarks)))
    #expect(own.slope == 0)
    #expect(abs(own.shift(of: task("c")) - own.shift(of: task("b")) - log(4)) < 0.05)
    #expect(abs(own.shift(of: task("e")) - (own.shift(of: task("b")) + own.shift(of: task("c"))) / 2) < 0.05)
}

@Test(arguments: 1...5)
func whereATypeHasRunItsOwnTimesCountMore(seed: Int) throws {
    // c is twice as slow for this type as its benchmark says.
    let odd = { (machine: String) in machine == "c" ? 1.0 : 1 / (speeds[machine] ?? 1) }
    let rows = executions(on: ["a", "b", "c", "d", "e"], seed: UInt64(seed), factor: odd)
    let effects = try #require(MachineEffects(rows, of: .duration, scores: MachineScores(benchmarks)))
    let shifts = speeds.keys.sorted().map { ($0, effects.shift(of: task($0))) }
    for (machine, shift) in shifts {
        let expected = log(odd(machine)) - log(odd("a"))
        #expect(abs(shift - shifts[0].1 - expected) < 0.06, "\(machine)")
        #expect(effects.uncertainty(of: task(machine)) == 0)
    }
    // One odd machine of five leaves the slope.
    #expect(abs(effects.slope + 1) < 0.3, "\(effects.slope)")
    #expect(effects.uncertainty(of: task("new")) > 0 && effects.shift(of: task(nil)) == 0)
    // What it does on c moves the shift of c, a single execution less than thirty.
    func moved(_ count: Int) throws -> Double {
        let others = executions(on: ["a", "b", "d", "e"], seed: UInt64(seed), noise: 0.8, factor: odd)
        let shifts = try [1.0, 3].map { times in
            let own = executions(on: ["c"], count: count, seed: 7, noise: 0.8) { odd($0) * times }
            let effects = try #require(
                MachineEffects(others + own, of: .duration, scores: MachineScores(benchmarks)))
            return effects.shift(of: task("c")) - effects.shift(of: task("a"))
        }
        return (shifts[1] - shifts[0]) / log(3)
    }
    let (one, thirty) = (try moved(1), try moved(30))
    #expect(one > 0 && one < 0.8 * thirty && thirty > 0.7 && thirty < 1.3, "\(one) \(thirty)")
}

@Test func shiftsDependOnRatiosAlone() throws {
    let rows = executions(on: ["a", "b", "c"]) { 1 / (speeds[$0] ?? 1) }
    let effects = try #require(MachineEffects(rows, of: .duration, scores: MachineScores(benchmarks)))
    var slower = rows
    for place in slower.indices { slower[place].duration = rows[place].duration.map { $0 * 3600 } }
    let faster = benchmarks.map {
        MachineBenchmark(key: $0.key, machine: $0.machine, name: $0.name, value: $0.value * 9)
    }
    let others = [
        MachineEffects(slower, of: .duration, scores: MachineScores(benchmarks)),
        MachineEffects(rows, of: .duration, scores: MachineScores(faster)),
        MachineEffects(rows.reversed(), of: .duration, scores: MachineScores(benchmarks)),
    ]
    for other in others {
        for machine in ["a", "b", "c", "d", "e", "new"] {
            #expect(abs(try #require(other).shift(of: task(machine)) - effects.shift(of: task(machine))) < 1e-6)
        }
    }
    // The mean over the executions is 0, so that a task without a machine is an average one.
    #expect(abs(rows.reduce(0) { $0 + effects.shift(of: $1.task) }) < 1e-9 * Double(rows.count))
    #expect(MachineEffects(rows, of: .duration, scores: MachineScores([])) == nil)
    #expect(MachineEffects([], of: .duration, scores: MachineScores(benchmarks)) == nil)
}

@Test func fewExecutionsDoNotRunAway() throws {
    let scores = MachineScores(benchmarks)
    for count in 1...4 {
        for machines in [["a"], ["a", "e"], ["a", "b", "new"]] {
            let rows = executions(on: machines, count: count) { _ in 1 }
            for target in ResourceTarget.allCases {
                let effects = try #require(MachineEffects(rows, of: target, scores: scores))
                for machine in ["a", "e", "new"] {
                    let (shift, width) = (effects.shift(of: task(machine)), effects.uncertainty(of: task(machine)))
                    #expect(shift.isFinite && abs(shift) < 1.2 && width.isFinite && width >= 0 && width < 5)
                }
            }
        }
    }
    // On one machine only, half of what the benchmark says is believed of another.
    let alone = try #require(MachineEffects(executions(on: ["a"]) { _ in 1 }, of: .duration, scores: scores))
    #expect(abs(alone.slope + 0.5) < 0.05)
}

@Test func aVersionKeepsWhatIsKnownOfMachines() throws {
    var archive = WeightArchive()
    BenchmarkArchive.write(benchmarks, to: &archive, prefix: "b.")
    let read = try Safetensors.decode(Safetensors.encode(archive))
    #expect(try BenchmarkArchive.read(from: read, prefix: "b.") == benchmarks)
    #expect(try BenchmarkArchive.read(from: WeightArchive(), prefix: "b.").isEmpty)
    archive.set("b.value", shape: [1], .float64([1]))
    #expect(throws: InputError.self) { try BenchmarkArchive.read(from: archive, prefix: "b.") }
    for value in [Double.infinity, .nan, -1] {
        BenchmarkArchive.write(benchmarks, to: &archive, prefix: "b.")
        let values = [value] + benchmarks.dropFirst().map(\.value)
        archive.set("b.value", shape: [values.count], .float64(values))
        let error = #expect(throws: InputError.self) { try BenchmarkArchive.read(from: archive, prefix: "b.") }
        #expect(error?.field == "b.value")
    }
    let trainer = StatisticsTrainer.gated.knowing(benchmarks)
    let rows = executions(on: ["a", "b", "c"]) { 1 / (speeds[$0] ?? 1) }
    let predictor = trainer.train(on: rows, seed: 1)
    let direct = StatisticsPredictor(rules: trainer.rules, executions: rows, benchmarks: benchmarks)
    #expect(try predictor.predict([task("e")]) == direct.predict([task("e")]))
}

@Test func whatIsObservedOnAMachineIsBroughtToTheAverage() throws {
    let rows = executions(on: ["a", "b", "c", "d"]) { 1 / (speeds[$0] ?? 1) }
    var predictor = StatisticsPredictor(rules: [.median], executions: rows, benchmarks: benchmarks)
    let before = predictor.predict([task("d")])[0].duration.p50
    for row in executions(on: ["d"], count: 3, seed: 9, factor: { 1 / (speeds[$0] ?? 1) }) { predictor.insert(row) }
    // Three more of what is known change next to nothing, on any machine.
    #expect(abs(predictor.predict([task("d")])[0].duration.p50 / before - 1) < 0.1)
    let ratio = predictor.predict([task("d")])[0].duration.p50 / predictor.predict([task("c")])[0].duration.p50
    #expect(abs(ratio / (2 / 0.6) - 1) < 0.1)
}
