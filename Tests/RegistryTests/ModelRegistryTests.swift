import Files
import Foundation
import Layers
import TestSupport
import Testing

@testable import Registry

@Test func publishesWholeVersionsAndReadsThemBack() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let registry = ModelRegistry(path: folder("models"))
        let name = try CheckedName("predictor")
        #expect(try registry.names() == [])
        #expect(try publish(registry, 1) == 1)
        #expect(try publish(registry, 7) == 2)
        let version = try registry.load(name, 2)
        #expect(try version.weights.floats("w", shape: [2]) == [7, 2])
        #expect(version.manifest.version == 2 && version.manifest.dataset.lastAt == 2)
        #expect(try registry.versions(of: name) == [1, 2])
        #expect(try contents(ofFolder: folder("models/predictor")) == [".lock", "1", "2"])
    }
}

@Test func aPublicationRemovesHalfVersionsAndNoTraining() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let registry = ModelRegistry(path: folder("models"))
        let training = registry.trainingFolder(of: try CheckedName("predictor"), kind: "lstm")
        try folder.write("half", to: "models/predictor/tmp-7/manifest.json")
        try makeFolder(training)
        try writeAtomically("state", to: training + "/checkpoint")
        #expect(try publish(registry) == 1)
        #expect(try contents(ofFolder: folder("models/predictor")) == [".lock", "1", "tmp-training-lstm"])
        #expect(try readText(of: training + "/checkpoint") == "state")
    }
}

@Test func promotesAndRollsBack() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let registry = ModelRegistry(path: folder("models"))
        let (name, champion) = (try CheckedName("predictor"), try CheckedName("champion"))
        for _ in 0..<3 { _ = try publish(registry) }
        for version in [1, 2, 3] {
            #expect(
                try registry.promote(name, to: version, alias: champion, at: 1, who: "me", why: "test") == [
                    "champion": version
                ])
        }
        #expect(try registry.rollback(name, at: 2, who: "me", why: "worse") == ["champion": 2])
        #expect(try registry.rollback(name, at: 2, who: "me", why: "worse") == ["champion": 1])
        #expect(try registry.rollback(name, at: 2, who: "me", why: "worse") == [:])
        #expect(throws: InputError.self) { try registry.rollback(name, at: 2, who: "me", why: "worse") }
        #expect(
            try registry.aliasLog(of: name).map(\.action) == [
                "promote", "promote", "promote", "rollback", "rollback", "rollback",
            ])
        #expect(throws: InputError.self) {
            try registry.promote(name, to: 9, alias: champion, at: 1, who: "me", why: "")
        }
    }
}

@Test func whatChangedSinceItWasLoadedIsNotPromoted() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let registry = ModelRegistry(path: folder("models"))
        let (name, champion) = (try CheckedName("predictor"), try CheckedName("champion"))
        _ = try publish(registry)
        let loaded = try registry.load(name, 1)
        let path = folder("models/predictor/1/manifest.json")
        try writeAtomically(try readText(of: path).replacing("\"seed\" : 1", with: "\"seed\" : 2"), to: path)
        #expect(throws: InputError.self) {
            try registry.promote(loaded, alias: champion, force: "a test", at: 1, who: "me")
        }
        #expect(try registry.aliases(of: name) == [:])
    }
}

@Test func aBrokenVersionIsListedWithItsProblem() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let registry = ModelRegistry(path: folder("models"))
        let (name, champion) = (try CheckedName("predictor"), try CheckedName("champion"))
        for _ in 0..<3 { _ = try publish(registry) }
        _ = try registry.promote(name, to: 2, alias: champion, at: 1, who: "me", why: "")
        func entries() throws -> [JSONField] { try JSONField(registry.listing())["models"].elements() }
        #expect(try entries().allSatisfy { !$0["problem"].isPresent })
        try writeAtomically("{\"name\": ", to: folder("models/predictor/2/manifest.json"))
        try remove(folder("models/predictor/3/manifest.json"))
        var found = try entries()
        #expect(try found.map { try $0["kind"].string() } == ["lstm", "unknown", "unknown"])
        #expect(try found.map { try $0["digest"].string().isEmpty } == [false, true, true])
        #expect(try found[1]["aliases"].elements().map { try $0.string() } == ["champion"])
        #expect(try found[1]["created"].double() == 0)
        try writeAtomically("[]", to: folder("models/predictor/aliases.json"))
        found = try entries()
        #expect(try found[0]["kind"].string() == "lstm")
        for (entry, file) in zip(found, ["aliases.json", "manifest.json", "manifest.json"]) {
            let problem = try entry["problem"].string()
            #expect(problem.hasPrefix(file) && !problem.contains("/"), "\(problem)")
        }
    }
}

@Test func aStartReconcilesLogAndAliases() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let registry = ModelRegistry(path: folder("models"))
        let (name, champion) = (try CheckedName("predictor"), try CheckedName("champion"))
        for _ in 0..<2 { _ = try publish(registry) }
        _ = try registry.promote(name, to: 1, alias: champion, at: 1, who: "me", why: "")
        // A crash after the line and before the rename, and another in the middle of a line.
        let log = folder("models/predictor/aliases.log")
        let line = #"{"at":2,"who":"me","alias":"champion","from":1,"to":2,"action":"promote","why":""}"#
        try writeAtomically(try readText(of: log) + line + "\n" + "{\"at\":3,", to: log)
        #expect(try registry.aliases(of: name) == ["champion": 1])
        // The interrupted promotion never held, so it is the first one that is undone.
        #expect(try registry.rollback(name, at: 4, who: "me", why: "") == [:])
        #expect(try registry.aliasLog(of: name).map(\.action) == ["promote", "promote", "abandoned", "rollback"])
    }
}

@Test(arguments: ["weights.safetensors", "golden.safetensors", "metrics.json", "card.md"])
func achangedFileIsFound(file: String) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let registry = ModelRegistry(path: folder("models"))
        _ = try publish(registry)
        let path = folder("models/predictor/1/\(file)")
        var bytes = try readBytes(of: path)
        bytes[bytes.count - 1] ^= 1
        try writeAtomically(bytes, to: path)
        let error = #expect(throws: InputError.self) { try registry.load(CheckedName("predictor"), 1) }
        #expect(error?.file == path)
        try remove(path)
        #expect(throws: InputError.self) { try registry.load(CheckedName("predictor"), 1) }
    }
}

@Test func linksStrangersAndWrongManifestsAreRefused() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let registry = ModelRegistry(path: folder("models"))
        let name = try CheckedName("predictor")
        _ = try publish(registry)
        let version = folder("models/predictor/1")
        try folder.write("x", to: "models/predictor/1/more")
        #expect(throws: InputError.self) { try registry.verify(name, 1) }
        try remove(version + "/more")
        let card = try readBytes(of: version + "/card.md")
        try remove(version + "/card.md")
        try folder.write(Data(card), to: "outside.md")
        try FileManager.default.createSymbolicLink(
            atPath: version + "/card.md", withDestinationPath: folder("outside.md"))
        #expect(throws: InputError.self) { try registry.verify(name, 1) }
        let manifest = try readText(of: version + "/manifest.json")
        for (old, new) in [
            ("\"kind\" :", "\"more\" : 1,\n\"kind\" :"), ("\"seed\" : 1", "\"seed\" : \"1\""),
            ("\"schemaVersion\" : 1", "\"schemaVersion\" : 2"), ("\"version\" : 1", "\"version\" : 3"),
            ("\"kind\" : \"lstm\",", ""),
        ] {
            let changed = manifest.replacing(old, with: new)
            #expect(changed != manifest)
            try writeAtomically(changed, to: version + "/manifest.json")
            let error = #expect(throws: InputError.self) { try registry.manifest(of: name, 1) }
            #expect(error?.file == version + "/manifest.json")
        }
    }
}

@Test func publicationsAtOnceGetDifferentVersions() async throws {
    let path = NSTemporaryDirectory() + "tactus-test-\(UUID().uuidString)"
    defer { try? remove(path) }
    let registry = ModelRegistry(path: path)
    let versions = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 { group.addTask { try publish(registry) } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(versions.sorted() == Array(1...8))
}

/// A training that begins removes its probe of the folder itself: whoever takes leftovers away does not mind that one is gone.
@Test func leftoversMayBeGoneAlready() async throws {
    let path = NSTemporaryDirectory() + "tactus-test-\(UUID().uuidString)"
    defer { try? remove(path) }
    let registry = ModelRegistry(path: path)
    let name = try CheckedName("predictor")
    try registry.prepare(for: name)
    #expect(try contents(ofFolder: path + "/predictor").isEmpty)
    for place in 0..<500 { try makeFolder("\(path)/predictor/.probe.\(place).tmp") }
    let found = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 { group.addTask { try registry.removeLeftovers(of: name).count } }
        return try await group.reduce(0, +)
    }
    #expect(try found >= 500 && contents(ofFolder: path + "/predictor").isEmpty)
}

@Test func aPlaceThatCannotBeWrittenIsNamed() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let file = try folder.write("", to: "file")
        let error = #expect(throws: InputError.self) { try publish(ModelRegistry(path: file + "/models")) }
        #expect(error?.file?.hasPrefix(file) == true)
    }
}
