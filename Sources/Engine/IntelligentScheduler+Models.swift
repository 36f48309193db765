import Decisions
import Files
import Models
import Registry
import Workflows

extension IntelligentScheduler {
    /// Looks at one alias that may be under way at the same time; those that are asked for are beside them.
    static let looksAtATime = 8

    /// Calls `body`, which looks at `alias`, unless too many of such looks wait already: what one waits for keeps nobody from
    /// looking at another alias.
    private func look(
        at alias: ServedAlias, retries: Bool, _ body: () async -> SwapChange
    ) async -> SwapChange {
        let count = looks.withLockedValue { looks in
            looks[alias, default: 0] += 1
            return looks[alias] ?? 0
        }
        defer { looks.withLockedValue { $0[alias, default: 0] -= 1 } }
        guard retries || count <= Self.looksAtATime else { return .none }
        return await body()
    }

    /// Waits for `body`, but not for long: what takes longer goes on, while answers are given by what there is.
    func patiently(_ body: @escaping @Sendable () async -> Void) async {
        try? await withTimeLimit(max(.seconds(1), .milliseconds(settings.targetLatencyMs)), awaiting: body)
    }

    /// Serves what the aliases of `name` say by now. No other name is waited for, and no challenger for long.
    private func follow(_ name: CheckedName) async {
        async let trial: Void = patiently { [self] in
            for trial in challengers where trial.alias.name == name { _ = await look(at: trial, retries: true) }
        }
        for served in champions where served.alias.name == name { _ = await served.follow(retries: true) }
        await trial
    }

    /// Looks at the alias of a challenger.
    private func look(at trial: any TriedAlias, retries: Bool) async -> SwapChange {
        await look(at: trial.alias, retries: retries) { await trial.follow(retries: retries) }
    }

    /// Looks at the alias of a champion.
    private func look(at served: any FollowedAlias, retries: Bool) async -> SwapChange {
        await look(at: served.alias, retries: retries) { await served.follow(retries: retries) }
    }

    /// What is tried beside the champions, where anything is.
    var challengers: [any TriedAlias] { [challenger, optimizerChallenger] }

    /// How the challengers do on live traffic, by the alias that puts them on trial.
    public var challengerFigures: [(alias: ServedAlias, figures: ChallengerFigures)] {
        challengers.map { ($0.alias, $0.figures) }
    }

    /// Whose versions are the champions of the registry.
    var champions: [any FollowedAlias] { [model, forecaster, optimizer] }

    /// Serves the champions of the registry if they are not what is served. Where looks do not come to an end, no more is
    /// begun.
    ///
    /// - Parameter retries: whether a version that could not be loaded is tried again.
    /// - Returns: what changed, in words; nil where nothing did.
    @discardableResult
    public func followRegistry(retries: Bool = false) async -> String? {
        // One that takes its time holds up no other.
        async let trial = look(at: challenger, retries: retries)
        async let proposingTrial = look(at: optimizerChallenger, retries: retries)
        async let capacity = look(at: forecaster, retries: retries)
        async let proposing = look(at: optimizer, retries: retries)
        async let champion = look(at: model, retries: retries)
        let changes = [
            await champion.words(model.alias), await capacity.words(forecaster.alias),
            await proposing.words(optimizer.alias),
        ]
        // What becomes of challengers is told by events.
        _ = await (trial, proposingTrial)
        let told = changes.compactMap(\.self).joined(separator: "; ")
        return told.isEmpty ? nil : told
    }

    /// All aliases that are followed: the champions, and the challengers that there are.
    private var followed: [any FollowedAlias] { champions + challengers.compactMap(\.followed) }

    /// What swaps came to, by the alias that is followed.
    public var swapFigures: [(alias: ServedAlias, figures: SwapFigures)] { followed.map { ($0.alias, $0.figures) } }

    /// Why what an alias names does not serve, for each alias of which that is so; one that names nothing is none of them.
    public var problems: [(alias: ServedAlias, reason: String)] {
        followed.compactMap { served in served.problem.map { (served.alias, $0) } }
    }

    /// The version that forecasts what tasks need, if one does.
    public var servedModel: ModelReference? { model.snapshot.model }

    /// The version that forecasts what the cluster will be asked for, if one does.
    public var servedForecaster: ModelReference? { forecaster.snapshot.model }

    /// The version that proposes plans to the portfolio, and says what will hold a workflow back, if one does.
    public var servedOptimizer: ModelReference? { optimizer.snapshot.model }

    /// Whether it decides, with which version, and which versions do not serve though they should, as it stands on the wire.
    public var health: JSONValue {
        var object = JSONObject([("status", .string("ready"))])
        object["model"] = servedModel?.json
        object["reason"] = degradation.map(JSONValue.string)
        let problems = problems.map { alias, reason in
            JSONValue.object(
                JSONObject([
                    ("name", .string(alias.name.description)), ("alias", .string(alias.alias.description)),
                    ("reason", .string(reason)),
                ]))
        }
        if !problems.isEmpty { object["problems"] = .array(problems) }
        return .object(object)
    }

    /// Why the champion does not answer, or why there is none; nil where it does.
    public var degradation: String? { model.problem ?? model.snapshot.reason }

    /// All versions of the registry as they stand on the wire.
    public func models() async throws -> JSONValue {
        let registry = model.registry
        return try await offload { try registry.listing() }
    }

    /// Lets `alias` name `version` and serves it; the new aliases.
    ///
    /// A version that is to answer is taken through all steps of a swap first, and held ready: once the alias is written
    /// down, it answers at once. One that is not whole, or fails its self-test, never gets an alias.
    public func promote(
        _ name: CheckedName, to version: Int, alias: CheckedName, force: String?, who: String
    ) async throws -> [String: Int] {
        let (registry, moment) = (model.registry, now)
        guard try registry.names().contains(name) else { throw EngineError.unknownModel(name) }
        guard try registry.versions(of: name).contains(version) else {
            throw EngineError.unknownVersion(name, version)
        }
        let stated = ServedAlias(name: name, alias: alias)
        let served = champions.first { $0.alias == stated }
        return try await refusing("\(name) \(version) is not promoted") {
            let refusal = try await offload {
                let manifest = try registry.manifest(of: name, version).manifest
                return try registry.promotionRefusal(of: manifest, alias: alias, force: force)
            }
            if let refusal { throw EngineError.refused(refusal) }
            try await served?.prepare(version)
            defer { served?.discardPrepared(version) }
            if served == nil { try await check(name, version) }
            let aliases = try await offload {
                try registry.promote(name, to: version, alias: alias, force: force, at: moment, who: who)
            }
            await follow(name)
            return aliases
        }
    }

    /// Lets a version that nothing here serves answer the questions that it was published with, within the limit of a step.
    ///
    /// One at a time: where one stalls, none is begun behind it.
    private func check(_ name: CheckedName, _ version: Int) async throws {
        let (registry, catalog, limit) = (model.registry, catalog, model.stepLimit)
        switch await checks.ask(
            within: limit, { Result { try catalog.check(registry.load(name, version)) } })
        {
        case .answered(let result): try result.get()
        case .late: throw SwapFailure(.selfTest, version, TimeLimitExceeded(limit: limit))
        case .notBegun:
            throw SwapFailure(.selfTest, version, InputError("that of another version has not come to an end"))
        }
    }

    /// Calls `body`; what the registry refuses is no error in the question.
    private func refusing<Result>(_ what: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as InputError {
            throw EngineError.refused("\(what): \(error.problem)")
        } catch let failure as SwapFailure {
            throw EngineError.refused("\(what) (\(failure.step.rawValue)): \(failure.problem)")
        }
    }

    /// Undoes the last promotion that is not yet undone, and serves what was before; the new aliases.
    public func rollback(_ name: CheckedName, who: String) async throws -> [String: Int] {
        guard try model.registry.names().contains(name) else { throw EngineError.unknownModel(name) }
        let (registry, moment) = (model.registry, now)
        let aliases = try await refusing("nothing is rolled back") {
            try await offload { try registry.rollback(name, at: moment, who: who, why: "asked for") }
        }
        await follow(name)
        return aliases
    }

    /// Puts the journal on the disk.
    public func synchronize() async throws { try await log.synchronize() }

    /// Brings the database up to the journal.
    public func fillDatabase() async throws { try await log.fill() }
}
