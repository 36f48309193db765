import Files
import GRDB
import Testing
import Workflows

@testable import Decisions

private struct Broken: Error {}

/// A store whose additions fail after a number of them, until it is mended.
private actor FailingStore: DecisionStore {
    private let store: SQLiteDecisionStore
    private var left: Int
    /// Whether each addition gave way to others.
    private(set) var waysGiven: [Bool] = []

    init(_ path: String, additions: Int = 0) throws {
        store = try SQLiteDecisionStore(path: path)
        left = additions
    }

    func mend() { left = .max }
    func position() async throws -> Journal.Position { try await store.position() }
    func add(_ records: [JournalRecord], upTo position: Journal.Position, givesWay: Bool) async throws {
        guard left > 0 else { throw Broken() }
        left -= 1
        waysGiven.append(givesWay)
        try await store.add(records, upTo: position, givesWay: givesWay)
    }
    func decision(_ id: String) async throws -> DecisionRecord? { try await store.decision(id) }
    func decisions(type: String?, limit: Int) async throws -> [DecisionRecord] {
        try await store.decisions(type: type, limit: limit)
    }
    func outcomes(after moment: Double?, skipping skipped: Int) async throws -> StoredOutcomes {
        try await store.outcomes(after: moment, skipping: skipped)
    }
    func followUps(limit: Int) async throws -> [FollowUp] { try await store.followUps(limit: limit) }
    func openOptimizations(after moment: Double, limit: Int) async throws -> [String] {
        try await store.openOptimizations(after: moment, limit: limit)
    }
    func outcomes(of decisionID: String) async throws -> [TaskExecution] {
        try await store.outcomes(of: decisionID)
    }
}

private func lock(_ folder: String) throws -> HeldLock {
    guard let lock = try HeldLock(path: folder + "/.lock") else { throw Broken() }
    return lock
}

@Test func aDecisionIsReadBackAtOnceAndAfterARestart() async throws {
    try await withFolder { folder in
        let kept = decision("one")
        do {
            let log = try await DecisionLog(folder: folder)
            try await log.record(kept)
            #expect(try await log.decision("one") == kept)
            #expect(try await log.decision("other") == nil)
            try await log.record(decision("two"))
        }
        let log = try await DecisionLog(folder: folder)
        #expect(try await log.decision("one") == kept)
        #expect(try await log.decision("two") == decision("two"))
    }
}

@Test func whatWasKeptBeforeACrashIsTakenOver() async throws {
    try await withFolder { folder in
        let log = try await DecisionLog(folder: folder + "/state")
        for place in 0..<9 {
            try await log.record(decision("d\(place)"))
            try await log.record([outcome("t\(place)", duration: 1)], at: Double(place))
            if place % 3 == 0 { try await log.fill() }
            let image = "\(folder)/image\(place)"
            try crashImage(of: folder + "/state", to: image)
            let reopened = try await DecisionLog(folder: image)
            #expect(try await reopened.decisions(limit: 99).map(\.id) == (0...place).reversed().map { "d\($0)" })
            #expect(try await reopened.outcomes(after: nil).map(\.taskID) == (0...place).map { "t\($0)" })
        }
    }
}

@Test func aSecondOpenerIsTold() async throws {
    try await withFolder { folder in
        do {
            let log = try await DecisionLog(folder: folder)
            let error = await #expect(throws: InputError.self) { try await DecisionLog(folder: folder) }
            #expect(error == InputError("is in use by another server", file: folder))
            try await log.record(decision("a"))
        }
        #expect(try await DecisionLog(folder: folder).decision("a") != nil)
    }
}

@Test func aDatabaseThatFailsNeitherLosesRecordsNorStopsTheJournal() async throws {
    try await withFolder { folder in
        let journal = try Journal(folder: folder, segmentBytes: 400)
        let store = try FailingStore(folder + "/decisions.sqlite")
        let log = try await DecisionLog(journal: journal, store: store, lock: lock(folder))
        let names = (0..<10).map { "d\($0)" }
        for (place, name) in names.enumerated() {
            try await log.record(decision(name, at: Double(place)))
            try await log.synchronize()
            await #expect(throws: Broken.self) { try await log.fill() }
        }
        #expect(try contents(ofFolder: folder).count { $0.hasSuffix(".log") } > 4)
        await store.mend()
        #expect(try await log.decisions(limit: 99).map(\.id) == names.reversed())
        #expect(try contents(ofFolder: folder).count { $0.hasSuffix(".log") } == 1)
    }
}

@Test func manyAtOnceAreAllKept() async throws {
    try await withFolder { folder in
        let (tasks, each) = (16, 40)
        do {
            let journal = try Journal(folder: folder, segmentBytes: 20_000)
            let store = try SQLiteDecisionStore(path: folder + "/decisions.sqlite")
            let log = try await DecisionLog(journal: journal, store: store, lock: lock(folder))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<tasks {
                    group.addTask {
                        for place in 0..<each {
                            try await log.record(decision("\(task)-\(place)"))
                            try await log.record([outcome("\(task)-\(place)", duration: 1)], at: 1)
                            if place % 10 == task % 10 {
                                try await log.synchronize()
                                #expect(try await log.decision("\(task)-\(place)") != nil)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let log = try await DecisionLog(folder: folder)
        #expect(try await log.decisions(limit: .max).count == tasks * each)
        #expect(try await Set(log.outcomes(after: nil).map(\.taskID)).count == tasks * each)
        #expect(try await log.outcomes(after: nil).count == tasks * each)
    }
}

@Test func outcomesThatTheDatabaseLacksAreToldInTheirOrder() async throws {
    try await withFolder { folder in
        let log = try await DecisionLog(folder: folder)
        for place in 0..<6 {
            if place % 2 == 0 { try await log.fill() }
            try await log.record([outcome("t\(place)", completedAt: Double(place))], at: 100)
            #expect(try await log.outcomes(after: nil).map(\.taskID) == (0...place).map { "t\($0)" })
            #expect(try await log.outcomes(after: 2).map(\.taskID) == (0...place).dropFirst(3).map { "t\($0)" })
            // What is skipped may stand in the database, in the journal, or in both.
            for skipped in 0...place + 2 {
                #expect(
                    try await log.outcomes(after: nil, skipping: skipped).map(\.taskID)
                        == (0...place).dropFirst(skipped).map { "t\($0)" })
                #expect(
                    try await log.outcomes(after: 0, skipping: skipped).map(\.taskID)
                        == (0...place).dropFirst(1 + skipped).map { "t\($0)" })
            }
        }
        // Without a moment of its own, the report's counts.
        try await log.record([outcome("unknown", completedAt: nil)], at: 100)
        #expect(try await log.outcomes(after: 99).map(\.taskID) == ["unknown"])
        #expect(try await log.outcomes(after: 100).isEmpty)
    }
}

/// What is told from memory is what is told from the disk.
@Test func anOutcomeIsToldAsItIsReadBack() async throws {
    try await withFolder { folder in
        let log = try await DecisionLog(folder: folder)
        var reported = outcome("t", of: "d", completedAt: 10)
        reported.execution.startedAt = 0
        try await log.record([reported], at: 100)
        let recent = try await log.outcomes(after: nil)
        #expect(recent.map(\.duration) == [10])
        try await log.fill()
        #expect(try await log.outcomes(after: nil) == recent)
        #expect(try await log.outcomes(of: "d") == recent)
        // What no text says is refused by its name, and keeps nothing of the report.
        var odd = reported
        odd.execution.task.features["ratio"] = .number(.nan)
        var endless = reported
        endless.execution.startedAt = -.infinity
        for (other, name) in [(odd, "features.ratio"), (endless, "startedAt")] {
            let error = await #expect(throws: InputError.self) { try await log.record([reported, other], at: 100) }
            #expect(error?.field == name)
        }
        #expect(try await log.outcomes(after: nil).count == 1)
    }
}

/// The database takes over less at once than one report holds, and stops after some of that.
@Test(arguments: 0...4) func outcomesAreToldOnceHoweverFarTheDatabaseIs(additions: Int) async throws {
    try await withFolder { folder in
        let store = try FailingStore(folder + "/decisions.sqlite", additions: additions)
        let log = try await DecisionLog(
            journal: Journal(folder: folder), store: store, lock: lock(folder), chunkBytes: 1000)
        let names = (0..<4).map { report in (0..<20).map { "t\(report)-\($0)" } }
        for report in names { try await log.record(report.map { outcome($0, duration: 1) }, at: 1) }
        if additions < names.count {
            await #expect(throws: Broken.self) { try await log.fill() }
        } else {
            try await log.fill()
        }
        #expect(try await store.outcomes(after: nil).executions.count == 20 * additions)
        #expect(try await log.outcomes(after: nil).map(\.taskID) == names.flatMap(\.self))
    }
}

@Test func onlyWhatIsNotFarBehindGivesWay() async throws {
    try await withFolder { folder in
        let store = try FailingStore(folder + "/decisions.sqlite", additions: .max)
        let log = try await DecisionLog(
            journal: Journal(folder: folder), store: store, lock: lock(folder), chunkBytes: 1000)
        for report in 0..<4 { try await log.record([outcome("t\(report)", duration: 1)], at: 1) }
        try await log.fill()
        for report in 0..<3 {
            try await log.record((0..<20).map { outcome("u\(report)-\($0)", duration: 1) }, at: 1)
        }
        try await log.fill()
        #expect(await store.waysGiven == [true, false, false, true])
    }
}

/// A kill in the middle of a write leaves a part of a report that nobody was told is kept, so that it is sent again.
@Test func aReportThatWasCutIsNotThereAtAll() async throws {
    try await withFolder { folder in
        let report = (0..<3).map { outcome("t\($0)", duration: 1) }
        let path = folder + "/whole/journal-00000001.log"
        try await DecisionLog(folder: folder + "/whole").record(report, at: 1)
        let bytes = try readBytes(of: path)
        for count in stride(from: 0, to: bytes.count, by: 37) {
            let image = "\(folder)/cut\(count)"
            try makeFolder(image)
            try writeAtomically(Array(bytes[..<count]), to: image + "/journal-00000001.log")
            let log = try await DecisionLog(folder: image)
            #expect(try await log.outcomes(after: nil).isEmpty)
            try await log.record(report, at: 1)
            #expect(try await log.outcomes(after: nil).map(\.taskID) == ["t0", "t1", "t2"])
        }
    }
}

@Test func fillingEndsWhileMoreIsKept() async throws {
    try await withFolder { folder in
        let log = try await DecisionLog(folder: folder)
        let writer = Task {
            var place = 0
            // Where this test waits long for its turn, what is there stays little enough.
            while !Task.isCancelled, place < 50_000 {
                try await log.record(decision("d\(place)"))
                place += 1
            }
        }
        // The second has to take over what came during the first.
        for _ in 0..<2 {
            try await Task.sleep(for: .milliseconds(20))
            try await log.fill()
        }
        writer.cancel()
        _ = try? await writer.value
    }
}

@Test func anOutcomeThatCouldNotBeReadBackIsRefused() async throws {
    try await withFolder { folder in
        let log = try await DecisionLog(folder: folder)
        let bad = [outcome("a", duration: 1), outcome("b", cpu: -1)]
        await #expect(throws: InputError.self) { try await log.record(bad, at: 1) }
        await #expect(throws: InputError.self) { try await log.record([outcome("c", memory: .nan)], at: 1) }
        try await log.record([], at: 1)
        #expect(try await log.outcomes(after: nil).isEmpty)
        #expect(
            try contents(ofFolder: folder).filter { $0.hasSuffix(".log") }.map { try size(of: "\(folder)/\($0)") } == [
                0
            ])
    }
}

@Test func aFolderWithoutItsDatabaseOrItsJournalGoesOn() async throws {
    try await withFolder { folder in
        try await DecisionLog(folder: folder).record(decision("a"))
        _ = try await DecisionLog(folder: folder)
        for name in try contents(ofFolder: folder) where name.hasPrefix("decisions") { try remove("\(folder)/\(name)") }
        let log = try await DecisionLog(folder: folder)
        #expect(try await log.decision("a") == decision("a"))
    }
    try await withFolder { folder in
        try await DecisionLog(folder: folder).record(decision("a"))
        _ = try await DecisionLog(folder: folder)
        for name in try contents(ofFolder: folder) where name.hasSuffix(".log") { try remove("\(folder)/\(name)") }
        do {
            let log = try await DecisionLog(folder: folder)
            try await log.record(decision("b"))
            #expect(try await log.decision("b") != nil)
        }
        #expect(try await DecisionLog(folder: folder).decisions(limit: 9).map(\.id) == ["b", "a"])
    }
}

@Test func aBrokenDatabaseIsNamed() async throws {
    try await withFolder { folder in
        try writeAtomically(String(repeating: "no database ", count: 500), to: folder + "/decisions.sqlite")
        let error = await #expect(throws: InputError.self) { try await DecisionLog(folder: folder) }
        #expect(error?.file == folder + "/decisions.sqlite")
    }
}

@Test func identifiersAreUUIDsThatRiseWithTime() {
    let moments = [0, 1, 1.7e9, 1.7e9 + 0.001, 4e9]
    let ids = moments.map(DecisionRecord.newID)
    #expect(ids == ids.sorted())
    let form = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
    for id in ids + [-1, .nan, .infinity, 1e300].map(DecisionRecord.newID) {
        #expect(id.wholeMatch(of: form) != nil)
    }
    #expect(Set((0..<1000).map { _ in DecisionRecord.newID(at: 5) }).count == 1000)
}
