import Files
import Foundation
import ModelFixtures
import Models
import TestSupport
import Testing
import Workflows

private func load(_ path: String, into catalog: inout Catalog, seconds: Double = 30) throws {
    try PluginLoader(program: program, limit: .seconds(seconds)).load(path, into: &catalog)
}

/// Why the library at `path` is refused, without its path; nil where it is not.
private func refusal(_ path: String, into catalog: inout Catalog, seconds: Double = 30) -> String? {
    do {
        try load(path, into: &catalog, seconds: seconds)
        return nil
    } catch {
        return (error as? InputError)?.problem ?? "\(error)"
    }
}

@Test(arguments: [
    ("OTHER_ABI", "is of version 7 of the interface; 1 is read"),
    ("SMALL", "says that its functions take 16 bytes, not "),
    ("CONSTRUCTOR_CRASHES", "crashed when it was tried: signal 6, aborted"),
    ("DESTRUCTOR_CRASHES", "crashed when it was tried: signal 6, aborted"),
    ("CONSTRUCTOR_HANGS", "did not come to an end within 2 s when it was tried"),
    ("CONSTRUCTOR_PRINTS", "writes to standard output"), ("CONSTRUCTOR_FLOODS", "writes to standard output"),
    ("CONSTRUCTOR_EXITS", "ended its process with status 0 when it was tried"),
    ("NO_ENTRY", "has no entry point tactus_plugin"), ("RETURNS_NOTHING", "its entry point returned nothing"),
    ("LACKS_PREDICT", "lacks one of the functions load, predict and release"),
])
func libraryThatIsNotSoundIsRefused(fault: String, reason: String) throws {
    try TemporaryFolder.with { folder in
        var catalog = Catalog()
        let path = try PluginBuild.faulty(fault, in: folder)
        let told = refusal(path, into: &catalog, seconds: fault == "CONSTRUCTOR_HANGS" ? 2 : 30)
        #expect(told?.hasPrefix(reason) == true, "\(told ?? "it is not refused")")
        #expect(catalog.plugins.isEmpty)
        // None of it is in this process.
        #expect(try !readText(of: "/proc/self/maps").contains(path))
    }
}

@Test func namesOfKindsAreCheckedAndStandOnce() throws {
    try TemporaryFolder.with { folder in
        var catalog = Catalog()
        for kind in ["lstm", "statistics", "transformer", "linear", "median", "last", "dqn", "gcn", "lstm-forecaster"] {
            let told = refusal(try PluginBuild.faulty(kind: kind, in: folder), into: &catalog)
            #expect(told == "calls its kind \(kind), which is built in")
        }
        for kind in ["Upper", "", "a..b", String(repeating: "a", count: 65), "a@1"] {
            let told = refusal(try PluginBuild.faulty(kind: kind, in: folder), into: &catalog)
            #expect(told?.hasPrefix("its kind: \"\(kind)\" is no name") == true, "\(told ?? "")")
        }
        #expect(catalog.plugins.isEmpty)
        try load(PluginBuild.faulty("LACKS_TRAIN", kind: "mine", in: folder), into: &catalog)
        let again = try PluginBuild.faulty(kind: "mine", in: folder)
        #expect(refusal(again, into: &catalog) == "calls its kind mine, as another plugin does")
        #expect(try !readText(of: "/proc/self/maps").contains(again))
        #expect(catalog.predictors.map(\.name) == Catalog.predictors.map(\.name) + ["mine"])
        #expect(try catalog.predictor("mine").summary == "does as it is told")
        #expect(throws: InputError("the plugin mine cannot train", field: "model")) {
            try catalog.predictor("mine").trainer().trainPublishable(
                on: TestRegistry.executions(seconds: 5), seed: 1)
        }
        // No other catalog knows of it.
        #expect(throws: InputError.self) { try Catalog().predictor("mine") }
    }
}

@Test func whatIsNoLibraryIsRefused() throws {
    try TemporaryFolder.with { folder in
        var catalog = Catalog()
        #expect(refusal(folder("none.so"), into: &catalog) == "no such file or folder")
        #expect(refusal(folder.path, into: &catalog) == "is a folder, not a file")
        #expect(refusal("/dev/zero", into: &catalog) == "is no plain file")
        let text = try folder.write("no library", to: "text.so")
        #expect(refusal(text, into: &catalog)?.hasPrefix("cannot be loaded: ") == true)
        #expect(catalog.plugins.isEmpty)
    }
}

@Test func aModelIsLetGoOfWhenNobodyAsksItAnyMore() throws {
    try TemporaryFolder.with { folder in
        var models = try TestRegistry(in: folder)
        try load(PluginBuild.faulty(kind: "let-go", in: folder), into: &models.catalog)
        let version = try models.publish("let-go", seconds: 10)
        let notes = folder("notes")
        try models.rewritePlugin(version, "sound \(notes)")
        do {
            let predictor = try models.catalog.load(models.registry.load(models.name, version))
            let answers = try (0..<8).map { _ in try predictor.predict(TestRegistry.task) }
            #expect(Set(answers).count == 1 && answers[0].duration.p50 == 2.5)
            let many = [TaskSpec](repeating: TestRegistry.task, count: 300)
            #expect(try predictor.predict(many) == [ResourcePrediction](repeating: answers[0], count: 300))
            #expect(try predictor.predict([]) == [])
        }
        // Another process tried it first.
        let lines = try readText(of: notes).split(separator: "\n").map { $0.split(separator: " ") }
        let own = "\(ProcessInfo.processInfo.processIdentifier)"
        #expect(lines.map { $0[1] } == ["load", "release", "load", "release"])
        #expect(lines[0][0] == lines[1][0] && lines[0][0] != own && lines[2][0] == own && lines[3][0] == own)
    }
}

@Test func aVersionThatCrashesOrHangsOrFailsIsRefusedByTheProcessThatTriesIt() throws {
    try TemporaryFolder.with { folder in
        var models = try TestRegistry(in: folder)
        let library = try PluginBuild.faulty(kind: "tried", in: folder)
        try load(library, into: &models.catalog, seconds: 5)
        let version = try models.publish("tried", seconds: 10)
        for (weights, reason) in [
            ("crash", "crashed when it was tried: signal 6, aborted"),
            ("hang", "did not come to an end within 5 s when it was tried"),
            // One line, without what a terminal obeys.
            ("fail", "the plugin tried failed at loading: no\\u{1b} such weights"),
        ] {
            try models.rewritePlugin(version, weights)
            #expect(throws: InputError(reason, file: library)) {
                try models.catalog.read(models.registry.load(models.name, version))
            }
        }
        try models.rewritePlugin(version, "sound")
        _ = try models.catalog.load(models.registry.load(models.name, version))
        // Statistics that answer otherwise than they did: the process that tries it tells.
        try models.rewrite(version) { $0.multiply("executions.memory", by: 2) }
        let error = #expect(throws: InputError.self) {
            try models.catalog.read(models.registry.load(models.name, version))
        }
        #expect(error?.problem.hasPrefix("the self-test fails") == true, "\(error?.problem ?? "")")
        #expect(throws: InputError.self) {
            try models.rewrite(version) { archive in
                var other = archive
                other.set("plugin.weights", shape: [1], .float32([1]))
                archive = other
            }
            _ = try models.catalog.read(models.registry.load(models.name, version))
        }
    }
}

@Test func aModelThatSaysTooMuchWhenItIsMadeIsLetGoOf() throws {
    try TemporaryFolder.with { folder in
        var models = try TestRegistry(in: folder)
        let library = try PluginBuild.faulty(kind: "chatty", in: folder)
        try load(library, into: &models.catalog)
        let version = try models.publish("chatty", seconds: 10)
        let notes = folder("notes")
        try models.rewritePlugin(version, "babble \(notes)")
        #expect(throws: InputError("the plugin chatty emitted more than 200 bytes at loading", file: library)) {
            try models.catalog.read(models.registry.load(models.name, version))
        }
        let lines = try readText(of: notes).split(separator: "\n").map { $0.split(separator: " ")[1] }
        #expect(lines == ["load", "release"])
    }
}

@Test func aTrainingThatFailsSaysWhy() throws {
    try TemporaryFolder.with { folder in
        var catalog = Catalog()
        try load(PluginBuild.faulty(kind: "unlucky", in: folder), into: &catalog)
        #expect(throws: InputError("the plugin unlucky failed at training: an unlucky seed")) {
            try catalog.predictor("unlucky").trainer().trainPublishable(
                on: TestRegistry.executions(seconds: 5), seed: 13)
        }
    }
}
