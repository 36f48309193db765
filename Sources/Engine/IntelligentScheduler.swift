import Decisions
import Files
import Foundation
import Models
import NIOConcurrencyHelpers
import Prediction
import Registry
import Scheduling
import Settings
import Workflows

/// Predicts, schedules and optimizes with the models of a registry, falls back to heuristics, and remembers every decision.
///
///     let scheduler = try await IntelligentScheduler(settings: settings)
///     let forecast = try await scheduler.predictResources(TaskSpec(workflow: "corpus", process: "sort", inputBytes: 4e6))
///     let plan = try await scheduler.schedule(workflow, on: cluster)
///     let changes = try await scheduler.optimizeWorkflow(workflow, on: cluster)
///     let why = try await scheduler.explanation(of: plan.id)
///
/// A decision is given once it stands in the journal of the state folder. Questions may be asked from many tasks at once.
public final class IntelligentScheduler: Sendable {
    /// What it keeps to.
    public let settings: Settings
    /// The kinds of model that there are.
    let catalog: Catalog
    /// The rule where a question names none.
    public let policy: SchedulingPolicy
    let model: ServedModel<ServedPredictor>
    /// What is tried beside the champion of the predictors.
    let challenger: FollowedChallenger<ServedPredictor>
    /// Where versions that nothing here serves are tested before an alias names them.
    let checks = AnsweringLanes<Result<Void, any Error>>(1, waiting: 16)
    /// Looks at the registry that are under way, by what is looked for.
    let looks = NIOLockedValueBox<[ServedAlias: Int]>([:])
    let forecaster: ServedModel<ServedForecaster>
    /// What the portfolio is proposed plans by, and what says beside runs which tasks hold a workflow back.
    let optimizer: ServedModel<ServedOptimizer>
    /// What is tried beside the champion of the optimizers.
    let optimizerChallenger: FollowedChallenger<ServedOptimizer>
    /// Plans that were made lately.
    let plans = PlanCache()
    /// The rules, with what they have learned of series that were asked about lately.
    let seriesRules = SeriesRules()
    let log: DecisionLog
    let broadcast: EventBroadcast
    /// Searches that may wait for their turn.
    static let waitingSearches = 256

    let searches: Limiter
    /// Workflows that were changed as suggested, and what became of them.
    let followUps = OptimizationFollowUps()
    let counters = NIOLockedValueBox(Counters())
    private let clock: @Sendable () -> Double

    /// What has happened since the start.
    public struct Counters: Sendable, Hashable {
        /// Decisions by type and source, as `predict heuristic`.
        public var decisions: [String: Int] = [:]
        /// Decisions that a heuristic gave because no version could.
        public var fallbacks = 0
        /// Challengers that were taken away for breaking a guardrail.
        public var challengerRollbacks = 0
        /// Outcomes that were learned.
        public var outcomes = 0
        /// Versions that took over.
        public var swaps = 0
        /// Versions that could not be loaded.
        public var failedSwaps = 0
    }

    /// Opens the registry and the state that `settings` name.
    ///
    /// - Throws: `InputError` if another process uses the state folder, or a setting names a policy that is not there.
    /// - Parameter catalog: the kinds of model that a version may be of. Plugins that the settings name are in it only if
    ///   whoever made it loaded them (``PluginLoader``).
    public convenience init(settings: Settings = Settings(), catalog: Catalog = Catalog()) async throws {
        try await self.init(settings: settings, catalog: catalog, load: { try catalog.read($0) })
    }

    /// The same with other ways to read versions, and other clocks: of Unix seconds, and of the moments at which what failed
    /// is tried again.
    init(
        settings: Settings, catalog: Catalog = Catalog(), load: @escaping ServedModel<ServedPredictor>.Loader,
        loadForecaster: @escaping ServedModel<ServedForecaster>.Loader = { try Catalog.readForecaster($0) },
        loadOptimizer: @escaping ServedModel<ServedOptimizer>.Loader = {
            OptimizerNetworks(try Catalog.readOptimizer($0))
        },
        clock: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 },
        moment: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) async throws {
        (self.settings, self.catalog) = (settings, catalog)
        policy = try SchedulingPolicy(settings)
        self.clock = clock
        let registry = ModelRegistry(path: settings.modelsPath)
        let champion = ServedAlias(name: try CheckedName("predictor"), alias: try CheckedName("champion"))
        let capacity = ServedAlias(name: try CheckedName("forecaster"), alias: champion.alias)
        let opening = Task { try await DecisionLog(folder: settings.server.statePath) }
        let broadcast = EventBroadcast(clock: clock)
        self.broadcast = broadcast
        let (kept, stepLimit) = (settings.modelsKeptHot, Duration.seconds(settings.modelStepSeconds))
        model = ServedModel(
            champion, in: registry, keeping: kept, stepLimit: stepLimit, load: load,
            opened: { _ = try? await opening.value },
            outcomes: { try await opening.value.outcomes(after: $0, skipping: $1) }, tell: { broadcast.publish($0) },
            moment: moment)
        // What it learns from comes with each question.
        forecaster = ServedModel(
            capacity, in: registry, keeping: kept, stepLimit: stepLimit, load: loadForecaster, outcomes: { _, _ in [] },
            tell: { broadcast.publish($0) }, moment: moment)
        optimizer = ServedModel(
            ServedAlias(name: try CheckedName("optimizer"), alias: champion.alias), in: registry, keeping: kept,
            stepLimit: stepLimit, load: loadOptimizer, outcomes: { _, _ in [] },
            tell: { broadcast.publish($0) }, moment: moment)
        // Each has half of the time that the champion has alone.
        let (rival, seconds) = (try CheckedName("challenger"), settings.targetLatencyMs / 1000)
        challenger = FollowedChallenger(rival, of: model, .init(seconds: seconds / 2), clock: clock)
        optimizerChallenger = FollowedChallenger(
            rival, of: optimizer, .init(subject: .plans, seconds: seconds / 4), clock: clock)
        // Versions are read while the state is opened, side by side.
        // What cannot be mended is no reason not to start: the registry says so where it is asked about, or changed.
        let mending = Task { _ = try? await offload { registry.reconcileAliases() } }
        let reading = Task { [model] in
            await mending.value
            _ = await model.follow(retries: true)
        }
        let others = Task { [optimizer, forecaster] in
            await mending.value
            async let proposing = optimizer.follow(retries: true)
            _ = await (forecaster.follow(retries: true), proposing)
        }
        do {
            log = try await opening.value
        } catch {
            for task in [reading, others] {
                task.cancel()
                await task.value
            }
            throw error
        }
        await reading.value
        searches = Limiter(settings.maxParallelOptimizations, waiting: Self.waitingSearches)
        await patiently { [self] in
            // It is taught beside the champion, and so comes behind it.
            async let trial = challenger.follow(retries: true)
            await others.value
            _ = await (optimizerChallenger.follow(retries: true), trial)
        }
        await resumeFollowUps()
    }

    /// Workflows that were planned as an equal question was before, and those that had to be planned.
    public var planCacheCounts: (hits: Int, misses: Int) { plans.counts }

    /// The moment, in Unix seconds.
    var now: Double { clock() }

    /// What has happened since the start.
    public var statistics: Counters {
        var counted = counters.withLockedValue { $0 }
        counted.challengerRollbacks = challengers.reduce(0) { $0 + $1.figures.rollbacks }
        for figures in champions.map(\.figures) {
            counted.swaps += figures.swaps
            counted.failedSwaps += figures.failedSwaps
        }
        return counted
    }

    /// Keeps a decision and gives it an identifier.
    func decide<Answer>(
        _ type: String, question: @autoclosure () -> String, _ answer: () async throws -> Draft<Answer>
    ) async throws -> Decision<Answer> {
        let began = ContinuousClock.now
        let moment = now
        let draft = try await answer()
        let id = DecisionRecord.newID(at: moment)
        let latencyMs = (ContinuousClock.now - began) / .milliseconds(1)
        let body = draft.body(id: id, latencyMs: latencyMs)
        let record = DecisionRecord(
            id: id, type: type, at: moment, input: question(), output: body, source: draft.source.rawValue,
            model: draft.model, reason: draft.reason, confidence: draft.confidence, latencyMs: latencyMs,
            seed: draft.seed, iterations: draft.iterations, outcomesLearned: draft.outcomesLearned)
        try await keeping { try await log.record(record, forecasts: draft.forecasts) }
        counters.withLockedValue { counters in
            counters.decisions["\(type) \(draft.source.rawValue)", default: 0] += 1
            if draft.isFallback { counters.fallbacks += 1 }
        }
        return Decision(
            id: id, answer: draft.answer, source: draft.source, model: draft.model, reason: draft.reason,
            confidence: draft.confidence, latencyMs: latencyMs, body: body)
    }

    /// Calls `body`, which writes to the journal.
    func keeping<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as InputError {
            throw EngineError.notRecorded(error.problem)
        }
    }

    /// Runs a search on a thread of its own, when there is room for one more.
    func search<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await searches.run { try await offload(body) }
    }
}

extension SchedulingPolicy {
    /// The policy that `settings` name, else the portfolio.
    public init(_ settings: Settings) throws {
        guard let stated = settings.algorithm else {
            self = .portfolio
            return
        }
        do {
            try self.init(named: stated.value)
        } catch let error as InputError {
            throw stated.failure(error.problem)
        }
    }
}
