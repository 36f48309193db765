import Foundation
import Kernels
import Scheduling
import Simulation
import Testing
import Workflows

@testable import Models

/// ln of the chance of `order` by its definition.
private func logarithm(of order: [Int32], _ m: [Double]) -> Double {
    order.indices.reduce(0) { sum, k in
        sum + m[Int(order[k])] - log(order[k...].reduce(0) { $0 + exp(m[Int($1)]) })
    }
}

@Test func theGradientOfAnOrderIsThatOfItsLogarithm() {
    for seed in 0..<20 {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 1...12, using: &generator)
        let m = (0..<count).map { _ in 3 * Double(generator.normal()) }
        let order = (0..<Int32(count)).shuffled(using: &generator)
        var gradient = [Double](repeating: 1, count: count)
        OrderSampling.addGradient(of: order, OrderSampling.exponentials(m), weight: 2, into: &gradient)
        for task in 0..<count {
            var (up, down) = (m, m)
            up[task] += 1e-5
            down[task] -= 1e-5
            let slope = (logarithm(of: order, up) - logarithm(of: order, down)) / 2e-5
            #expect(abs(gradient[task] - 1 - 2 * slope) < 1e-6 * (1 + abs(slope)), "seed \(seed)")
        }
        // Chances do not change when all priorities rise.
        #expect(abs(gradient.reduce(0, +) - Double(count)) < 1e-9)
    }
}

@Test func prioritiesFarApartHaveFiniteGradients() {
    let m = [0.0, -900, 850, 3, -2000]
    var gradient = [Double](repeating: 0, count: 5)
    for order: [Int32] in [[2, 3, 0, 1, 4], [4, 1, 0, 3, 2]] {
        OrderSampling.addGradient(of: order, OrderSampling.exponentials(m), weight: 1, into: &gradient)
    }
    #expect(gradient.allSatisfy { $0.isFinite })
}

@Test func ordersComeAsOftenAsTheirChance() throws {
    // Two tasks that cannot run together, and a long one behind the second, beside which there is room for the first: the
    // end is at 4 s with the second first, at 5 s with the first first.
    var tasks = [1.0, 1, 3].enumerated().map { Workflow.Task(id: "\($0)", runtimeSeconds: $1) }
    for (place, cores) in [2.0, 2, 1].enumerated() { tasks[place].cores = cores }
    let instance = try SchedulingInstance(Workflow(name: "w", tasks: tasks, edges: [("1", "2")]), on: oneNode(3))
    var sampling = OrderSampling(instance)
    var generator = SeededGenerator(seed: 4)
    for (difference, noise) in [(-1.5, 1.0), (0, 1), (0.7, 1), (-6, 4), (2, 4), (0.3, 0.5)] {
        let outcome = sampling.sample([difference, 0, 0], count: 4000, noise: noise, using: &generator)
        let chance = 1 / (1 + exp(-difference / noise))
        #expect(abs(outcome.mean - 4 - chance) < 0.025)
        // The derivative of the chance over the deviation: the first should go later, the second sooner.
        let slope = (chance * (1 - chance)).squareRoot() / noise
        #expect(abs(outcome.gradient[0] - slope) < 0.06 / noise, "\(difference) \(noise)")
        #expect(abs(outcome.gradient[1] + slope) < 0.06 / noise && abs(outcome.gradient[2]) < 0.06 / noise)
    }
}

/// Orders that noise does not change cost what the schedule that is made of them takes, tasks placed one by one or not.
@Test func ordersCostWhatTheirScheduleTakes() throws {
    var differing = 0
    for number in 0..<20 {
        let instance = try randomLists().list(6, .training, number)
        var generator = SeededGenerator(seed: UInt64(number))
        let priorities = (0..<instance.taskCount).map { Double($0) * 1e4 }.shuffled(using: &generator)
        let costs = try [0, .infinity].map { serialFrom throws -> Double in
            var (sampling, scheduler) = (
                OrderSampling(instance, serialFrom: serialFrom), ListScheduler(instance, serialFrom: serialFrom)
            )
            let mean = sampling.sample(priorities, count: 3, noise: 1, using: &generator).mean
            let made = scheduler.makespan(of: priorities)
            let makespan = try #require(made)
            #expect(abs(mean - makespan) < 1e-9 * mean)
            return mean
        }
        differing += costs[0] == costs[1] ? 0 : 1
    }
    #expect(differing > 5)
}

@Test func theGradientShortensSchedules() throws {
    // Descending along it, from equal priorities, reaches a schedule that is shorter on average.
    let instance = try randomLists().list(6, .training, 0)
    var sampling = OrderSampling(instance)
    var generator = SeededGenerator(seed: 9)
    var priorities = [Double](repeating: 0, count: instance.taskCount)
    let before = sampling.sample(priorities, count: 200, noise: 1, using: &generator).mean
    for _ in 0..<150 {
        let outcome = sampling.sample(priorities, count: 16, noise: 1, using: &generator)
        for task in priorities.indices { priorities[task] -= 0.5 * outcome.gradient[task] }
    }
    let after = sampling.sample(priorities, count: 200, noise: 1, using: &generator).mean
    #expect(after < before * 0.97)
}

@Test func samplesThatAllCostTheSameTeachNothing() throws {
    let workflow = try Workflow(name: "w", tasks: [.init(id: "a", runtimeSeconds: 1)], edges: [])
    var sampling = OrderSampling(try SchedulingInstance(workflow, on: oneNode()))
    var generator = SeededGenerator(seed: 1)
    let outcome = sampling.sample([0], count: 8, noise: 5, using: &generator)
    #expect(outcome.gradient == [0] && outcome.mean == 1)
}

@Test func noiseFallsInEqualRatios() async {
    var settings = PriorityTrainer.Settings()
    #expect(settings.firstNoise > settings.lastNoise)
    (settings.firstNoise, settings.lastNoise, settings.steps) = (8, 0.5, 5)
    for (step, noise) in [8, 4, 2, 1, 0.5].enumerated() { #expect(abs(settings.noise(at: step) - noise) < 1e-12) }
    settings.steps = 1
    #expect(settings.noise(at: 0) == 8)
    #expect(settings.hyperparameters["firstNoise"] == 8 && settings.hyperparameters["lastNoise"] == 0.5)
    await #expect(processExitsWith: .failure) {
        var settings = PriorityTrainer.Settings()
        settings.lastNoise = 0
        _ = try await PriorityTrainer(randomLists(), settings: settings).train(seed: 1)
    }
}
