import Files
import Workflows

/// The memory of a server: what it decided and what became of it, in a state folder that one process uses at a time.
///
///     state/journal-00000001.log   everything that was acknowledged
///     state/decisions.sqlite       the same as tables, filled from the journal
public actor DecisionLog {
    private let journal: Journal
    private let store: any DecisionStore
    private let lock: HeldLock
    /// Bytes of the journal that are taken over at once.
    private let chunkBytes: Int
    private var filling: Task<Void, any Error>?
    /// How far into the journal the database reaches, as far as is known.
    private var filled: Journal.Position?
    /// Outcomes that the database may lack, each with the place behind its record in the journal, which the database
    /// holds whole or not at all.
    private var recent: [(execution: TaskExecution, moment: Double, end: Journal.Position)] = []

    /// Opens the state in `folder`, and takes over what the journal holds beyond the database.
    ///
    /// - Throws: `InputError` if another process uses the folder, or a file in it is broken.
    public init(folder: String) async throws {
        try makeFolder(folder)
        let lock = try await Self.lock(folder)
        let store = try SQLiteDecisionStore(path: folder + "/decisions.sqlite")
        let journal = try Journal(folder: folder, filledTo: await store.position())
        if let notice = journal.notice { StandardError.write(notice + "\n") }
        try await self.init(journal: journal, store: store, lock: lock)
    }

    /// How often the lock of a folder is tried, and how long it takes from one try to the next: one that used the folder before
    /// may be about to end.
    private static let (lockTries, lockPause) = (50, Duration.milliseconds(20))

    private static func lock(_ folder: String) async throws -> HeldLock {
        for _ in 1..<lockTries {
            if let lock = try HeldLock(path: folder + "/.lock") { return lock }
            try await Task.sleep(for: lockPause)
        }
        guard let lock = try HeldLock(path: folder + "/.lock") else {
            throw InputError("is in use by another server", file: folder)
        }
        return lock
    }

    init(journal: Journal, store: any DecisionStore, lock: consuming HeldLock, chunkBytes: Int = 4 << 20) async throws {
        self.journal = journal
        self.store = store
        self.lock = lock
        self.chunkBytes = chunkBytes
        try await fill()
    }

    /// Keeps a decision; it may be told to its asker once this returns.
    ///
    /// - Parameter forecasts: what a decision of the type `predict` forecast, where it is at hand: it need not be read from
    ///   the answer then.
    public nonisolated func record(_ decision: DecisionRecord, forecasts: [TaskForecast]? = nil) async throws {
        try await journal.append(.decision(decision, forecasts: forecasts))
    }

    /// Keeps outcomes, all of them or none, as they will be read back: with a duration where start and end are known.
    ///
    /// - Throws: `InputError` that names the field of an outcome that could not be read back.
    public nonisolated func record(_ executions: [ReportedExecution], at moment: Double) async throws {
        let executions = try executions.map { reported in
            let field = JSONField(reported.json)
            try Self.checkFinite(field)
            return try ReportedExecution(field)
        }
        guard !executions.isEmpty else { return }
        let end = try await journal.append(.outcomes(executions, at: moment))
        await remember(executions, at: moment, upTo: end)
    }

    /// - Throws: `InputError` that names a number in `field` that JSON has no text for.
    private static func checkFinite(_ field: JSONField) throws {
        for (key, value) in field.value?.object?.members ?? [] {
            switch value {
            case .number(let number) where !number.isFinite:
                throw field[key].failure("is \(number), not a finite number")
            case .object: try checkFinite(field[key])
            default: break
            }
        }
    }

    private func remember(_ executions: [ReportedExecution], at moment: Double, upTo end: Journal.Position) {
        for reported in executions {
            recent.append((reported.execution, reported.execution.completedAt ?? moment, end))
        }
    }

    /// Puts what was kept on the disk.
    public nonisolated func synchronize() async throws { try await journal.synchronize() }

    /// Brings the database up to what the journal held at the call; one such run at a time.
    ///
    /// Where it fails, the journal keeps what the database lacks, and the next call takes it over.
    public func fill() async throws {
        let previous = filling
        let task = Task {
            _ = await previous?.result
            try await takeOver()
        }
        filling = task
        try await task.value
    }

    private func takeOver() async throws {
        let end = await journal.end
        if let filled, filled >= end { return }
        var position = try await store.position()
        // More may be kept meanwhile, faster than it is taken over.
        while position < end {
            let next = try await journal.records(after: position, bytes: chunkBytes)
            guard !next.records.isEmpty else { break }
            // Those who answer are given way to, but not by what is far behind: it would fall back further, out of the memory
            // of the journal, and all of it would have to be read and parsed again.
            try await store.add(next.records, upTo: next.position, givesWay: next.position >= end)
            position = next.position
        }
        filled = position
        recent.removeAll { $0.end <= position }
        try await journal.remove(before: position)
    }

    /// The decision with this identifier.
    public func decision(_ id: String) async throws -> DecisionRecord? {
        if let found = try await store.decision(id) { return found }
        try await fill()
        return try await store.decision(id)
    }

    /// Decisions from the latest on.
    public func decisions(type: String? = nil, limit: Int) async throws -> [DecisionRecord] {
        try await fill()
        return try await store.decisions(type: type, limit: limit)
    }

    /// What became of changes that were applied: those that were followed up, the latest first.
    public func followUps(limit: Int) async throws -> [FollowUp] {
        try await fill()
        return try await store.followUps(limit: limit)
    }

    /// The latest decisions that applied changes after `moment` (Unix seconds) and were not followed up.
    public func openOptimizations(after moment: Double, limit: Int) async throws -> [String] {
        try await fill()
        return try await store.openOptimizations(after: moment, limit: limit)
    }

    /// What was reported of tasks that `decisionID` decided on, in the order of the reports.
    public func outcomes(of decisionID: String) async throws -> [TaskExecution] {
        try await fill()
        return try await store.outcomes(of: decisionID)
    }

    /// Outcomes that completed after `moment` (Unix seconds), or all, in the order of their report without the first
    /// `skipped`: what is reported later stands behind them.
    ///
    /// It need not wait for the database to hold all of them.
    public func outcomes(after moment: Double?, skipping skipped: Int = 0) async throws -> [TaskExecution] {
        precondition(skipped >= 0, "\(skipped) outcomes to skip")
        let known = recent
        let stored = try await store.outcomes(after: moment, skipping: skipped)
        let rest = known.filter { $0.end > stored.position && $0.moment > moment ?? -.infinity }.map(\.execution)
        return stored.executions + rest.dropFirst(max(0, skipped - stored.count))
    }
}
