import Files
import Foundation
import Registry
import TestSupport
import Testing

/// Collects garbage of the fixture's name.
@discardableResult
private func collect(_ fixture: Fixture, newest: Int = 0, dryRun: Bool = false) throws -> GarbageCollection {
    try fixture.registry.collectGarbage(
        of: fixture.name, keepingNewest: newest, at: 50, who: "me", dryRun: dryRun)
}

@Test func whatNoPromotionNamesIsRemovedAndTheRestStays() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        for value in 1...9 { try publish(registry, Float(value)) }
        try fixture.promote(2)
        try fixture.promote(4)
        try fixture.promote(6)
        _ = try registry.rollback(name, at: 2, who: "me", why: "worse")
        try fixture.promote(7, fixture.challenger)
        // 1, 3, 5, 8 and 9 were never named. 6 was, and is undone; 2 is what the next rollbacks come back to.
        let before = try files(inFolder: fixture.folder("models"))
        let told = try collect(fixture, newest: 1, dryRun: true)
        #expect(told.removed.map(\.version) == [1, 3, 5, 8] && told.kept == [2, 4, 6, 7, 9])
        #expect(try files(inFolder: fixture.folder("models")) == before)
        #expect(told.removed.allSatisfy { $0.kind == "lstm" && $0.bytes > 500 })
        #expect(try collect(fixture, newest: 1) == told)
        #expect(try registry.versions(of: name) == [2, 4, 6, 7, 9])
        #expect(
            try fixture.entries() == [".lock", "2", "4", "6", "7", "9", "aliases.json", "aliases.log", "removed.log"])
        #expect(try registry.removals(of: name).map(\.version) == [1, 3, 5, 8])
        #expect(try registry.removals(of: name).allSatisfy { $0.at == 50 && $0.who == "me" && $0.digest.count == 64 })
        // What a rollback can come back to is there.
        #expect(try registry.rollback(name, at: 3, who: "me", why: "") == ["champion": 4])
        #expect(try registry.rollback(name, at: 3, who: "me", why: "") == ["champion": 2])
        try collect(fixture)
        #expect(try registry.versions(of: name) == [2, 4, 6, 7])
        // No number is given twice.
        #expect(try publish(registry) == 10)
        for version in try registry.versions(of: name) { try registry.verify(name, version) }
    }
}

@Test func leftoversOfTheDeadGoAndTrainingsStay() throws {
    try Fixture.with { fixture in
        let registry = fixture.registry
        try publish(registry)
        try fixture.folder.write("half", to: "models/predictor/tmp-7/manifest.json")
        try fixture.folder.write("half", to: "models/predictor/.aliases.json.17.4.tmp")
        try fixture.folder.write("state", to: "models/predictor/tmp-training-lstm/checkpoint")
        try fixture.folder.write("mine", to: "models/predictor/tmp-notes/text")
        let told = try collect(fixture, newest: 1, dryRun: true)
        #expect(told.leftovers == [".aliases.json.17.4.tmp", "tmp-7"] && told.removed == [])
        #expect(try collect(fixture, newest: 1) == told)
        #expect(try fixture.entries() == [".lock", "1", "tmp-notes", "tmp-training-lstm"])
        #expect(try collect(fixture, newest: 1).leftovers == [])
    }
}

/// A publisher that lives holds the lock: its folder is half a version, and nobody takes it away.
@Test func aCollectionWaitsForAPublisherThatLives() throws {
    try Fixture.with { fixture in
        try publish(fixture.registry)
        try publish(fixture.registry)
        let half = try fixture.folder.write("half", to: "models/predictor/tmp-3/manifest.json")
        guard let lock = try HeldLock(path: fixture.path(".lock")) else {
            Issue.record("the lock is held by another")
            return
        }
        let (registry, name) = (fixture.registry, fixture.name)
        let collection = Thread {
            _ = try? registry.collectGarbage(of: name, keepingNewest: 0, at: 1, who: "me")
        }
        collection.start()
        Thread.sleep(forTimeInterval: 0.2)
        #expect(kind(of: half) == .file)
        #expect(try registry.versions(of: name) == [1, 2])
        _ = consume lock
        while !collection.isFinished { Thread.sleep(forTimeInterval: 0.005) }
        #expect(kind(of: half) == nil)
        #expect(try registry.versions(of: name) == [])
    }
}

@Test func nothingIsRemovedWhereAliasesOrLogsCannotBeRead() throws {
    for file in ["aliases.json", "aliases.log", "removed.log"] {
        try Fixture.with { fixture in
            for _ in 0..<3 { try publish(fixture.registry) }
            try fixture.promote(1)
            try writeAtomically("{\n", to: fixture.path(file))
            let error = #expect(throws: InputError.self) { try collect(fixture) }
            #expect(error?.file == fixture.path(file))
            #expect(try fixture.registry.versions(of: fixture.name) == [1, 2, 3])
        }
    }
}

/// A folder that has no more than the name of a version may be anything: one of a newer program, or a user's own.
@Test func aVersionThatCannotBeReadIsLeftAlone() throws {
    try Fixture.with { fixture in
        for _ in 0..<5 { try publish(fixture.registry) }
        try writeAtomically("{", to: fixture.path("2/manifest.json"))
        try remove(fixture.path("3/manifest.json"))
        let newer = fixture.path("4/manifest.json")
        try writeAtomically(
            try readText(of: newer).replacing("\"schemaVersion\" : 1", with: "\"schemaVersion\" : 2"), to: newer)
        try fixture.folder.write("mine", to: "models/predictor/9/notes/text")
        let before = try files(inFolder: fixture.folder("models")).filter { file in
            ["/2/", "/3/", "/4/", "/9/"].contains { file.contains($0) }
        }
        let told = try collect(fixture)
        #expect(told.removed.map(\.version) == [1, 5] && told.kept == [2, 3, 4, 9] && told.problem == nil)
        let after = try files(inFolder: fixture.folder("models")).filter { !$0.contains("predictor/.") }
        #expect(after == before + [fixture.path("removed.log")])
        #expect(try fixture.registry.removals(of: fixture.name).map(\.version) == [1, 5])
        #expect(try publish(fixture.registry) == 10)
    }
}

/// What went before something failed has gone, and is told: also a version whose folder could only be hidden.
@Test func aCollectionThatFailsTellsWhatHasGone() throws {
    try Fixture.with { fixture in
        for _ in 0..<3 { try publish(fixture.registry) }
        // Version 2 holds a path that is too long for any call, so that nobody can remove it.
        let chain = [String](repeating: String(repeating: "d", count: 200), count: 12).joined(separator: "/")
        try makeFolder(fixture.path("2/" + chain))
        try makeFolder(fixture.folder("deep/" + chain))
        try move(fixture.folder("deep"), to: fixture.path("2/\(chain)/deep"))
        defer { try? move(fixture.path("tmp-2/\(chain)/deep"), to: fixture.folder("deep")) }
        let told = try collect(fixture)
        #expect(told.removed.map(\.version) == [1, 2] && told.kept == [3])
        #expect(told.problem?.hasPrefix(fixture.path("tmp-2/dd")) == true, "\(told)")
        #expect(try fixture.registry.versions(of: fixture.name) == told.kept)
        #expect(try fixture.registry.removals(of: fixture.name).map(\.version) == [1, 2])
    }
}

@Test func theLineOfParentsOutlivesThem() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        try publish(registry)
        for parent in [1, 1, 3, 4] { try publish(registry, parent: parent) }
        func line(_ version: Int = 5) throws -> [String] {
            try registry.lineage(of: name, version).map { "\($0.version) \($0.state.rawValue)" }
        }
        #expect(try line() == ["5 present", "4 present", "3 present", "1 present"])
        let digests = try registry.lineage(of: name, 5).map(\.digest)
        try fixture.promote(5)
        try collect(fixture)
        #expect(try line() == ["5 present", "4 removed", "3 removed", "1 removed"])
        let line5 = try registry.lineage(of: name, 5)
        #expect(line5.map(\.digest) == digests && line5.allSatisfy { $0.kind == "lstm" && $0.created == 100 })
        #expect(line5.map(\.removedAt) == [nil, 50, 50, 50])
        // Without what was written down, nothing is known before the first that is missing.
        try remove(fixture.path("removed.log"))
        #expect(try line() == ["5 present", "4 unknown"])
        #expect(throws: InputError.self) { try registry.lineage(of: name, 4) }
    }
}

@Test func aLineEndsAtADamagedParentAndNeverGoesInCircles() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        try publish(registry)
        try publish(registry, parent: 1)
        let path = fixture.path("1/manifest.json")
        let text = try readText(of: path)
        try writeAtomically(text.replacing("\"outputs\"", with: "\"parentVersion\" : 2,\n  \"outputs\""), to: path)
        #expect(try registry.lineage(of: name, 2).map(\.state) == [.present, .damaged])
        let error = #expect(throws: InputError.self) { try registry.lineage(of: name, 1) }
        #expect(error?.field == "parentVersion" && error?.file == path)
    }
}
