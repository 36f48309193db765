import Decisions
import Files
import Registry
import Workflows

/// Outcomes that are learned at once, under one limit of time.
private let outcomesAtOnce = 10_000

extension ServedModel {
    /// A version that has passed every step.
    struct Candidate: Sendable {
        var served: Served
        /// The version; nil for rules alone.
        var version: Int?
        /// When its data ends: it learns what is newer.
        var knownUntil: Double?
        /// Outcomes that it has learned already.
        var learned: Int
    }

    /// Takes `version` through every step and holds it ready: it answers as soon as the alias names it. Another version that is
    /// being taken through them is given up.
    ///
    /// - Throws: ``SwapFailure``; it is counted and told. ``EngineError/refused(_:)`` where it is given up for another version.
    func prepare(_ version: Int) async throws {
        preparing.withLockedValue { $0 += 1 }
        defer { preparing.withLockedValue { $0 -= 1 } }
        loading.withLockedValue { if $0?.version != version { $0?.abandon() } }
        do {
            try await swapping.run { [self] in
                guard held.withLockedValue({ $0.current.knownVersion }) != version,
                    try await switching.run({ try await self.ready(version) }) == nil
                else { return }
                let named = try? await switching.run { try await self.look() }
                let candidate = try await abandonable(version, named: named, isAsked: true) {
                    try await self.candidate(version)
                }
                try await learning.run { [self] in
                    let (served, _) = try await teach(candidate)
                    _ = held.withLockedValue { $0.prepare($0.held(served, tell)) }
                }
            }
        } catch let failure as SwapFailure {
            count(failure)
            tell(.swapFailed(alias: alias, version: version, step: failure.step, reason: words(failure)))
            throw failure
        } catch let error as CancellationError {
            if Task.isCancelled { throw error }
            throw EngineError.refused("\(name) \(version) is not promoted: it was given up for another version")
        }
    }

    /// Runs `steps`, which take `version` through its steps, and lets others give it up meanwhile.
    ///
    /// - Parameters:
    ///   - named: what the alias names as they begin.
    ///   - isAsked: whether it is to be held ready; any other makes way for one that is, also where that one has not got its
    ///     turn.
    /// - Throws: `CancellationError` where it is given up; what `steps` throws.
    func abandonable(
        _ version: Int?, named: Int?, isAsked: Bool, _ steps: @escaping @Sendable () async throws -> Candidate
    ) async throws -> Candidate {
        let steps = Task { try await steps() }
        loading.withLockedValue { $0 = Loading(version: version, named: named) { steps.cancel() } }
        defer { loading.withLockedValue { $0 = nil } }
        // Whoever counts himself in later finds this one to give up.
        if !isAsked, preparing.withLockedValue({ $0 > 0 }) { steps.cancel() }
        return try await withTaskCancellationHandler {
            try await steps.value
        } onCancel: {
            steps.cancel()
        }
    }

    /// Lets go of `version`, where it was prepared and is not promoted after all; another one that was prepared meanwhile stays.
    func discardPrepared(_ version: Int) {
        let released = held.withLockedValue { held in
            held.prepared?.served.model?.version == version ? held.prepare(nil) : nil
        }
        withExtendedLifetime(released) {}
    }

    /// The version that is held ready, if it is still what the registry holds under its number.
    func ready(_ version: Int) async throws -> HeldVersions<Served>.Held? {
        guard let ready = held.withLockedValue({ $0.ready(version) }) else { return nil }
        let (registry, name) = (registry, name)
        let digest = try await run(.look, version) { try registry.manifest(of: name, version).digest }
        if digest == ready.served.model?.digest { return ready }
        _ = held.withLockedValue { $0.release(ready.id) }
        return nil
    }

    /// Takes a version through every step.
    func candidate(_ version: Int) async throws -> Candidate {
        let (registry, name, load) = (registry, name, load)
        let verified = try await run(.verify, version) { try registry.verify(name, version).digest }
        let loaded = try await run(.load, version) {
            let loaded = try registry.load(name, version)
            guard loaded.digest == verified else { throw InputError("it was changed while it was read") }
            return loaded
        }
        try await run(.finite, version) { try loaded.weights.checkFinite() }
        let content = try await run(.build, version) { try load(loaded) }
        try await run(.selfTest, version) { try Served.test(content, against: loaded.golden) }
        let reference = ModelReference(name: name.description, version: version, digest: loaded.digest)
        var candidate = Candidate(
            served: Served(content, model: reference, of: loaded), version: version,
            knownUntil: loaded.manifest.dataset.lastAt, learned: 0)
        (candidate.served, candidate.learned) = try await teach(candidate)
        let warm = candidate.served
        try await run(.warmUp, version) { try warm.warmUp(loaded.golden) }
        return candidate
    }

    /// Rules alone, which know all outcomes.
    func rules(_ reason: String) async throws -> Candidate {
        var candidate = Candidate(
            served: Served(withoutModel: reason), version: nil, knownUntil: nil, learned: 0)
        (candidate.served, candidate.learned) = try await teach(candidate)
        return candidate
    }

    /// What `candidate` is once it knows the outcomes that are newer than its data, and how many those are in all.
    func teach(_ candidate: Candidate) async throws -> (Served, Int) {
        let version = candidate.version
        await opened()
        do {
            // Outcomes are told in the order of their report: what it knows comes first, and is not read again.
            let (outcomes, until, learned) = (outcomes, candidate.knownUntil, candidate.learned)
            let news = try await read(version) { try await outcomes(until, learned) }
            var rest = news[...]
            var served = candidate.served
            while !rest.isEmpty {
                let (before, batch) = (served, rest.prefix(outcomesAtOnce))
                served = try await run(.learn, version) {
                    var taught = before
                    taught.observe(batch)
                    return taught
                }
                rest = rest.dropFirst(outcomesAtOnce)
            }
            return (served, learned + news.count)
        } catch let error where !(error is SwapFailure || error is CancellationError) {
            throw SwapFailure(.learn, version, error)
        }
    }

    /// Runs a step under its limit of time and counts it.
    ///
    /// A step that stalls cannot be ended, nor one of a version that was given up: as long as it goes on, no other of its
    /// subject is begun. One that has not taken too long yet is waited for.
    func run<Result: Sendable>(
        _ step: SwapStep, _ version: Int?, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let (subject, running) = (StepSubject(isLook: step == .look, version: version), running)
        try await begin(step, subject)
        let began = ContinuousClock.now
        defer { figuresBox.withLockedValue { $0.steps[step, default: .init()].add(.now - began) } }
        do {
            return try await withTimeLimit(stepLimit) {
                defer { running.withLockedValue { _ = $0.removeValue(forKey: subject) } }
                return try body()
            }
        } catch let error where !(error is CancellationError) {
            throw SwapFailure(step, version, error)
        }
    }

    /// Runs `body`, which reads what `version` is to learn, under the limit of a step; it goes on like one, too.
    private func read<Result: Sendable>(
        _ version: Int?, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let (subject, running) = (StepSubject(isLook: false, version: version), running)
        try await begin(.learn, subject)
        return try await withTimeLimit(
            stepLimit,
            awaiting: {
                defer { running.withLockedValue { _ = $0.removeValue(forKey: subject) } }
                return try await body()
            })
    }

    private func begin(_ step: SwapStep, _ subject: StepSubject) async throws {
        let stepLimit = stepLimit
        while true {
            let isFree = running.withLockedValue { running in
                guard running[subject] == nil else { return false }
                running[subject] = StepUnderWay(step: step, due: .now + stepLimit)
                return true
            }
            if isFree { return }
            if let stalled = stall(of: subject) { throw stalled }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// What is said of `version`, nil for rules alone, where a step of it has taken too long and still goes on.
    func stall(of version: Int?) -> SwapFailure? { stall(of: StepSubject(isLook: false, version: version)) }

    private func stall(of subject: StepSubject) -> SwapFailure? {
        guard let under = running.withLockedValue({ $0[subject] }), under.due <= .now else { return nil }
        return SwapFailure(
            under.step, subject.version, InputError("\(TimeLimitExceeded(limit: stepLimit)), and still goes on"))
    }
}
