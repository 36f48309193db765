import Decisions
import Files
import Registry

extension ServedModel {
    /// Serves what the alias names if it is not what is served. A version that fails a step leaves the old one serving.
    ///
    /// A version that is held ready answers at once, also while another one is being loaded; and one that is being loaded
    /// is given up where the alias names another by now.
    ///
    /// - Parameter retries: whether a version that failed before is tried again, and one that is being loaded waited for.
    func follow(retries: Bool) async -> SwapChange {
        do {
            switch try await settle() {
            case .done(let change): return change
            case .needed(let version):
                let isLoading = loading.withLockedValue { loading in
                    // One that is to be promoted goes on where the alias names what it named before.
                    if loading?.version != version, loading?.named != version { loading?.abandon() }
                    return loading != nil
                }
                guard retries || !isLoading else { return .none }
                if let stall = stall(of: version), failed.withLockedValue({ $0?.version != version }) { throw stall }
                guard retries || !mustWait(version) else { return .none }
                while true {
                    do {
                        return try await swapping.run { try await self.load(retries: retries) }
                    } catch is CancellationError where retries && !Task.isCancelled {
                        // Another version that was to be promoted went first; should it fail, this one is wanted still.
                    }
                }
            }
        } catch let failure as SwapFailure {
            return await fail(failure)
        } catch {
            return .none
        }
    }

    private enum Settlement: Sendable {
        case done(SwapChange)
        /// A version is to be loaded; for nil, rules alone are to answer.
        case needed(Int?)
    }

    /// Reads the alias and follows it if that takes no loading.
    private func settle() async throws -> Settlement {
        try await switching.run { [self] in
            let version = try await look()
            let current = held.withLockedValue { $0.current }
            guard let version else {
                guard current.served.model == nil, current.knowsOutcomes else { return .needed(nil) }
                failed.withLockedValue { $0 = nil }
                guard current.served.reason != nothing else { return .done(.none) }
                held.withLockedValue { $0.explain(nothing) }
                tell(.unloaded(alias: alias, from: nil))
                return .done(.swapped(to: nil))
            }
            if version == current.knownVersion {
                failed.withLockedValue { $0 = nil }
                return .done(.none)
            }
            guard let ready = try await ready(version) else { return .needed(version) }
            guard change(to: ready, wasHot: true) else { return .needed(version) }
            failed.withLockedValue { $0 = nil }
            return .done(.swapped(to: version))
        }
    }

    /// The version that the alias names.
    func look() async throws -> Int? {
        let (registry, alias) = (registry, alias)
        return try await run(.look, nil) { try registry.aliases(of: alias.name)[alias.alias.description] }
    }

    /// Whether `version` failed a while ago, or a step of it has not come to an end.
    private func mustWait(_ version: Int?) -> Bool {
        if stall(of: version) != nil { return true }
        guard let failure = failed.withLockedValue({ $0 }) else { return false }
        return failure.version == version && failure.retryAt > moment()
    }

    /// Loads what the alias names. Where it names another version by then, that one is loaded instead.
    private func load(retries: Bool) async throws -> SwapChange {
        while true {
            try Task.checkCancellation()
            switch try await settle() {
            case .done(let change): return change
            case .needed(let version):
                guard retries || !mustWait(version) else { return .none }
                do {
                    let candidate = try await abandonable(version, named: version, isAsked: false) { [self] in
                        if let version { try await self.candidate(version) } else { try await rules(nothing) }
                    }
                    if try await take(candidate) { return .swapped(to: version) }
                } catch let error as CancellationError {
                    // One that is to be promoted goes first; what the alias names then is seen to after that.
                    if preparing.withLockedValue({ $0 > 0 }) { throw error }
                }
            }
        }
    }

    /// Lets `candidate` answer once it knows all outcomes, if the alias still names it.
    ///
    /// Most outcomes are learned while others still come in; only the last ones hold those up.
    private func take(_ candidate: Candidate) async throws -> Bool {
        try await learning.run { [self] in
            let (served, _) = try await teach(candidate)
            return try await switching.run { [self] in
                guard try await look() == candidate.version else { return false }
                change(to: held.withLockedValue { $0.held(served, tell) }, wasHot: false)
                failed.withLockedValue { $0 = nil }
                return true
            }
        }
    }

    /// The switch: from here on `next` answers; false where it was held ready and is no longer.
    @discardableResult
    private func change(to next: HeldVersions<Served>.Held, wasHot: Bool) -> Bool {
        let (alias, tell) = (alias, tell)
        let (old, new) = (snapshot.model, next.served.model)
        let began = ContinuousClock.now
        let left = held.withLockedValue { held in
            wasHot && !held.holds(next.id)
                ? nil : held.change(to: next, service: new.map { model in EndNotice { tell(.drained(model)) } })
        }
        guard let left else { return false }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        // That nothing answered yet when rules begin to is no swap.
        if old != nil || new != nil {
            figuresBox.withLockedValue { $0.add(switchSeconds: seconds, wasHot: wasHot) }
            tell(
                new.map {
                    .swapped(.init(alias: alias, from: old, to: $0, wasHot: wasHot, switchSeconds: seconds))
                } ?? .unloaded(alias: alias, from: old))
        }
        // Told before the version that answered until now says that it is done.
        withExtendedLifetime(left) {}
        return true
    }

    // MARK: Failures

    private var nothing: String { "\(alias.name) has no \(alias.alias)" }

    /// A failure in one sentence.
    func words(_ failure: SwapFailure) -> String {
        "\(name)\(failure.version.map { " \($0)" } ?? "") cannot be loaded (\(failure.step.rawValue)): \(failure.problem)"
    }

    func count(_ failure: SwapFailure) { figuresBox.withLockedValue { $0.failures[failure.step, default: 0] += 1 } }

    private func fail(_ failure: SwapFailure) async -> SwapChange {
        let problem = words(failure)
        let isNew = failed.withLockedValue { failed in
            let isNew = failed?.problem != problem
            failed = LoadFailure(
                version: failure.version, step: failure.step, problem: problem, after: failed, at: moment())
            return isNew
        }
        // The alias is looked at all the time: that it cannot be read counts once.
        if isNew || failure.step != .look { count(failure) }
        if snapshot.model == nil { await answerByRules(problem) }
        guard isNew else { return .none }
        tell(.swapFailed(alias: alias, version: failure.version, step: failure.step, reason: problem))
        return .failed(version: failure.version, problem: problem)
    }

    /// Lets rules answer, which say why no version does.
    private func answerByRules(_ problem: String) async {
        guard !explain(problem), hasRules else { return }
        try? await swapping.run { [self] in
            // Another look may have seen to it meanwhile.
            guard !explain(problem) else { return }
            let candidate = try await rules(problem)
            try await learning.run { [self] in
                let (served, _) = try await teach(candidate)
                try await switching.run { [self] in
                    guard snapshot.model == nil else { return }
                    change(to: held.withLockedValue { $0.held(served, tell) }, wasHot: false)
                }
            }
        }
    }

    /// Lets what answers say that no version does; false where it does not know the outcomes yet.
    private func explain(_ problem: String) -> Bool {
        held.withLockedValue { held in
            held.explain(problem)
            return held.current.served.model != nil || held.current.knowsOutcomes
        }
    }
}
