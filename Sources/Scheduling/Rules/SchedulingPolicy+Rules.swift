import Simulation
import Workflows

extension SchedulingPolicy {
    /// The order in which this policy takes ready tasks; nil for those that have none.
    var queueOrder: QueueOrder? {
        switch self {
        case .fifo: .arrival
        case .strictFIFO: .strictArrival
        case .jobFIFO: .jobFIFO
        case .roundRobin: .roundRobin
        case .sjf: .shortestFirst
        case .ljf: .longestFirst
        case .edf: .earliestDeadlineFirst
        case .priority: .agedPriority
        case .fair: .fair
        case .weightedFair: .weightedFair
        case .srpt: .leastRemainingWork
        case .srptPath: .leastRemainingWorkByPath
        case .tetris: .tetris
        case .drf: .dominantResourceFair
        case .topsis: .topsis
        case .criticalPath: .criticalPathFirst
        case .heft, .cpop, .peft, .lookaheadHEFT, .minMin, .maxMin, .sufferage, .mct, .met, .olb, .etf, .dps,
            .portfolio:
            nil
        }
    }

    /// What decides by this policy in a virtual cluster; nil for the portfolio, which compares others.
    public var simulationRule: SimulationRule? {
        if let queueOrder { return .list(queueOrder) }
        guard let planner else { return nil }
        return .plan { instance, board in
            guard let timetable = planner.plan(instance, on: &board, isOver: { false }) else {
                preconditionFailure("a planner with time without end has no plan")
            }
            return timetable
        }
    }

    /// Runs a stream of workflows on `cluster` under this policy.
    ///
    /// - Parameters:
    ///   - iterations: rules that a portfolio tries at each arrival beside the one in charge, at the most; the others try none.
    ///   - arrivals: tells the next workflow, none of them before the one told last, and nil when no more come.
    public func simulate(
        on cluster: Cluster, settings: SimulationSettings = .init(), iterations: Int = .max,
        arrivals: @escaping () -> Arrival?
    ) -> SimulationResult {
        guard let simulationRule else {
            var portfolio = StreamPortfolio(
                trials: iterations, on: cluster, settings: settings, arrivals: arrivals)
            return portfolio.run()
        }
        var simulation = VirtualCluster(cluster, rule: simulationRule, settings: settings, arrivals: arrivals)
        return simulation.run()
    }
}
