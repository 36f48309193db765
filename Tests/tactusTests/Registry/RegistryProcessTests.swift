import Files
import Foundation
import ModelFixtures
import Models
import Registry
import TestSupport
import Testing

/// `tactus`, in a process of its own that runs while others do.
private final class Running {
    private let process = Process()
    private let outputPath: String
    private let errorsPath: String
    let arguments: [String]

    init(_ arguments: [String], in folder: TemporaryFolder) throws {
        self.arguments = arguments
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        outputPath = try folder.write("", to: "out-\(UUID().uuidString)")
        errorsPath = try folder.write("", to: "err-\(UUID().uuidString)")
        process.standardOutput = FileHandle(forWritingAtPath: outputPath)
        process.standardError = FileHandle(forWritingAtPath: errorsPath)
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// Waits for the end; what it printed as JSON.
    func answer() throws -> JSONField {
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw InputError("\(arguments) failed: \(try readText(of: errorsPath))")
        }
        return JSONField(try JSONValue(parsing: readBytes(of: outputPath)))
    }
}

/// Four imports and two trainings at once, while others collect garbage and promote.
@Test func processesThatPublishAtOnceGetDifferentVersions() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let models = try TestRegistry(in: folder)
        try models.publish(seconds: 10)
        try models.promote(1)
        try writeAtomically(models.registry.archive(of: models.name, 1), to: folder("a.tar"))
        try TraceFixture.writeHistory(in: folder, rows: 40)
        let place = ["--models", folder("models"), "--json"]
        let publications = try (0..<6).map { number in
            try Running(
                (number < 4
                    ? ["models", "import", folder("a.tar")]
                    : ["train", "predictor", "--model", "linear", "--history", folder("h.h5")]) + place, in: folder)
        }
        let others = try (0..<4).map { number in
            try Running(
                (number < 2
                    ? ["models", "gc", "--keep", "1"]
                    : ["models", "promote", "predictor", "1", "--alias", "canary-\(number)"]) + place, in: folder)
        }
        let versions = try publications.map { try $0.answer()["version"].int() }
        #expect(versions.sorted() == Array(2...7))
        for other in others { _ = try other.answer() }
        let (registry, name) = (models.registry, models.name)
        let removed = try registry.removals(of: name).map(\.version)
        #expect(try (registry.versions(of: name) + removed).sorted() == Array(1...7))
        for version in try registry.versions(of: name) {
            #expect(registry.damages(of: name, version, check: Catalog.check) == [])
        }
        #expect(registry.damages(of: name) == [])
        #expect(try registry.aliases(of: name) == ["champion": 1, "canary-2": 1, "canary-3": 1])
        #expect(try registry.aliasLog(of: name).count == 3)
    }
}

/// Whoever promotes a version while it is collected either gets it or is told that it is not there.
@Test func aPromotionAndACollectionAtOnceLeaveNoAliasOnNothing() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] { try models.publish(seconds: seconds) }
        try models.promote(1)
        for _ in 0..<4 {
            let version = try models.publish(seconds: 40)
            let place = ["--models", folder("models"), "--json"]
            let promotion = try Running(
                ["models", "promote", "predictor", "\(version)", "--force", "a test"] + place, in: folder)
            _ = try Running(["models", "gc", "--keep", "0"] + place, in: folder).answer()
            let promoted = try? promotion.answer()
            let champion = try #require(try models.registry.aliases(of: models.name)["champion"])
            #expect(promoted == nil || champion == version)
            try models.registry.verify(models.name, champion)
        }
    }
}
