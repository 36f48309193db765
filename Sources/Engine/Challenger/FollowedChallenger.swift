import Decisions
import Files
import NIOConcurrencyHelpers

/// An alias whose versions are put on trial, whatever they are read into.
protocol TriedAlias: Sendable {
    var alias: ServedAlias { get }
    /// What is followed, where there is a challenger.
    var followed: (any FollowedAlias)? { get }
    /// How the version on trial does.
    var figures: ChallengerFigures { get }
    /// The version on trial and how it has answered, where there is one.
    var condition: (model: ModelReference, condition: ModelCondition)? { get }

    /// Puts on trial what the alias names, and ends the trial where it names nothing any more.
    func follow(retries: Bool) async -> SwapChange
}

/// Follows the alias of challengers of one name beside its champion, and takes it away where the version on trial breaks a
/// guardrail.
final class FollowedChallenger<Served: ServedVersion>: TriedAlias {
    let alias: ServedAlias
    /// Where the alias is read: one look at a time, also where one hangs.
    let looks = AnsweringLanes<Result<Int?, any Error>>(1, waiting: 16)
    private let champion: ServedModel<Served>
    private let guardrails: ChallengerTrial.Guardrails
    private let clock: @Sendable () -> Double
    private let state = NIOLockedValueBox(State())

    private struct State {
        var current: Challenger<Served>?
        var rollbacks = 0
    }

    /// - Parameter clock: the moment, in Unix seconds.
    init(
        _ alias: CheckedName, of champion: ServedModel<Served>, _ guardrails: ChallengerTrial.Guardrails,
        clock: @escaping @Sendable () -> Double
    ) {
        self.alias = ServedAlias(name: champion.name, alias: alias)
        (self.champion, self.guardrails, self.clock) = (champion, guardrails, clock)
    }

    /// What is tried beside the champion; nil where nothing is.
    var current: Challenger<Served>? { state.withLockedValue { $0.current } }

    var followed: (any FollowedAlias)? { current?.model }

    var condition: (model: ModelReference, condition: ModelCondition)? { current?.snapshot?.answering }

    var figures: ChallengerFigures {
        // One that was taken away is counted from the moment on that it is on trial no longer.
        state.withLockedValue { state in
            var figures = state.current?.figures ?? ChallengerFigures()
            figures.rollbacks = state.rollbacks
            return figures
        }
    }

    func follow(retries: Bool) async -> SwapChange {
        let (registry, alias) = (champion.registry, alias)
        let look = await looks.ask(within: champion.stepLimit) {
            Result { try registry.aliases(of: alias.name)[alias.alias.description] }
        }
        // What cannot be told changes nothing.
        guard case .answered(.success(let named)) = look else { return .none }
        guard named != nil else {
            state.withLockedValue { $0.current = nil }
            return .none
        }
        if current == nil {
            let next = Challenger<Served>(
                ServedModel(
                    alias, in: registry, keeping: 0, stepLimit: champion.stepLimit, hasRules: false,
                    load: champion.load, outcomes: champion.outcomes, tell: champion.tell, moment: champion.moment),
                guardrails)
            // No outcome is being kept meanwhile: it learns all that come from now on, and finds the others in the log.
            _ = try? await champion.learning.run { [state] in
                state.withLockedValue { $0.current = $0.current ?? next }
            }
        }
        guard let trial = current else { return .none }
        let change = await trial.model.follow(retries: retries)
        endBreached(trial)
        await trial.awaitEnding()
        return change
    }

    /// Takes the alias away where `trial` breaks a guardrail: its version does not act from here on, and nobody waits until
    /// that is written down.
    func endBreached(_ trial: Challenger<Served>) {
        guard let (version, why) = trial.takeBreach(at: champion.moment()) else { return }
        trial.end { [self] in await withdraw(version, why, trial) }
    }

    private func withdraw(_ version: ModelReference, _ why: String, _ trial: Challenger<Served>) async {
        let (registry, alias, moment) = (champion.registry, alias, clock())
        do {
            _ = try await offload {
                try registry.withdraw(
                    alias.alias, of: alias.name, from: version.version, at: moment, who: "tactus", why: why)
            }
        } catch {
            // Another version is the challenger by now, or the folder cannot be written: it is tried again after a while.
            return trial.postpone(
                version, (error as? InputError)?.problem ?? "an unexpected error", at: champion.moment())
        }
        state.withLockedValue { state in
            state.rollbacks += 1
            if state.current === trial { state.current = nil }
        }
        champion.tell(.withdrawn(alias: alias, model: version, reason: why))
    }
}
