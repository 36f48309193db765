import Kernels
import Testing
import Workflows

@testable import Models

private func step(_ moment: Double, run: Int) -> Step {
    Step(completedAt: moment, residuals: .zero, base: .zero, input: 0, run: run, node: -1)
}

/// Beside a twin that looks through everything.
@Test(arguments: [1, 2, 3, 4] as [UInt64])
func thePastIsWhatHadCompleted(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var memory = StepMemory()
    for name in 0..<4 { _ = memory.place(of: "r\(name)") }
    var all: [(type: String, step: Step)] = []
    let processes = ["a", "b", "c"]
    for _ in 0..<60 {
        let process = processes[Int(generator.next() % 3)]
        let own = step(Double(generator.next() % 1000) + Double(all.count) / 100, run: Int(generator.next() % 4))
        memory.insert(own, of: TaskSpec(workflow: "w", process: process))
        all.append(("w:" + process, own))
    }
    for _ in 0..<50 {
        let (moment, run) = (Double(generator.next() % 1100), Int(generator.next() % 4))
        let type = "w:" + processes[Int(generator.next() % 3)]
        guard let place = memory.place(ofType: type) else { continue }
        let past = all.filter { $0.step.completedAt <= moment }.sorted { $0.step.completedAt < $1.step.completedAt }
        let own = past.filter { $0.type == type }.suffix(5)
        #expect(memory.recent(5, of: place, before: moment).map(\.step) == own.map(\.step))
        let others = past.filter { $0.type != type }
        let ofRun = others.filter { $0.step.run == run }.suffix(4)
        let rest = others.filter { $0.step.run != run }.suffix(4 - ofRun.count)
        let context = memory.context(4, of: "w", run: run, besides: place, before: moment)
        #expect(
            context.map(\.step)
                == (ofRun + rest).map(\.step).sorted { $0.completedAt < $1.completedAt })
        #expect(memory.knows(run: run, of: place) == all.contains { $0.type == type && $0.step.run == run })
    }
    #expect(memory.context(4, of: "other", run: 0, besides: nil, before: 500).isEmpty)
    #expect(memory.context(4, of: nil, run: 0, besides: nil, before: 500).isEmpty)
}

@Test func oldStepsAreDropped() {
    var memory = StepMemory(capacity: 8)
    for moment in 0..<100 {
        memory.insert(step(Double(moment), run: -1), of: TaskSpec(process: "p"))
        let kept = memory.types[0].steps
        #expect(kept.count <= 10 && kept.count >= min(moment + 1, 8))
        #expect(kept.last?.completedAt == Double(moment))
    }
}

@Test func aSequenceIsWhatTheTableSays() {
    var memory = StepMemory()
    let (run, node) = (memory.place(of: "r"), memory.place(of: "n"))
    var scale = TypeScale([])
    scale.residual = Targets(0.1, 0.2, 0.4)
    scale.baseCenter = Targets(1, 2, 3)
    scale.baseSpread = Targets(1, 1, 2)
    (scale.inputCenter, scale.inputSpread) = (4, 2)
    let old = Step(
        completedAt: 50, residuals: Targets(0.1, .nan, -8), base: Targets(2, 2, 9), input: 5, run: run, node: -1)
    let new = Step(completedAt: 90, residuals: .zero, base: Targets(1, 2, 3), input: .nan, run: -1, node: node)
    let other = Step(completedAt: 99, residuals: .zero, base: Targets(1, 2, 3), input: .nan, run: -1, node: -1)
    memory.insert(old, of: TaskSpec(workflow: "w", process: "p"))
    memory.insert(new, of: TaskSpec(workflow: "w", process: "p"))
    memory.insert(other, of: TaskSpec(workflow: "w", process: "q"))
    let z = ForecastLevels.all.map { ($0 - 0.5) / 0.9 }
    let base = BaseForecast(logarithms: z.map { $0 * 0.4 + 1 } + z.map { $0 * 0.8 + 2 } + z.map { $0 * 160 + 7 })
    let task = TaskSpec(
        workflow: "w", process: "p", cores: 2, attempt: 2, run: "r", node: "n", submittedAt: 100)
    let question = Question(task, base: base, memory: memory)
    let past = memory.past(
        of: question, workflow: "w", before: 100, LSTMArchitecture(history: 3, context: 2, hidden: 1, layers: 1))
    var (rows, mask): ([Float], [Float]) = ([], [])
    SequenceEncoder(length: 6).encode(
        past, question: question, samples: 2, scale: { _ in scale }, rows: &rows, mask: &mask)
    #expect(mask == [0, 0, 1, 1, 1, 1])
    func ln(_ value: Double) -> Float { Float(logarithm(value)) }
    let expected: [[Float]] = [
        [Float](repeating: 0, count: 16), [Float](repeating: 0, count: 16),
        [1, 0, -5, 1, 0, 1, 0, 1, 0, 3, 0.5, 0.5, ln(51) / 10, 1, 0, 1],
        [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, ln(11) / 10, 0, 1, 1],
        [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, ln(2) / 10, 0, 0, 0],
        [1, 1, 5, ln(3) / 5, ln(2), 1, 1, 0, 0, 2, 0, 0, 0, 1, 1, 1],
    ]
    #expect(rows.count == 96)
    for (place, value) in expected.flatMap(\.self).enumerated() {
        #expect(abs(rows[place] - value) < 1e-5, "row \(place / 16), place \(place % 16): \(rows[place])")
    }
}

@Test func namesOfRunsThatAreGoneAreForgotten() {
    var memory = StepMemory(capacity: 20)
    for place in 0..<5000 {
        let own = step(Double(place), run: memory.place(of: "run \(place)"))
        memory.insert(own, of: TaskSpec(workflow: "w", process: "a"))
    }
    #expect(memory.names.count < 1200)
    let type = memory.place(ofType: "w:a") ?? 0
    for back in 0..<5 {
        #expect(memory.knows(run: memory.knownPlace(of: "run \(4999 - back)"), of: type))
    }
    #expect(memory.knownPlace(of: "run 0") == -2)
    let newest = memory.recent(1, of: type, before: .nan)[0].step
    #expect(newest.completedAt == 4999 && memory.names[newest.run] == "run 4999")
}
