import Decisions
import Files
import Layers
import Models
import Registry
import Scheduling
import WorkflowOptimization
import Workflows

/// What proposes plans to the portfolio and says what will hold a workflow back at one moment: a version of an optimizer, or
/// none.
struct ServedOptimizer: ServedVersion {
    /// The version; nil where there is none.
    let optimizer: GCNOptimizer?
    let model: ModelReference?
    var reason: String?
    var service: EndNotice?
    var residence: EndNotice?

    init(withoutModel reason: String) { (optimizer, model, self.reason) = (nil, nil, reason) }

    init(_ optimizer: GCNOptimizer, model: ModelReference, of version: ModelVersion) {
        (self.optimizer, self.model, reason) = (optimizer, model, nil)
    }

    /// Members that a portfolio has beside its rules and searches.
    var proposers: [any PlanProposer] { optimizer.map { [$0] } ?? [] }

    /// Says what will hold a workflow back and what changes of it will gain; nil where no version does either.
    var scorer: LearnedScorer? {
        guard let model, let optimizer else { return nil }
        return LearnedScorer(optimizer, named: "\(model.name)@\(model.version)")
    }

    static func test(_ optimizer: GCNOptimizer, against golden: WeightArchive) throws {
        try GoldenWorkflows.check(optimizer, against: golden)
    }

    /// It learns nothing from single executions.
    @discardableResult
    mutating func observe(_ executions: some Sequence<TaskExecution>) -> Int { 0 }

    func warmUp(_ golden: WeightArchive) throws {
        if let optimizer { try GoldenWorkflows.check(optimizer, against: golden) }
    }
}
