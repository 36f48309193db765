/// How ready tasks of a running system are placed by one policy.
///
/// Every rule takes a larger priority first, starts whatever has room at this moment, and looks at the free room alone,
/// not at what will be free later: so where a rule asks when a task would end on a node, it is now plus the time that
/// it takes there.
struct PlacementRule {
    /// Which task is placed next.
    enum Manner {
        /// One after the other, in the order; what finds no room is passed.
        case inOrder
        /// One after the other, in the order, up to the first that has to wait for room.
        case strictly
        /// The first task of the workflow that holds the least.
        case byShare(WorkflowShares.Measure)
        /// By what all that wait would gain, anew after each.
        case asBatch(BatchPlacement.Criterion)
        /// Node by node, the task that suits the free room of the node best.
        case byAlignment
    }

    /// The order in which tasks are tried.
    var order: ReadyOrder
    /// The node that a task goes to.
    var node: NodeRule
    /// Which task is placed next.
    var manner: Manner

    init(_ order: ReadyOrder, on node: NodeRule = .first, _ manner: Manner = .inOrder) {
        self.order = order
        self.node = node
        self.manner = manner
    }
}

extension SchedulingPolicy {
    /// How this policy places ready tasks; the portfolio begins with first in, first out.
    var placementRule: PlacementRule {
        switch self {
        case .fifo, .portfolio: PlacementRule(.arrival)
        case .strictFIFO: PlacementRule(.arrival, on: .first, .strictly)
        case .jobFIFO: PlacementRule(.workflowArrival)
        // The turn begins behind as many nodes as tasks run, so that it goes on from one decision to the next.
        case .roundRobin: PlacementRule(.arrival, on: .inTurn)
        case .sjf: PlacementRule(.shortest)
        case .ljf: PlacementRule(.longest)
        // Liu, Layland, "Scheduling algorithms for multiprogramming in a hard-real-time environment", 1973, section 7.
        case .edf: PlacementRule(.deadline)
        case .priority: PlacementRule(.ageing(.standard))
        case .fair: PlacementRule(.arrival, on: .first, .byShare(.cores))
        case .weightedFair: PlacementRule(.arrival, on: .first, .byShare(.coresForWork))
        // Schrage, "A proof of the optimality of the shortest remaining processing time discipline", 1968.
        case .srpt: PlacementRule(.leastWork)
        // There, and within a workflow Kelley, "Critical-path planning and scheduling", 1961.
        case .srptPath: PlacementRule(.leastWorkByPath)
        case .tetris: PlacementRule(.arrival, on: .first, .byAlignment)
        case .drf: PlacementRule(.arrival, on: .first, .byShare(.dominant))
        case .topsis: PlacementRule(.closest, on: .closest)
        // Topcuoglu and others, 2002: by upward rank, which for a ready task is the path to the end of its workflow.
        case .heft: PlacementRule(.longestPath, on: .earliestFinish)
        // There: the critical task of a workflow goes where its critical path would end first.
        case .cpop: PlacementRule(.longestPath, on: .earliestPathIfCritical)
        // Arabnejad, Barbosa, 2014: by the optimistic cost of what follows a task, itself not counted.
        case .peft: PlacementRule(.longestPathBehind, on: .earliestFinish)
        // Bittencourt and others, 2010: the node is judged by the end of what follows the task.
        case .lookaheadHEFT: PlacementRule(.longestPath, on: .earliestPath)
        // Ibarra, Kim, 1977.
        case .minMin: PlacementRule(.shortest, on: .earliestFinish, .asBatch(.leastFinish))
        case .maxMin: PlacementRule(.longest, on: .earliestFinish, .asBatch(.mostFinish))
        // Maheswaran and others, 1999.
        case .sufferage: PlacementRule(.longest, on: .earliestFinish, .asBatch(.mostLoss))
        // Armstrong, Hensgen, Kidd, 1998: each task when its turn comes.
        case .mct: PlacementRule(.arrival, on: .earliestFinish)
        case .met: PlacementRule(.arrival, on: .shortestOnly)
        case .olb: PlacementRule(.arrival, on: .mostFree)
        // Hwang, Chow, Anger, Lee, 1989: of tasks that can start at the same moment, the one of the largest static
        // level.
        case .etf: PlacementRule(.longestPath, on: .earliestStart)
        // What lies behind a task, less the moment at which it can start, which is the same for all that are ready.
        case .dps: PlacementRule(.longestPath, on: .earliestStart)
        case .criticalPath: PlacementRule(.longestPath)
        }
    }
}
