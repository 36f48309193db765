import Files
import Foundation
import Registry
import TestSupport
import Testing

private let names = ["manifest.json", "card.md", "golden.safetensors", "metrics.json", "weights.safetensors"]

/// The archive of version 2 of a registry, as members.
private func members(_ fixture: Fixture) throws -> [TapeArchive.Member] {
    try publish(fixture.registry, 1)
    try publish(fixture.registry, 7, metrics: [metric("cpu", "better")], parent: 1)
    return try TapeArchive.decode(fixture.registry.archive(of: fixture.name, 2))
}

/// Publishes what the archive of `members` holds in another registry.
private func publish(
    _ members: [TapeArchive.Member], _ fixture: Fixture
) throws -> (name: CheckedName, version: Int, manifest: ModelManifest) {
    let path = fixture.folder("a.tar")
    try writeAtomically(TapeArchive.encode(members), to: path)
    return try ModelRegistry(path: fixture.folder("other")).publish(archive: path, at: 9) { _ in }
}

@Test func aVersionGoesFromOneRegistryToAnother() throws {
    try Fixture.with { fixture in
        let members = try members(fixture)
        #expect(members.map(\.name) == names.map { "predictor/2/\($0)" })
        let archive = try fixture.registry.archive(of: fixture.name, 2)
        #expect(try fixture.registry.archive(of: fixture.name, 2) == archive && archive.count % 512 == 0)
        let other = ModelRegistry(path: fixture.folder("other"))
        for _ in 0..<4 { try publish(other) }
        let imported = try publish(members, fixture)
        #expect(imported.name == fixture.name && imported.version == 5)
        let (source, digest) = try fixture.registry.manifest(of: fixture.name, 2)
        let version = try other.load(fixture.name, 5)
        #expect(try version.weights.floats("w", shape: [2]) == [7, 2])
        #expect(version.manifest.files == source.files && version.manifest.metrics == source.metrics)
        #expect(version.manifest.parentVersion == nil && version.manifest.created == source.created)
        #expect(
            version.manifest.origins == [.init(version: 2, digest: digest, parentVersion: 1, importedAt: 9)])
        #expect(try other.lineage(of: fixture.name, 5).first?.origins == version.manifest.origins)
        // And on to a third, which knows both.
        let path = fixture.folder("b.tar")
        try writeAtomically(other.archive(of: fixture.name, 5), to: path)
        let third = try ModelRegistry(path: fixture.folder("third")).publish(archive: path, at: 10) { _ in }
        #expect(third.version == 1 && third.manifest.origins?.map(\.version) == [5, 2])
    }
}

@Test func aDamagedVersionIsNotArchived() throws {
    try Fixture.with { fixture in
        try publish(fixture.registry)
        try fixture.damage(1, "golden.safetensors")
        #expect(throws: InputError.self) { try fixture.registry.archive(of: fixture.name, 1) }
    }
}

@Test func whatDoesNotPassTheCheckIsNotPublished() throws {
    try Fixture.with { fixture in
        let path = fixture.folder("a.tar")
        try writeAtomically(TapeArchive.encode(members(fixture)), to: path)
        let other = ModelRegistry(path: fixture.folder("other"))
        let error = #expect(throws: InputError.self) {
            try other.publish(archive: path, at: 9) { _ in throw InputError("fails", field: "self-test") }
        }
        #expect(error == InputError("fails", file: path, field: "self-test"))
        #expect(kind(of: other.path) == nil)
    }
}

/// A change of the members of a good archive, the member that the reason names and a part of it.
private struct BadArchive: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var place: String
    var reason: String
    var change: @Sendable (inout [TapeArchive.Member]) -> Void

    init(
        _ name: String, at place: String, _ reason: String,
        _ change: @escaping @Sendable (inout [TapeArchive.Member]) -> Void
    ) {
        (testDescription, self.place, self.reason, self.change) = (name, place, reason, change)
    }

    static func text(_ name: String, at place: String, _ reason: String, _ old: String, _ new: String) -> BadArchive {
        BadArchive(name, at: place, reason) { members in
            members[0].bytes = Array(String(decoding: members[0].bytes, as: UTF8.self).replacing(old, with: new).utf8)
        }
    }

    static let all = [
        BadArchive("nothing", at: "a.tar", "holds nothing") { $0 = [] },
        BadArchive("a file missing", at: "predictor/2/metrics.json", "is missing") { $0.remove(at: 3) },
        BadArchive("no manifest", at: "predictor/2/manifest.json", "is missing") { $0.remove(at: 0) },
        BadArchive("a file more", at: "predictor/2/more", "is no file of predictor 2") {
            $0.append(.init(name: "predictor/2/more", bytes: [1]))
        },
        BadArchive("another version", at: "predictor/3/card.md", "is no file of predictor 2") {
            $0[1].name = "predictor/3/card.md"
        },
        BadArchive("another name", at: "scheduler/2/card.md", "is no file of predictor 2") {
            $0[1].name = "scheduler/2/card.md"
        },
        BadArchive("no folders", at: "manifest.json", "is not of the form") { $0[0].name = "manifest.json" },
        BadArchive("a name that is none", at: "Predictor/2/manifest.json", "is not of the form") {
            $0[0].name = "Predictor/2/manifest.json"
        },
        BadArchive("an escaped folder above", at: "%2e%2e/2/manifest.json", "is not of the form") {
            $0[0].name = "%2e%2e/2/manifest.json"
        },
        BadArchive("a version that is none", at: "predictor/02/manifest.json", "is not of the form") {
            $0[0].name = "predictor/02/manifest.json"
        },
        BadArchive("version 0", at: "predictor/0/manifest.json", "is not of the form") {
            $0[0].name = "predictor/0/manifest.json"
        },
        BadArchive("other weights", at: "predictor/2/weights.safetensors", "its SHA-256 differs") {
            $0[4].bytes[$0[4].bytes.count - 1] ^= 1
        },
        BadArchive("weights cut short", at: "predictor/2/weights.safetensors", "its SHA-256 differs") {
            $0[4].bytes.removeLast()
        },
        BadArchive("a long card", at: "predictor/2/card.md", "4194304 are read at the most") {
            $0[1].bytes = [UInt8](repeating: 32, count: 4_194_305)
        },
        text(
            "another version inside", at: "predictor/2/manifest.json: field version", "says that it is predictor 3",
            "\"version\" : 2", "\"version\" : 3"),
        text(
            "another name inside", at: "predictor/2/manifest.json: field name", "says that it is ../x",
            "\"name\" : \"predictor\"", "\"name\" : \"../x\""),
        text(
            "an unknown field inside", at: "predictor/2/manifest.json: field more", "is not known here", "{\n  \"arch",
            "{\n  \"more\" : 1, \"arch"),
        text(
            "a file elsewhere inside", at: "predictor/2/manifest.json: field files.../../card.md",
            "is no file of a version", "\"card.md\"", "\"../../card.md\""),
    ]
}

@Test(arguments: BadArchive.all)
private func anArchiveOfSomethingElseIsRefused(bad: BadArchive) throws {
    try Fixture.with { fixture in
        var members = try members(fixture)
        bad.change(&members)
        let error = #expect(throws: InputError.self) { try publish(members, fixture) }
        let told = "\(try #require(error))"
        #expect(
            told.hasPrefix(fixture.folder("a.tar")) && told.contains(bad.place) && told.contains(bad.reason), "\(told)")
        #expect(kind(of: fixture.folder("other")) == nil)
    }
}
