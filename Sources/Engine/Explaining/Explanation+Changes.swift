import Decisions
import Files

extension Explanation {
    /// What holds a workflow back and what to change, and what else could be: other sets of changes, and a little more of one thing.
    mutating func explainSuggestions(_ answer: JSONField) throws {
        let bottlenecks = try answer["bottlenecks"].elementsIfPresent()
        let suggestions = try answer["suggestions"].elementsIfPresent()
        summary = "\(bottlenecks.count) bottlenecks, \(suggestions.count) suggestions"
        for bottleneck in bottlenecks {
            factors.append(
                .init(name: try bottleneck["task"].string(), detail: try bottleneck["reason"].string()))
        }
        for suggestion in suggestions {
            factors.append(
                .init(name: try suggestion["id"].string(), detail: try suggestion["reason"].string()))
        }
        let stated = try record.question()["policy"].ifPresent { try $0.string() }
        let policy = try answer["analysis"]["policy"].ifPresent { try $0.string() } ?? stated ?? "fifo"
        let recommended = Set(try answer["recommended"].elementsIfPresent().map { try $0.string() })
        for point in try answer["pareto"].elementsIfPresent() {
            let names = try point["suggestions"].elements().map { try $0.string() }
            if Set(names) != recommended { alternatives.append(try Alternative(point, policy, names)) }
        }
        if !recommended.isEmpty, !alternatives.contains(where: { $0.detail == Self.asItIs }) {
            alternatives.append(try Alternative(answer["before"], policy, []))
        }
        for change in try answer["analysis"]["sensitivities"].elementsIfPresent() {
            alternatives.append(
                Alternative(
                    policy: policy, makespan: try change["makespan"].double(),
                    detail: try Self.words(change["change"].string(), change["subject"].string())))
        }
    }

    /// A workflow to which nothing is done.
    static let asItIs = "the workflow as it is"

    private static func words(_ change: String, _ subject: String) -> String {
        switch change {
        case "faster": "tasks of the kind \(subject) take a tenth less time"
        case "node": "there is one more node like \(subject)"
        default: "the longest task of the kind \(subject) is divided in two"
        }
    }

    /// What was carried out, and what that is to gain.
    mutating func explainApplied(_ answer: JSONField) throws {
        let names = try record.question()["suggestions"].elementsIfPresent().map { try $0.string() }
        let (before, after) = (try answer["before"]["makespan"].double(), try answer["after"]["makespan"].double())
        summary =
            "\(names.joined(separator: ", ")) carried out; the workflow is to end after "
            + "\(JSONValue.text(of: after)) s instead of \(JSONValue.text(of: before)) s"
        try explainPromises(answer["promisedSeconds"])
        for change in try answer["changes"].elementsIfPresent() {
            factors.append(.init(name: try change["task"].string(), detail: change.value?.text() ?? ""))
        }
    }

    /// What became of a changed workflow: the gain that was predicted, and the real one.
    mutating func explainFollowUp(_ answer: JSONField) throws {
        let followUp = try FollowUp(record)
        let applied = followUp.decisionID
        func seconds(_ value: Double) -> String { "\(JSONValue.text(of: value)) s" }
        summary =
            "of the \(followUp.expectedGain.map(seconds) ?? "unknown time") that the workflow of \(applied) could be expected to "
            + "end sooner in this run, \(seconds(followUp.realGain)) came true; \(seconds(followUp.predictedGain)) were predicted"
        factors.append(
            .init(
                name: "expectedGainSeconds",
                detail: followUp.expectedGain.map {
                    "at the pace of the run, and without what was cached, it was to end sooner by \(seconds($0))"
                } ?? "no task that runs as before tells the pace of the run, so that no gain can be expected of it"))
        factors.append(
            .init(
                name: "weights",
                detail: followUp.share.map {
                    "\(JSONValue.text(of: $0)) of that came true, as the weights of what was applied count it"
                } ?? "the run says nothing of the promise, so that the weights of what was applied stay"))
        factors.append(
            .init(name: "makespan", detail: "by the clock the run took \(seconds(followUp.makespan)) with all waits"))
        factors.append(.init(name: "applied", detail: "the decision \(applied) carried it out"))
        try explainPromises(answer["promisedSeconds"])
    }

    private mutating func explainPromises(_ promised: JSONField) throws {
        guard promised.isPresent else { return }
        for (type, gain) in try FollowUp.gains(promised).sorted(by: { $0.key < $1.key }) {
            factors.append(.init(name: type, detail: "promised \(JSONValue.text(of: gain)) s"))
        }
    }
}

extension Explanation.Alternative {
    /// What a run under `policy` comes to with the suggestions `names`, where `use` says what it uses.
    init(_ use: JSONField, _ policy: String, _ names: [String]) throws {
        self.init(
            policy: policy, makespan: try use["makespan"].double(), cost: try use["cost"].double(),
            detail: names.isEmpty ? Explanation.asItIs : "with " + names.joined(separator: ", "))
    }
}
