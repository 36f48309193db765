import Files
import Foundation
import Kernels
import Scheduling
import Simulation
import Testing
import Workflows

@testable import Prediction

/// What `policy` comes to when the nodes and requests of `plan` are run by themselves.
private func rerun(_ plan: CostPlan, of question: CostQuestion) throws -> (
    result: SimulationResult, instance: SchedulingInstance
) {
    var workflow = question.workflow
    for (place, request) in plan.requests.enumerated() {
        workflow.update(place) {
            $0.wishes.cores = request.cores
            $0.wishes.memoryBytes = request.memoryBytes
        }
    }
    let cluster = plan.cluster(of: question.cluster)
    let instance = try SchedulingInstance(workflow, on: cluster, retriesWithMoreMemory: true)
    var arrival: Arrival? = Arrival(at: 0, instance, deadline: question.deadlineSeconds)
    let result = try SchedulingPolicy(named: plan.outcome.policy).simulate(
        on: cluster, settings: SimulationSettings(keepsTaskRecords: true)
    ) {
        defer { arrival = nil }
        return arrival
    }
    return (result, instance)
}

/// The cheapest that the three rules come to on any mix with either allocation, by trying all of them.
private func cheapest(_ question: CostQuestion) throws -> Double? {
    let trials = try CostTrials(question)
    let defined = TaskRequests.asDefined(question, largest: trials.largest)
    let pools = NodePool.pools(of: question.cluster)
    var mixes: [[Int]] = [[]]
    for pool in pools { mixes = mixes.flatMap { head in (0...pool.places.count).map { head + [$0] } } }
    var best: Double?
    for counts in mixes where counts.contains(where: { $0 > 0 }) {
        let nodes = zip(pools, counts).flatMap { pool, count in
            pool.places.prefix(count).map { question.cluster.nodes[$0] }
        }
        let cluster = Cluster(nodes: nodes, bandwidthBytesPerSecond: question.cluster.bandwidthBytesPerSecond)
        for requests in TaskRequests.candidates(question, beside: defined, largest: trials.largest) + [defined] {
            let workflow = trials.prepared(requests)[0].workflow
            guard let instance = try? SchedulingInstance(workflow, on: cluster, retriesWithMoreMemory: true) else {
                continue
            }
            for policy in [SchedulingPolicy.criticalPath, .fifo, .heft] {
                var arrival: Arrival? = Arrival(at: 0, instance)
                let result = policy.simulate(on: cluster) {
                    defer { arrival = nil }
                    return arrival
                }
                guard result.makespan <= question.deadlineSeconds ?? .infinity, result.failures == 0 else { continue }
                best = min(best ?? .infinity, result.cost)
            }
        }
    }
    return best
}

@Test func theCheapestOfAllMixesIsFound() throws {
    var (kept, refused) = (0, 0)
    for seed in 0..<24 {
        var question = try drawnCostQuestion(seed: UInt64(seed))
        let free = try CostOptimizer.plan(question)
        for share in [nil, 1.0, 0.6, 0.2] {
            question.deadlineSeconds = share.map { (free.outcome.use.makespan * $0).rounded() }
            guard let expected = try cheapest(question) else {
                refused += 1
                #expect(throws: InputError.self) { try CostOptimizer.plan(question) }
                continue
            }
            kept += 1
            let plan = try CostOptimizer.plan(question)
            #expect(plan.isProven)
            #expect(abs(plan.outcome.use.cost - expected) <= 1e-9 * expected, "seed \(seed), \(plan.outcome)")
            #expect(plan.lowerBound <= expected)
            #expect(plan.outcome.use.makespan <= question.deadlineSeconds ?? .infinity)
        }
    }
    #expect(kept > 40 && refused > 4)
}

@Test func whatIsPromisedIsWhatARunComesTo() throws {
    for seed in 100..<120 {
        let question = try drawnCostQuestion(seed: UInt64(seed))
        let plan = try CostOptimizer.plan(question)
        let (result, instance) = try rerun(plan, of: question)
        #expect(
            abs(result.cost - plan.outcome.use.cost) < 1e-9 && abs(result.makespan - plan.outcome.use.makespan) < 1e-9)
        #expect(abs(result.coreHours - plan.outcome.use.coreHours) < 1e-9)
        #expect(abs(result.gigabyteHours - plan.outcome.use.gigabyteHours) < 1e-9)
        #expect(plan.saved == plan.baseline.use.cost - plan.outcome.use.cost)
        // Every node is used, and the run is a valid one; starts behind a node's start-up are late, and so not checked.
        let used = Set(result.records.filter { $0.end > $0.placed }.map(\.node))
        #expect(used.count == plan.choices.reduce(0) { $0 + $1.nodes.count })
        var timetable = Timetable(count: instance.taskCount)
        for record in result.records {
            timetable.nodes[record.task] = record.node
            (timetable.placed[record.task], timetable.starts[record.task]) = (record.placed, record.start)
            timetable.ends[record.task] = record.end
        }
        try timetable.check(against: instance)
    }
}

@Test func theBaselineIsTheWholeClusterWithRequestsAsDefined() throws {
    var failing = 0
    for seed in 0..<40 {
        var generator = SeededGenerator(seed: UInt64(seed))
        let tasks = (0..<10).map { place in
            let memory = Double(Int.random(in: 1...30, using: &generator)) * 1e9
            return CostTask(
                seconds: Double(Int.random(in: 1...900, using: &generator)),
                cores: Double(Int.random(in: 1...4, using: &generator)), memory: memory,
                request: place % 3 == 0 ? memory / Double(Int.random(in: 1...3, using: &generator)) : nil,
                parents: (0..<place).filter { _ in generator.uniformDouble() < 0.15 })
        }
        let nodes =
            pool("a", 2, cores: 4, memory: 32e9, price: 1, start: 45, overhead: 2)
            + pool("b", 2, cores: 8, memory: 64e9, speed: 2, price: 3, start: 200)
        var question = CostQuestion(
            try costWorkflow(tasks), on: Cluster(nodes: nodes), maxFailureRate: 1, iterations: 30)
        let plan = try CostOptimizer.plan(question)
        let memory = tasks.map { task -> Double in
            if let request = task.request { return request }
            var power = 1.0
            while power < task.memory { power *= 2 }
            return min(power, 64e9)
        }
        let naive = NaiveCostRun(tasks, cores: tasks.map(\.cores), memory: memory, on: nodes)
        #expect(abs(naive.cost - plan.baseline.use.cost) < 1e-9, "seed \(seed)")
        #expect(abs(naive.makespan - plan.baseline.use.makespan) < 1e-9)
        #expect(abs(naive.gigabyteHours - plan.baseline.use.gigabyteHours) < 1e-9)
        #expect(abs(Double(naive.failures) / 10 - plan.baseline.failureRate) < 1e-12)
        failing += naive.failures
        // With one rule, the naive run gives what the answer is too.
        if plan.outcome.policy == "fifo" {
            let own = NaiveCostRun(
                tasks, cores: plan.requests.map(\.cores), memory: plan.requests.map(\.memoryBytes),
                on: plan.cluster(of: question.cluster).nodes)
            #expect(abs(own.cost - plan.outcome.use.cost) < 1e-9)
            #expect(abs(own.makespan - plan.outcome.use.makespan) < 1e-9)
        }
        question.maxFailureRate = 0
        if let strict = try? CostOptimizer.plan(question) { #expect(strict.outcome.failureRate == 0) }
    }
    #expect(failing > 30)
}

@Test func theBoundsAreBelowEveryRun() throws {
    var tight = 0
    for seed in 200..<230 {
        let question = try drawnCostQuestion(seed: UInt64(seed))
        let trials = try CostTrials(question)
        let defined = TaskRequests.asDefined(question, largest: trials.largest)
        var bounds = CostBounds(question.workflow, trials.pools, defined, trials.scenarios)
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<12 {
            let counts = trials.pools.map { Int.random(in: 0...$0.places.count, using: &generator) }
            guard counts.contains(where: { $0 > 0 }) else { continue }
            let cluster = trials.pools.cluster(counts, of: question.cluster)
            let places = counts.enumerated().flatMap { [Int](repeating: $0, count: $1) }
            let runs = try trials.run(
                trials.prepared(defined), on: cluster, nodePools: places, by: [.fifo, .criticalPath, .heft, .minMin])
            #expect((bounds.price(of: counts) == .infinity) == (runs == nil))
            for (_, run) in runs ?? [] {
                #expect(bounds.makespans(on: counts)[0] <= run.use.makespan)
                if run.used == counts {
                    #expect(bounds.price(of: counts) <= run.use.cost)
                    #expect(
                        bounds.leastPrice(within: 0) <= bounds.leastPrice(within: 1_000_000)
                            && bounds.leastPrice(within: 1_000_000) <= run.use.cost)
                    if bounds.price(of: counts) > 0.7 * run.use.cost { tight += 1 }
                }
            }
        }
    }
    #expect(tight > 30)
}

@Test func moreTimeIsNeverDearer() throws {
    for seed in 300..<306 {
        var question = try drawnCostQuestion(seed: UInt64(seed))
        var (last, seen) = (Double.infinity, 0)
        for deadline in stride(from: 200.0, through: 20_000, by: 1500) {
            question.deadlineSeconds = deadline
            guard let plan = try? CostOptimizer.plan(question) else {
                #expect(last == .infinity)
                continue
            }
            #expect(plan.outcome.use.cost <= last)
            last = plan.outcome.use.cost
            seen += 1
        }
        #expect(seen > 3)
    }
}

private struct KnownOptimum {
    var price: Double
    var deadline: Double?
    var pool: String
    var count: Int
    var cost: Double

    init(_ price: Double, _ deadline: Double?, _ pool: String, _ count: Int, _ cost: Double) {
        (self.price, self.deadline, self.pool, self.count, self.cost) = (price, deadline, pool, count, cost)
    }
}

/// Four tasks of an hour, one core each: the node of four is cheapest at 3 an hour, single ones at 5.
@Test func theKnownOptimumIsFound() throws {
    let known = [
        KnownOptimum(3, nil, "large", 1, 3.05), KnownOptimum(3, 3700, "large", 1, 3.05),
        KnownOptimum(5, nil, "small", 1, 14460.0 / 3600), KnownOptimum(5, 8000, "small", 2, 14520.0 / 3600),
        KnownOptimum(5, 3600, "small", 4, 14640.0 / 3600), KnownOptimum(1.1, 3600, "large", 1, 1.1 * 3660 / 3600),
    ]
    let workflow = try costWorkflow([CostTask](repeating: CostTask(seconds: 3600), count: 4))
    for entry in known {
        let nodes = pool("small", 4, cores: 1, price: 1) + pool("large", 2, cores: 4, price: entry.price)
        let plan = try CostOptimizer.plan(
            CostQuestion(workflow, on: Cluster(nodes: nodes), deadlineSeconds: entry.deadline, iterations: 10_000))
        #expect(plan.choices.map(\.pool) == [entry.pool] && plan.choices.map(\.nodes.count) == [entry.count])
        #expect(abs(plan.outcome.use.cost - entry.cost) < 1e-9 && plan.isProven)
        // The file has the small nodes first.
        #expect(abs(plan.baseline.use.cost - 14640.0 / 3600) < 1e-9)
    }
}

/// Memory decides how many fit on a node: recorded use and a tenth lets four share what the powers of two let two.
@Test func smallerRequestsSaveNodes() throws {
    let tasks = [CostTask](repeating: CostTask(seconds: 3600, memory: 5e9), count: 4)
    let nodes = pool("n", 4, cores: 4, memory: 22e9, price: 1)
    var question = CostQuestion(
        try costWorkflow(tasks), on: Cluster(nodes: nodes), deadlineSeconds: 3600, iterations: 1000)
    let plan = try CostOptimizer.plan(question)
    #expect(plan.choices.map(\.nodes.count) == [1] && plan.requests.allSatisfy { $0.memoryBytes == 5.5e9 })
    #expect(plan.outcome.allocation == "recorded use and a tenth")
    #expect(abs(plan.saved - 3660.0 / 3600) < 1e-9 && abs(plan.savedShare - 0.5) < 1e-9)
    #expect(abs(plan.baseline.use.gigabyteHours - 4 * 8.589934592) < 1e-9)
    #expect(abs(plan.outcome.use.gigabyteHours - 22) < 1e-9)
    // Where a task states its request, that is what it is compared with.
    question.workflow = try costWorkflow(tasks.map { CostTask(seconds: $0.seconds, memory: 5e9, request: 11e9) })
    #expect(try abs(CostOptimizer.plan(question).baseline.use.gigabyteHours - 44) < 1e-9)
}

@Test func coresAreTakenBackOnlyWhereTheyAreShownToBeUnused() throws {
    func cores(_ used: [Double?]) throws -> [Double] {
        let tasks = used.map { CostTask(seconds: 100, cores: 4, cpu: $0) }
        let nodes = pool("n", 2, cores: 8, price: 1)
        let question = CostQuestion(try costWorkflow(tasks), on: Cluster(nodes: nodes), iterations: 100)
        return TaskRequests.candidates(
            question, beside: .asDefined(question, largest: [.infinity, .infinity]), largest: [.infinity, .infinity])[0]
            .cores
    }
    #expect(try cores([0.9, 1.2]) == [2, 2])
    #expect(try cores([0.9, 0.5]) == [1, 1])
    #expect(try cores([3.7, 0.5]) == [4, 4])
    #expect(try cores([nil, 0.5]) == [4, 4])
}

@Test func theSameNumberOfMixesGivesTheSameAnswer() throws {
    for seed in 400..<410 {
        var question = try drawnCostQuestion(seed: UInt64(seed))
        question.iterations = 5
        let plan = try CostOptimizer.plan(question)
        #expect(try CostOptimizer.plan(question) == plan)
        #expect(plan.iterations <= 5)
    }
}

@Test func whatCannotBeAnsweredSaysWhy() throws {
    func problem(_ change: (inout CostQuestion) throws -> Void) throws -> String {
        let tasks = [CostTask](repeating: CostTask(seconds: 600, memory: 2e9), count: 3)
        var question = CostQuestion(
            try costWorkflow(tasks), on: Cluster(nodes: pool("n", 2, cores: 1, memory: 4e9, price: 1)),
            iterations: 1000)
        try change(&question)
        do {
            _ = try CostOptimizer.plan(question)
            return "no error"
        } catch let error as InputError {
            return error.description
        }
    }
    #expect(try problem { _ in } == "no error")
    #expect(
        try problem { $0.deadlineSeconds = 1000 }
            == "field deadlineSeconds: 1000 s is not kept by any mix that was tried: the shortest takes 1200 s, and none takes less than 900 s"
    )
    #expect(
        try problem { $0.cluster = Cluster(nodes: pool("n", 2, cores: 1, memory: 4e9, price: 0)) }
            .hasPrefix("field nodes[0].pricePerHour: is 0 or missing for all of the 2 nodes"))
    #expect(try problem { $0.workflow = try costWorkflow([]) }.contains("holds no task"))
    #expect(
        try problem { $0.workflow = try costWorkflow([CostTask(seconds: 5, cores: 2)]) }.contains(
            "fits on no node"))
    #expect(
        try problem { $0.workflow = try costWorkflow([CostTask(seconds: 5, pool: "none")]) }.contains(
            "the pool \"none\""))
    #expect(
        try problem {
            $0.workflow = try costWorkflow([CostTask(seconds: 5, memory: 2e9, request: 1e9)])
            $0.maxFailureRate = 0
        } == "no error")
    #expect(try problem { $0.workflow = try costWorkflow([CostTask(seconds: 1e300)]) }.contains("too long"))
}
