import Files

extension Workload.Application {
    /// Dependencies of one drawn workflow, at the most.
    static let mostEdges = 50_000_000.0
    /// Pairs of tasks of which each is drawn for itself whether one waits for the other, at the most.
    private static let mostPairs = 1e9

    /// Refuses an application whose workflows would be too large to be drawn or simulated.
    func checkSize() throws {
        let (tasks, edges): (Double, Double)
        switch source {
        case .workflow: return
        case .fitted(let fitted): (tasks, edges) = fitted.largestRun
        case .family(let family):
            tasks = family.tasks.mean
            let pairs = tasks * min(2 * Double(family.width), tasks)
            edges = family.form == .layered ? max(tasks, pairs * family.edgeProbability) : 2 * tasks
            guard family.form != .layered || pairs <= Self.mostPairs else {
                throw InputError(
                    "layers of \"\(name)\" would have about \(JSONValue.text(of: pairs.rounded())) pairs of tasks that may "
                        + "wait for each other; there may be \(JSONValue.text(of: Self.mostPairs))",
                    field: "applications")
            }
        }
        guard tasks <= Double(SchedulingInstance.mostTasks), edges <= Self.mostEdges else {
            throw InputError(
                "a workflow of \"\(name)\" would have about \(JSONValue.text(of: tasks.rounded())) tasks and "
                    + "\(JSONValue.text(of: edges.rounded())) dependencies; there may be \(SchedulingInstance.mostTasks) and "
                    + "\(JSONValue.text(of: Self.mostEdges))", field: "applications")
        }
    }
}

extension FittedApplication {
    /// Tasks and dependencies of the largest run that may be drawn, as numbers that cannot overflow.
    var largestRun: (tasks: Double, edges: Double) {
        let isSteady = isSteady
        var largest = (tasks: 0.0, edges: 0.0)
        for shape in shapes where shape.weight > 0 {
            let counts = zip(shape.counts, isSteady).map { Double($0) * ($1 ? 1 : max(scale, 1)) }
            let edges = zip(stages, counts).reduce(0.0) { sum, stage in
                sum
                    + stage.0.links.reduce(0.0) { sum, link in
                        switch link.pattern {
                        case .all: sum + stage.1 * counts[link.stage]
                        case .gather: sum + max(stage.1, counts[link.stage])
                        case .some(let fanIn): sum + stage.1 * min(max(fanIn.mean, 1), counts[link.stage])
                        }
                    }
            }
            largest = (max(largest.tasks, counts.reduce(0, +)), max(largest.edges, edges))
        }
        return largest
    }
}
