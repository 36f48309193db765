import Kernels
import Scheduling
import Testing

private typealias Running = Preemption.Running

/// Every subset of what may be stopped on every node.
private func naive(
    _ priority: Double, _ cores: Double, _ memory: Double, _ nodes: [Preemption.Node], now: Double, largest: Int
) -> (loss: Double, count: Int, node: String)? {
    var best: (loss: Double, count: Int, node: String)?
    for node in nodes {
        let open = node.running.filter { $0.priority < priority && $0.stops < largest }
        for set in 0..<(1 << open.count) {
            let stopped = open.indices.filter { set >> $0 & 1 == 1 }.map { open[$0] }
            guard node.freeCores + stopped.reduce(0, { $0 + $1.cores }) >= cores,
                node.freeMemoryBytes + stopped.reduce(0, { $0 + $1.memoryBytes }) >= memory
            else { continue }
            let loss = stopped.reduce(0) { $0 + $1.loss(at: now) }
            if best.map({ (loss, stopped.count) < ($0.loss, $0.count) }) ?? true {
                best = (loss, stopped.count, node.name)
            }
        }
    }
    return best
}

private func nodes(_ generator: inout SeededGenerator, running: ClosedRange<Int>) -> [Preemption.Node] {
    func some(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &generator)) }
    return (0..<Int.random(in: 1...4, using: &generator)).map { place in
        let tasks = (0..<Int.random(in: running, using: &generator)).map { task in
            Running(
                id: "\(place).\(task)", priority: some(0...3), cores: some(1...4), memoryBytes: some(0...8),
                startedAt: some(0...90),
                saving: [.nothing, .everything, .until(some(0...90))].randomElement(using: &generator) ?? .nothing,
                restartSeconds: some(0...5), stops: Int(some(0...2)))
        }
        return Preemption.Node(name: "n\(place)", freeCores: some(0...2), freeMemoryBytes: some(0...4), running: tasks)
    }
}

@Test func theLeastWorkIsLost() {
    var (found, stopped) = (0, 0)
    for seed in 0..<300 {
        var generator = SeededGenerator(seed: UInt64(seed))
        let nodes = nodes(&generator, running: 0...8)
        let cores = Double(Int.random(in: 1...9, using: &generator))
        let memory = Double(Int.random(in: 0...16, using: &generator))
        let priority = Double(Int.random(in: 1...3, using: &generator))
        let answer = Preemption().answer(
            toPriority: priority, cores: cores, memoryBytes: memory, on: nodes, now: 100)
        let expected = naive(priority, cores, memory, nodes, now: 100, largest: 2)
        #expect(answer?.lostCoreSeconds == expected?.loss && answer?.stopped.count == expected?.count, "seed \(seed)")
        #expect(answer?.node == expected?.node, "seed \(seed)")
        guard let answer, let node = nodes.first(where: { $0.name == answer.node }) else { continue }
        found += 1
        stopped += answer.stopped.count
        let victims = node.running.filter { answer.stopped.contains($0.id) }
        #expect(victims.count == answer.stopped.count)
        #expect(victims.allSatisfy { $0.priority < priority && $0.stops < 2 })
        #expect(victims.reduce(node.freeCores) { $0 + $1.cores } >= cores)
        #expect(victims.reduce(0) { $0 + $1.loss(at: 100) } == answer.lostCoreSeconds)
    }
    #expect(found > 100 && stopped > 150)
}

@Test func whatIsSavedIsNotLost() {
    let running = [
        Running(id: "anew", cores: 2, startedAt: 40),
        Running(id: "saved", cores: 2, startedAt: 0, saving: .until(70), restartSeconds: 5),
        Running(id: "kept", cores: 2, startedAt: 0, saving: .everything, restartSeconds: 10),
    ]
    #expect(running.map { $0.loss(at: 100) } == [120, 70, 20])
    // A checkpoint from before its start is that of an earlier attempt.
    #expect(Running(id: "x", startedAt: 40, saving: .until(20)).loss(at: 100) == 60)
    let node = Preemption.Node(name: "n", freeCores: 0, running: running)
    func stopped(_ cores: Double, priority: Double = 1) -> [String]? {
        Preemption().answer(toPriority: priority, cores: cores, on: [node], now: 100)?.stopped
    }
    #expect(stopped(1) == ["kept"] && stopped(3) == ["saved", "kept"] && stopped(7) == nil)
    #expect(stopped(1, priority: 0) == nil)
    #expect(Preemption(largestCount: 0).answer(toPriority: 1, cores: 1, on: [node], now: 100) == nil)
}

@Test func nothingIsStoppedWhereThereIsRoom() {
    let full = Preemption.Node(
        name: "full", freeCores: 0, running: [Running(id: "x", startedAt: 100, saving: .everything)])
    let open = Preemption.Node(name: "open", freeCores: 2, running: [])
    let answer = Preemption().answer(toPriority: 1, cores: 1, on: [full, open], now: 100)
    #expect(answer?.node == "open" && answer?.stopped == [] && answer?.lostCoreSeconds == 0)
}

/// Urgent tasks come without end; what was stopped twice runs to its end all the same.
@Test func noTaskIsStoppedForEver() {
    let preemption = Preemption(largestCount: 2)
    var running = [Running(id: "small", startedAt: 0)]
    var stops = 0
    for now in stride(from: 10.0, to: 1000, by: 10) {
        let node = Preemption.Node(name: "n", freeCores: 0, running: running)
        guard preemption.answer(toPriority: 9, cores: 1, on: [node], now: now) != nil else { continue }
        stops += 1
        running = [Running(id: "small", startedAt: now + 1, stops: stops)]
    }
    #expect(stops == 2)
}

@Test func manyCandidatesAreAnsweredInBoundedTime() {
    var generator = SeededGenerator(seed: 3)
    let tasks = (0..<200).map { place in
        Running(
            id: "t\(place)", cores: Double(Int.random(in: 1...8, using: &generator)),
            memoryBytes: Double(Int.random(in: 1...64, using: &generator)),
            startedAt: Double(Int.random(in: 0...900, using: &generator)))
    }
    let node = Preemption.Node(name: "n", freeCores: 0, freeMemoryBytes: 0, running: tasks)
    let answer = Preemption().answer(toPriority: 1, cores: 90, memoryBytes: 900, on: [node], now: 1000)
    let victims = tasks.filter { answer?.stopped.contains($0.id) ?? false }
    #expect(victims.reduce(0) { $0 + $1.cores } >= 90 && victims.reduce(0) { $0 + $1.memoryBytes } >= 900)
    // No cover loses less than its cheapest part of what lacks, by the core.
    let perCore = tasks.map { $0.loss(at: 1000) / $0.cores }.sorted()
    #expect(victims.reduce(0) { $0 + $1.loss(at: 1000) } < 90 * perCore[100])
}
