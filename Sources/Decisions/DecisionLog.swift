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
    private var filling: Task<Void, any Error>?

    /// Opens the state in `folder`, and takes over what the journal holds beyond the database.
    ///
    /// - Throws: `InputError` if another process uses the folder, or a file in it is broken.
    public init(folder: String) async throws {
        try makeFolder(folder)
        guard let lock = try HeldLock(path: folder + "/.lock") else {
            throw InputError("is in use by another server", file: folder)
        }
        try await self.init(
            journal: Journal(folder: folder), store: SQLiteDecisionStore(path: folder + "/decisions.sqlite"), lock: lock
        )
    }

    private init(journal: Journal, store: any DecisionStore, lock: consuming HeldLock) async throws {
        self.journal = journal
        self.store = store
        self.lock = lock
        try await fill()
    }

    /// Keeps a decision; it may be told to its asker once this returns.
    public func record(_ decision: DecisionRecord) async throws {
        try await journal.append([.decision(decision)])
    }

    /// Keeps outcomes, all of them or none.
    public func record(_ executions: [ReportedExecution], at moment: Double) async throws {
        try await journal.append(executions.map { .outcome($0, at: moment) })
    }

    /// Puts what was kept on the disk.
    public func synchronize() async throws { try await journal.synchronize() }

    /// Brings the database up to the end of the journal; one such run at a time.
    public func fill() async throws {
        while let filling { try? await filling.value }
        let (journal, store) = (journal, store)
        let task = Task {
            var position = try await store.position()
            while true {
                let next = try await journal.records(after: position)
                guard !next.records.isEmpty else { break }
                try await store.add(next.records, upTo: next.position)
                position = next.position
            }
            try await journal.remove(before: position)
        }
        filling = task
        defer { filling = nil }
        try await task.value
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

    /// Outcomes that completed after `moment` (Unix seconds), or all.
    public func outcomes(after moment: Double?) async throws -> [TaskExecution] {
        try await fill()
        return try await store.outcomes(after: moment)
    }
}
