import Files
import Foundation
import Scheduling
import Simulation

/// The static key on lists of jobs: what the network starts from, and what it is measured against.
struct StaticKey {
    /// q over the cores of the cluster for all sizes: the geometric mean of the best of each size on lists to train.
    let scale: Double
    /// The lists to validate, of each size.
    let validation: [[SchedulingInstance]]
    /// On them, the mean gap of the key with the q that is best for their size on lists to train.
    let gaps: [Double]
    /// The lists to train that q was chosen by.
    let graphs: [TaskGraph]

    /// - Throws: `InputError` where the lists do not run on one node.
    init(_ lists: JobLists, _ settings: PriorityTrainer.Settings) throws {
        guard lists.cluster.nodes.count == 1 else {
            throw InputError(
                "has \(lists.cluster.nodes.count) nodes: priorities are learned on one, which a list has to itself",
                field: "nodes")
        }
        var (graphs, validation, gaps, logarithms) = ([TaskGraph](), [[SchedulingInstance]](), [Double](), 0.0)
        for size in settings.sizes {
            let training = try (0..<settings.scaled).map { try lists.list(size, .training, $0) }
            let held = try (0..<settings.judged).map { try lists.list(size, .validation, $0) }
            guard let choice = ScaleChoice(training) else { preconditionFailure("a list has one node") }
            graphs += training.map { TaskGraph($0) }
            validation.append(held)
            gaps.append(held.reduce(0) { $0 + Self.gap($1, scale: choice.best) } / Double(held.count))
            logarithms += log(choice.best / lists.cluster.nodes[0].cores)
        }
        (self.graphs, self.validation, self.gaps) = (graphs, validation, gaps)
        scale = exp(logarithms / Double(settings.sizes.count))
    }

    /// How much longer the schedule by the key with `scale`, in cores, is than the lower bound.
    private static func gap(_ instance: SchedulingInstance, scale: Double) -> Double {
        guard let scheduler = CumulativeScheduler(instance) else { preconditionFailure("a list has one node") }
        return instance.lowerBound > 0 ? scheduler.timetable(scale: scale).makespan / instance.lowerBound - 1 : 0
    }
}

extension GCNOptimizer {
    /// How much longer the list schedule of one pass is than the lower bound; 0 where nothing takes time.
    func gap(_ instance: SchedulingInstance) -> Double {
        guard instance.lowerBound > 0 else { return 0 }
        return (propose(instance) { false }?.makespan ?? .infinity) / instance.lowerBound - 1
    }
}
