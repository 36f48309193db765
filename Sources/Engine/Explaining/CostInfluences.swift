import Files
import Foundation
import Prediction
import Workflows

/// What moved the choice of nodes, found by leaving out what was asked for and what there was to choose among.
///
/// The influence of a part is by what it multiplies what the run uses: with what was chosen, over with what is chosen without the part.
struct CostInfluences {
    /// Pools of the chosen mix that are left out at the most.
    private static let named = 16
    /// The part of the time in which parts are left out; the rest is for the mixes beside the chosen one.
    private static let shareOfParts = 0.7

    let question: CostQuestion
    let answer: JSONField
    /// Nodes of each pool of the chosen mix, and what it comes to.
    let counts: [Int]
    let chosen: CostPlan.Point
    var mixes: CostMixes
    private let began: ContinuousClock.Instant
    private let limit: Duration

    /// Runs the mix that was chosen once more.
    ///
    /// - Parameters:
    ///   - question: what was asked, with forecasts of its tasks.
    ///   - answer: what was answered.
    ///   - limit: time for all of it, from now on; the chosen mix is run whatever it takes.
    /// - Throws: `InputError` where the answer is not one to `question`.
    init(_ question: CostQuestion, _ answer: JSONField, within limit: Duration) throws {
        let began = ContinuousClock.now
        let tasks = try answer["tasks"].elements()
        let requests = TaskRequests(
            name: try answer["allocation"].string(), cores: try tasks.map { try $0["cores"].double() },
            memory: try tasks.map { try $0["memoryBytes"].double() })
        mixes = try CostMixes(question, asking: requests) { ContinuousClock.now - began >= limit }
        let nodes = try answer["nodes"].elements().flatMap { try $0["names"].elements().map { try $0.string() } }
        guard let counts = mixes.counts(of: nodes), let chosen = mixes.point(of: counts) else {
            throw InputError("the nodes that were chosen cannot run the workflow", field: "nodes")
        }
        (self.question, self.answer, self.began, self.limit) = (question, answer, began, limit)
        (self.counts, self.chosen) = (counts, chosen)
    }

    /// Whether `share` of the time is over.
    func isOver(_ share: Double = 1) -> Bool { ContinuousClock.now - began >= limit * share }

    /// What is left out, and what is found then.
    struct Part {
        var name: String
        /// What it is called.
        var words: String
        /// The question without it; nil where nothing is left to choose among.
        var without: CostQuestion?
        /// Whether all that could be chosen with it can be without it too.
        var isConstraint: Bool
        /// What is chosen without it, or why nothing is; nil where it was not tried.
        var found: Result<CostPlan.Point, InputError>?
    }

    /// The deadline, the failure rate and the pools of the chosen mix, each left out, as far as there is time.
    func parts() throws -> [Part] {
        var parts = constraints + pools
        for place in parts.indices where !isOver(Self.shareOfParts) {
            guard var without = parts[place].without else {
                parts[place].found = .failure(InputError("there are no other nodes"))
                continue
            }
            let left = limit * Self.shareOfParts - (ContinuousClock.now - began)
            (without.budget, without.iterations) = (left / (parts.count - place), nil)
            do {
                let plan = try CostOptimizer.plan(without)
                // What was chosen can be had without the constraint too, though a short search may not find it.
                let isCheaper = plan.outcome.use.cost < chosen.outcome.use.cost
                parts[place].found = .success(
                    isCheaper || !parts[place].isConstraint ? try asAsked(plan) : chosen)
            } catch let error as InputError {
                parts[place].found = .failure(error)
            }
        }
        return parts
    }

    /// What the mix of `plan` comes to by what was asked, all constraints among it.
    private func asAsked(_ plan: CostPlan) throws -> CostPlan.Point {
        let requests = TaskRequests(
            name: plan.outcome.allocation, cores: plan.requests.map(\.cores), memory: plan.requests.map(\.memoryBytes))
        var mixes = try CostMixes(question, asking: requests)
        guard let counts = mixes.counts(of: plan.choices.flatMap { $0.nodes.map(\.name) }) else { return plan.point }
        return mixes.point(of: counts) ?? plan.point
    }

    private var constraints: [Part] {
        var parts: [Part] = []
        if question.deadlineSeconds != nil {
            var without = question
            without.deadlineSeconds = nil
            parts.append(Part(name: "deadline", words: "the deadline", without: without, isConstraint: true))
        }
        var without = question
        without.maxFailureRate = .infinity
        parts.append(
            Part(name: "maxFailureRate", words: "the limit on failures", without: without, isConstraint: true))
        return parts
    }

    /// The pools of the chosen mix, that of most nodes first.
    private var pools: [Part] {
        let used = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
        return used.prefix(Self.named).map { pool in
            let places = Set(mixes.pools[pool].places)
            var without = question
            without.cluster.nodes = question.cluster.nodes.indices.filter { !places.contains($0) }
                .map { question.cluster.nodes[$0] }
            return Part(
                name: "pools.\(mixes.pools[pool].name)", words: "nodes of \(mixes.pools[pool].name)",
                without: without.cluster.nodes.isEmpty ? nil : without, isConstraint: false)
        }
    }

    /// What each of `parts` did, the strongest first; where the chosen mix comes to something else now, or not all could be tried,
    /// `state` says so.
    func factors(_ parts: [Part]) throws -> [Explanation.Factor] {
        let measured = parts.compactMap { part -> (strength: Double, factor: Explanation.Factor)? in
            switch part.found {
            case .success(let point):
                let isSame = point == chosen
                let (with, without) = (chosen.outcome.use.cost, point.outcome.use.cost)
                return (
                    with == without ? 0 : abs(log(with / without)),
                    .init(
                        name: part.name,
                        detail: "without \(part.words) "
                            + (isSame ? "nothing cheaper was found" : "the cheapest is \(Self.words(point))"),
                        effect: .use(chosen.outcome.use, without: point.outcome.use))
                )
            case .failure(let error):
                return (
                    .infinity,
                    .init(name: part.name, detail: "without \(part.words) nothing was found: \(error.problem)")
                )
            case nil: return nil
            }
        }
        let ranked = measured.enumerated().sorted {
            ($1.element.strength, $0.offset) < ($0.element.strength, $1.offset)
        }
        return ranked.map(\.element.factor) + (try state(untried: parts.count { $0.found == nil }))
    }

    private func state(untried: Int) throws -> [Explanation.Factor] {
        var states: [Explanation.Factor] = []
        let (then, now) = (try answer["cost"].double(), chosen.outcome.use.cost)
        if abs(then - now) > 1e-9 * abs(then) {
            states.append(
                .init(
                    name: "state",
                    detail: "influences are those on what the chosen nodes come to by the forecasts of now: "
                        + "\(JSONValue.text(of: now)) and not \(JSONValue.text(of: then))"))
        }
        return states + Explanation.Factor.untried(untried)
    }

    /// A mix, its price and its end.
    static func words(_ point: CostPlan.Point) -> String {
        "\(nodes(point.counts)) at \(JSONValue.text(of: point.outcome.use.cost)), which ends after "
            + "\(JSONValue.text(of: point.outcome.use.makespan)) s"
    }

    static func nodes(_ counts: [CostPlan.Count]) -> String {
        counts.map { "\($0.count) of \($0.pool)" }.joined(separator: ", ")
    }
}
