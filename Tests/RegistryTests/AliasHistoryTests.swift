import Files
import Kernels
import Registry
import TestSupport
import Testing

/// A registry's aliases as a person would keep them on paper: each rollback strikes the last promotion out.
private struct Paper {
    var struck: [(alias: String, before: Int?)] = []
    var aliases: [String: Int] = [:]

    /// What an alias names already is no change.
    mutating func promote(_ alias: String, _ version: Int) {
        guard aliases[alias] != version else { return }
        struck.append((alias, aliases[alias]))
        aliases[alias] = version
    }

    /// The version that a rollback comes back to, before it is done; nil where there is nothing to undo.
    var next: (alias: String, before: Int?)? { struck.last }

    mutating func rollback() {
        let last = struck.removeLast()
        aliases[last.alias] = last.before
    }
}

/// Promotions and rollbacks of two aliases in any order, some of them interrupted, some onto damaged versions.
@Test(arguments: 0..<6 as Range<UInt64>)
func aRollbackUndoesTheLastPromotionNotYetUndone(seed: UInt64) throws {
    try Fixture.with { fixture in
        var generator = SeededGenerator(seed: seed)
        func random(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
        let (registry, name) = (fixture.registry, fixture.name)
        for _ in 0..<4 { try publish(registry) }
        var (paper, damaged) = (Paper(), Set<Int>())
        for step in 0..<60 {
            let version = 1 + random(4)
            let alias = random(3) == 0 ? fixture.challenger : fixture.champion
            switch random(8) {
            case 0..<4 where damaged.contains(version):
                #expect(throws: InputError.self) { try fixture.promote(version, alias) }
            case 0..<4:
                paper.promote(alias.description, version)
                #expect(try fixture.promote(version, alias) == paper.aliases)
            case 4:
                // A line whose change never came: what was before holds.
                let (from, to) = (paper.aliases["champion"].map(String.init) ?? "null", 1 + random(4))
                guard to != paper.aliases["champion"] else { continue }
                let line =
                    #"{"at":1,"who":"me","alias":"champion","from":\#(from),"to":\#(to),"action":"promote","why":""}"#
                try appendLine(line, to: fixture.path("aliases.log"))
            case 5:
                // Damaged, or mended.
                try fixture.damage(version)
                damaged.formSymmetricDifference([version])
            default:
                func rollback() throws -> [String: Int] {
                    try registry.rollback(name, at: 2, who: "me", why: "worse")
                }
                guard let next = paper.next else {
                    let error = #expect(throws: InputError.self) { try rollback() }
                    #expect(error?.problem == "predictor has no promotion to undo")
                    continue
                }
                if let before = next.before, damaged.contains(before) {
                    let error = #expect(throws: InputError.self) { try rollback() }
                    #expect(error?.file == fixture.path("\(before)/weights.safetensors"))
                } else {
                    paper.rollback()
                    #expect(try rollback() == paper.aliases, "step \(step)")
                }
            }
            #expect(try registry.aliases(of: name) == paper.aliases)
        }
    }
}

/// One call takes a promotion back; a version damaged since is refused with the reason, and the old one stays.
@Test func aRollbackOntoADamagedVersionLeavesTheAliasAsItIs() throws {
    try Fixture.with { fixture in
        for version in 1...2 {
            try publish(fixture.registry)
            try fixture.promote(version)
        }
        try fixture.damage(1, "card.md")
        let error = #expect(throws: InputError.self) {
            try fixture.registry.rollback(fixture.name, at: 2, who: "me", why: "worse")
        }
        #expect(error?.file == fixture.path("1/card.md") && error?.problem.contains("SHA-256 differs") == true)
        #expect(try fixture.registry.aliases(of: fixture.name) == ["champion": 2])
        #expect(try fixture.registry.aliasLog(of: fixture.name).count == 2)
        try fixture.damage(1, "card.md")
        #expect(try fixture.registry.rollback(fixture.name, at: 2, who: "me", why: "worse") == ["champion": 1])
    }
}

/// Else the next rollback would undo nothing, and be swallowed.
@Test func promotingToWhatAnAliasNamesAlreadyIsNoChange() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        for version in 1...2 {
            try publish(registry, metrics: [metric("a", "tie")])
            try fixture.promote(version)
        }
        let (log, aliases) = (try readBytes(of: fixture.path("aliases.log")), ["champion": 2])
        #expect(try fixture.promote(2) == aliases)
        // It need not pass the gate to stay where it is.
        for force in [nil, "again"] {
            #expect(
                try registry.promote(name, to: 2, alias: fixture.champion, force: force, at: 3, who: "me") == aliases)
            let loaded = try registry.load(name, 2)
            #expect(try registry.promote(loaded, alias: fixture.champion, force: force, at: 3, who: "me") == aliases)
        }
        #expect(try readBytes(of: fixture.path("aliases.log")) == log)
        #expect(try registry.rollback(name, at: 4, who: "me", why: "worse") == ["champion": 1])
        // Another alias is another matter, and so is a version that is not whole any more.
        #expect(try fixture.promote(1, fixture.challenger) == ["champion": 1, "challenger": 1])
        try fixture.damage(1)
        #expect(throws: InputError.self) { try fixture.promote(1) }
    }
}

/// A reason has a bound, so that the log stays one that is read.
@Test func aReasonThatIsTooLongIsRefusedByItsField() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        for _ in 0..<2 { try publish(registry, metrics: [metric("a", "tie")]) }
        let (longest, longer) = (String(repeating: "é", count: 500), String(repeating: "é", count: 500) + "x")
        #expect(ModelRegistry.reasonLimit == longest.utf8.count)
        let loaded = try registry.load(name, 1)
        let refusals = [
            #expect(throws: InputError.self) {
                try registry.promote(name, to: 1, alias: fixture.champion, force: longer, at: 1, who: "me")
            },
            #expect(throws: InputError.self) {
                try registry.promote(loaded, alias: fixture.champion, force: longer, at: 1, who: "me")
            },
            #expect(throws: InputError.self) {
                try registry.promote(name, to: 1, alias: fixture.champion, at: 1, who: "me", why: longer)
            },
            #expect(throws: InputError.self) { try registry.rollback(name, at: 1, who: "me", why: longer) },
        ]
        #expect(refusals.map { $0?.field } == ["force", "force", "why", "why"])
        #expect(refusals.allSatisfy { $0?.problem == "has 1001 bytes; a reason may have 1000" })
        #expect(kind(of: fixture.path("aliases.log")) == nil)
        _ = try registry.promote(name, to: 1, alias: fixture.champion, force: longest, at: 1, who: "me")
        #expect(try registry.aliasLog(of: name).map(\.why) == ["forced: " + longest])
        // What must go goes, whatever is said of it.
        #expect(
            try registry.withdraw(fixture.champion, of: name, from: 1, at: 2, who: "me", why: "x" + longest) == [:])
        #expect(try registry.aliasLog(of: name).last?.why == "x" + longest.dropLast())
    }
}
