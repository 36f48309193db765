import Files
import Layers
import Registry
import TestSupport
import Testing

@Test func anAliasIsTakenAwayAndARollbackStillUndoesWhatCameBefore() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let registry = ModelRegistry(path: folder("models"))
        let name = try CheckedName("predictor")
        let (champion, challenger) = (try CheckedName("champion"), try CheckedName("challenger"))
        var archive = WeightArchive()
        archive.set("w", shape: [1], .float32([1]))
        for _ in 0..<3 {
            let manifest = ModelManifest(
                name: name, kind: "lstm", architecture: [:], hyperparameters: [:], seed: 1, features: [], inputs: [],
                outputs: [], dataset: .init(rows: 1, firstAt: nil, lastAt: 2, sha256: "x"), metrics: [],
                parentVersion: nil, commit: nil, created: 100)
            _ = try registry.publish(manifest, weights: archive, golden: archive, metrics: "{}", card: "# card")
        }
        func promote(_ version: Int, _ alias: CheckedName) throws {
            _ = try registry.promote(name, to: version, alias: alias, at: 1, who: "me", why: "test")
        }
        func withdraw(_ version: Int) throws -> [String: Int] {
            try registry.withdraw(challenger, of: name, from: version, at: 2, who: "tactus", why: "it failed")
        }
        try promote(1, champion)
        try promote(3, challenger)
        try promote(2, champion)
        // Another version, or none, is not taken away.
        #expect(throws: InputError.self) { try withdraw(2) }
        #expect(try withdraw(3) == ["champion": 2])
        #expect(throws: InputError.self) { try withdraw(3) }
        let last = try #require(try registry.aliasLog(of: name).last)
        #expect(last.action == "withdraw" && last.from == 3 && last.to == 0 && last.why == "it failed")
        // Each rollback undoes a promotion of the champion: that of the challenger is undone already.
        #expect(try registry.rollback(name, at: 3, who: "me", why: "") == ["champion": 1])
        #expect(try registry.rollback(name, at: 3, who: "me", why: "") == [:])
        #expect(throws: InputError.self) { try registry.rollback(name, at: 3, who: "me", why: "") }
    }
}

/// What an alias named before it was withdrawn does not come back, however many promotions there were; promotions of other
/// aliases, and those that come behind it, are undone as ever.
@Test func aRollbackBringsNothingBackFromBeforeAWithdrawal() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        for _ in 0..<4 { try publish(registry) }
        func rollback() throws -> [String: Int] { try registry.rollback(name, at: 3, who: "me", why: "") }
        try fixture.promote(1)
        try fixture.promote(2, fixture.challenger)
        try fixture.promote(3, fixture.challenger)
        try fixture.promote(4, fixture.challenger)
        #expect(
            try registry.withdraw(fixture.challenger, of: name, from: 4, at: 2, who: "tactus", why: "it failed")
                == ["champion": 1])
        try fixture.promote(2, fixture.challenger)
        #expect(try rollback() == ["champion": 1])
        #expect(try rollback() == [:])
        #expect(throws: InputError.self) { try rollback() }
    }
}
