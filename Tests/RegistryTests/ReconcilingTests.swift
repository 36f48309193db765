import Files
import Registry
import TestSupport
import Testing

extension Fixture {
    /// Writes the line of a promotion of the champion from `from` to `to`, and nothing else: what a crash before the rename
    /// leaves.
    fileprivate func interrupt(from: Int, to: Int) throws {
        try appendLine(
            #"{"at":1,"who":"me","alias":"champion","from":\#(from),"to":\#(to),"action":"promote","why":""}"#,
            to: path("aliases.log"))
    }

    /// Lets a crash cut a line short.
    fileprivate func cutShort() throws {
        let log = path("aliases.log")
        try writeAtomically(try readText(of: log) + "{\"at\":3,", to: log)
    }
}

@Test func aStartMendsWhatACrashInTheMiddleOfAChangeLeft() throws {
    for cut in [false, true] {
        try Fixture.with { fixture in
            let (registry, name) = (fixture.registry, fixture.name)
            for _ in 0..<3 { try publish(registry) }
            try fixture.promote(1)
            try fixture.interrupt(from: 1, to: 2)
            if cut { try fixture.cutShort() }
            let damages = registry.damages(of: name)
            #expect(
                damages.map(\.description) == [
                    "\(fixture.path("aliases.json")): field champion: names version 1, the last line of aliases.log "
                        + "version 2: a change was interrupted"
                ])
            #expect(registry.reconcileAliases() == [])
            #expect(registry.damages(of: name) == [])
            #expect(try registry.aliases(of: name) == ["champion": 1])
            let log = try registry.aliasLog(of: name)
            #expect(log.map(\.action) == ["promote", "promote", "abandoned"] && log.last?.to == 1)
            // What agrees is neither written again nor locked.
            let text = try readText(of: fixture.path("aliases.log"))
            #expect(text.hasSuffix("\n"))
            try remove(fixture.path(".lock"))
            #expect(registry.reconcileAliases() == [])
            #expect(try readText(of: fixture.path("aliases.log")) == text)
            #expect(try fixture.entries() == ["1", "2", "3", "aliases.json", "aliases.log"])
            // The promotion that never was is not what a rollback undoes.
            #expect(try registry.rollback(name, at: 2, who: "me", why: "") == [:])
        }
    }
}

/// A line that was cut short alone, behind a change that took effect.
@Test func aStartTakesOffALineThatWasCutShort() throws {
    try Fixture.with { fixture in
        try publish(fixture.registry)
        try fixture.promote(1)
        let text = try readText(of: fixture.path("aliases.log"))
        try fixture.cutShort()
        #expect(fixture.registry.reconcileAliases() == [])
        #expect(try readText(of: fixture.path("aliases.log")) == text)
    }
}

/// What would go is what goes, also where the last change was interrupted: a promotion that never was protects nothing.
@Test func aDryRunAfterACrashTellsWhatACollectionDoes() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        for _ in 0..<3 { try publish(registry) }
        try fixture.promote(1)
        try fixture.interrupt(from: 1, to: 2)
        func collect(dryRun: Bool) throws -> GarbageCollection {
            try registry.collectGarbage(of: name, keepingNewest: 0, at: 5, who: "me", dryRun: dryRun)
        }
        let told = try collect(dryRun: true)
        #expect(told.removed.map(\.version) == [2, 3] && told.kept == [1])
        #expect(try registry.aliasLog(of: name).count == 2)
        #expect(try collect(dryRun: false) == told)
        #expect(try registry.versions(of: name) == [1] && registry.damages(of: name) == [])
    }
}

@Test func whatCannotBeReconciledIsToldAndTheOthersAreMended() throws {
    try Fixture.with { fixture in
        let registry = fixture.registry
        try publish(registry)
        try fixture.promote(1)
        try fixture.interrupt(from: 1, to: 7)
        try fixture.folder.write("{\n", to: "models/alpha/aliases.log")
        try fixture.folder.write("notes", to: "models/zeta/1/notes")
        let problems = registry.reconcileAliases()
        #expect(problems.map(\.file) == [fixture.folder("models/alpha/aliases.log")])
        #expect(try registry.aliasLog(of: fixture.name).last?.action == "abandoned")
        #expect(try contents(ofFolder: fixture.folder("models/zeta")) == ["1"])
        #expect(ModelRegistry(path: fixture.folder("none")).reconcileAliases() == [])
    }
}

@Test func versionsThatTheLogNamesAndThatAreAbsentAreTold() throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        for _ in 0..<4 { try publish(registry) }
        for version in [1, 3, 4] { try fixture.promote(version) }
        #expect(registry.damages(of: name) == [])
        try remove(fixture.path("1"))
        try remove(fixture.path("3"))
        let log = fixture.path("aliases.log")
        #expect(
            registry.damages(of: name).map(\.description)
                == [1, 3].map { "\(log): tells of version \($0), which is not there: no rollback can come back to it" })
        // Of one that an alias names too, once is enough.
        try remove(fixture.path("4"))
        #expect(registry.damages(of: name).map(\.file) == [fixture.path("aliases.json"), log, log])
    }
}

/// A number that an alias or the log names is not given anew, though no version of it is there: whoever trusts the name
/// would get another one.
@Test func aNumberThatAnAliasOrTheLogNamesIsNotGivenAnew() throws {
    try Fixture.with { fixture in
        try publish(fixture.registry)
        try writeAtomically(#"{"champion": 7}"#, to: fixture.path("aliases.json"))
        #expect(try publish(fixture.registry) == 8)
        try fixture.interrupt(from: 11, to: 9)
        #expect(try publish(fixture.registry) == 12)
        #expect(try publish(fixture.registry) == 13)
    }
}
