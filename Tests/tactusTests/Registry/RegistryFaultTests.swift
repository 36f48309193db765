import Files
import Foundation
import ModelFixtures
import Models
import Registry
import TestSupport
import Testing

/// A command that changes a registry, and what it starts from.
struct RegistryChange: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What is done to the registry before, and files that the command reads.
    var prepare: @Sendable (TemporaryFolder, TestRegistry) throws -> Void
    var arguments: @Sendable (TemporaryFolder) -> [String]

    init(
        _ name: String, _ arguments: @escaping @Sendable (TemporaryFolder) -> [String],
        from prepare: @escaping @Sendable (TemporaryFolder, TestRegistry) throws -> Void
    ) {
        (testDescription, self.prepare, self.arguments) = (name, prepare, arguments)
    }

    private static func publish(_ models: TestRegistry, _ versions: Int) throws {
        for version in 0..<versions { try models.publish(seconds: 10 * Double(1 + version)) }
    }

    private static let force = ["--force", "a test"]

    static let all = [
        RegistryChange("the first publication") {
            ["models", "import", $0("a.tar"), "--models", $0("models")]
        } from: { folder, models in
            try publish(models, 1)
            try writeAtomically(models.registry.archive(of: models.name, 1), to: folder("a.tar"))
            try remove(models.registry.path)
        },
        RegistryChange("a training") {
            [
                "train", "predictor", "--model", "linear", "--history", $0("h.h5"), "--models", $0("models"), "--json",
            ]
        } from: { folder, models in
            try publish(models, 1)
            try models.promote(1)
            try folder.write("half", to: "models/predictor/tmp-2/manifest.json")
            try TraceFixture.writeHistory(in: folder, rows: 40)
        },
        RegistryChange("the first promotion") {
            ["models", "promote", "predictor", "1", "--models", $0("models")] + force
        } from: { _, models in
            try publish(models, 1)
        },
        RegistryChange("a promotion") {
            ["models", "promote", "predictor", "2", "--models", $0("models")] + force
        } from: { _, models in
            try publish(models, 2)
            try models.promote(1)
        },
        RegistryChange("a promotion after one that a crash cut short") {
            ["models", "promote", "predictor", "2", "--models", $0("models")] + force
        } from: { folder, models in
            try publish(models, 3)
            try models.promote(1)
            let log = folder("models/predictor/aliases.log")
            let line = #"{"at":2,"who":"me","alias":"champion","from":1,"to":3,"action":"promote","why":""}"#
            try writeAtomically(try readText(of: log) + line + "\n" + "{\"at\":3,", to: log)
        },
        RegistryChange("a rollback") {
            ["models", "rollback", "predictor", "--models", $0("models")]
        } from: { _, models in
            try publish(models, 2)
            for version in 1...2 { try models.promote(version) }
        },
        RegistryChange("a rollback to no champion") {
            ["models", "rollback", "predictor", "--models", $0("models")]
        } from: { _, models in
            try publish(models, 1)
            try models.promote(1)
        },
        RegistryChange("a garbage collection") {
            ["models", "gc", "--keep", "1", "--models", $0("models")]
        } from: { folder, models in
            try publish(models, 5)
            try models.promote(3)
            try folder.write("half", to: "models/predictor/tmp-9/manifest.json")
            try folder.write("half", to: "models/predictor/.aliases.json.17.4.tmp")
        },
    ]
}

/// What a registry holds, as far as anyone can see it.
private struct Visible: Equatable {
    var versions: [Int]
    var aliases: [String: Int]

    init(_ models: TestRegistry) throws {
        versions = try models.registry.versions(of: models.name)
        aliases = try models.registry.aliases(of: models.name)
    }
}

/// The aliases that the log comes to, if each line that was abandoned takes the one before it with it.
private func replay(_ log: [AliasChange]) -> [String: Int] {
    var kept: [AliasChange] = []
    for change in log {
        if change.action == "abandoned" { _ = kept.popLast() } else { kept.append(change) }
    }
    return kept.reduce(into: [:]) { $0[$1.alias] = $1.to == 0 ? nil : $1.to }
}

/// Dies at every step, before it and in the middle of each write. Whoever comes next finds what was or what was to be,
/// every version whole and every alias on one of them; goes on at once; and the log tells what happened.
@Test(.enabled(if: FileSystemFaults.library != nil, "clang is not there"), arguments: RegistryChange.all)
func aChangeThatDiesAtAnyStepLeavesTheRegistryWhole(change: RegistryChange) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let models = try TestRegistry(in: folder)
        try change.prepare(folder, models)
        let (path, kept) = (models.registry.path, folder("kept"))
        let exists = kind(of: path) != nil
        if exists { try FileManager.default.copyItem(atPath: path, toPath: kept) }
        func reset() throws {
            try remove(path)
            if exists { try FileManager.default.copyItem(atPath: kept, toPath: path) }
        }
        let (faults, arguments) = (FileSystemFaults(folder: path), change.arguments(folder))
        let before = try Visible(models)
        let (result, steps) = try faults.record(arguments)
        #expect(result.status == 0, "\(result.errors)")
        let after = try Visible(models)
        #expect(after != before)
        try checkOrder(of: steps, below: path)
        var seen: [Visible] = []
        for (place, step) in steps.enumerated() {
            for fault in step.kind == "write" ? [FileSystemFaults.Fault.before, .half] : [.before] {
                try reset()
                #expect(try faults.kill(arguments, at: place + 1, fault), "\(step)")
                let found = try Visible(models)
                seen.append(found)
                try check(models, found, before, after, "\(fault) \(step.kind) of \(step.path)")
            }
        }
        #expect(seen.contains(before) && steps.count > 5, "\(steps.count) steps")
        try reset()
        #expect(try !faults.kill(arguments, at: steps.count + 1, .before))
        #expect(try Visible(models) == after)
    }
}

private func check(
    _ models: TestRegistry, _ found: Visible, _ before: Visible, _ after: Visible, _ place: String
) throws {
    let (registry, name) = (models.registry, models.name)
    // Versions that go are gone one after the other; a version that comes is there or not.
    #expect(Set(found.versions).isSubset(of: before.versions + after.versions), "\(place)")
    #expect(Set(found.versions).isSuperset(of: Set(before.versions).intersection(after.versions)), "\(place)")
    #expect(found.aliases == before.aliases || found.aliases == after.aliases, "\(place)")
    for version in found.versions {
        let damages = registry.damages(of: name, version) { loaded in
            // What was there before was checked then.
            if !before.versions.contains(version) { try Catalog.check(loaded) }
        }
        #expect(damages == [], "\(place)")
    }
    for (_, version) in found.aliases { #expect(found.versions.contains(version), "\(place)") }
    for version in Set(before.versions).subtracting(found.versions) {
        #expect(try registry.removals(of: name).contains { $0.version == version }, "\(place)")
    }
    // The next one goes on, and takes away what was left.
    let next = try models.publish(seconds: 50)
    #expect(next > (before.versions.max() ?? 0) && !found.versions.contains(next), "\(place)")
    #expect(
        try contents(ofFolder: "\(registry.path)/\(name)").allSatisfy {
            !$0.hasPrefix("tmp-") && !$0.hasSuffix(".tmp")
        },
        "\(place)")
    let challenger = try CheckedName("challenger")
    let aliases = try registry.promote(name, to: next, alias: challenger, at: 5, who: "me", why: "next")
    #expect(aliases == found.aliases.merging(["challenger": next]) { $1 }, "\(place)")
    #expect(replay(try registry.aliasLog(of: name)) == aliases, "\(place)")
    #expect(try registry.rollback(name, at: 6, who: "me", why: "next") == found.aliases, "\(place)")
    #expect(registry.damages(of: name) == [], "\(place)")
}

/// What a power cut asks for: whatever a rename makes visible was synced before it, and a rename, and a log that is new,
/// are on the disk at the end.
private func checkOrder(of steps: [FileSystemFaults.Step], below path: String) throws {
    var (unsynced, entries) = (Set<String>(), Set<String>())
    for step in steps {
        switch step.kind {
        case "create", "mkdir":
            unsynced.insert(step.path)
            if step.kind == "mkdir" && step.path != path || step.path.hasSuffix(".log") {
                entries.insert(parent(of: step.path))
            }
        case "write", "cut": unsynced.insert(step.path)
        case "sync":
            unsynced.remove(step.path)
            entries.remove(step.path)
        case "rename":
            let target = try #require(step.target)
            let inside = unsynced.filter { $0 == step.path || $0.hasPrefix(step.path + "/") }
            #expect(inside == [], "\(step.path) is renamed before it is synced")
            // The line of a change is on the disk, and a new log in its folder, before the change is.
            #expect(unsynced.filter { $0.hasSuffix(".log") } == [], "before \(step)")
            #expect(entries == [], "before \(step)")
            entries.insert(parent(of: target))
        default: break
        }
    }
    #expect(entries == [], "not synced at the end")
}
