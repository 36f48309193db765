import Files
import TestSupport
import Testing

@testable import Settings

private func failure(_ text: String) -> InputError? {
    #expect(throws: InputError.self, "\(text)") { try Settings(parsing: text, file: "t.yaml") }
}

/// Every key with the kind of its value.
private let kinds: [(key: String, kind: String)] = [
    ("models.path", "text"), ("models.canary_share", "number"), ("models.kept_hot", "whole"),
    ("models.step_seconds", "number"), ("server.host", "text"),
    ("server.state", "text"), ("server.history", "text"),
    ("server.port", "whole"),
    ("server.max_body_bytes", "whole"), ("server.max_json_depth", "whole"), ("server.request_seconds", "number"),
    ("server.tokens", "list"), ("plugins", "list"), ("orchestration.scheduling.algorithm", "text"),
    ("orchestration.scheduling.learning_rate", "number"), ("orchestration.scheduling.exploration_rate", "number"),
    ("orchestration.scheduling.batch_size", "whole"), ("orchestration.scheduling.replay_capacity", "whole"),
    ("orchestration.scheduling.action_size", "whole"), ("orchestration.scheduling.reward", "text"),
    ("orchestration.optimization.bottleneck_threshold", "number"),
    ("orchestration.optimization.optimization_interval", "number"),
    ("orchestration.optimization.max_parallel_optimizations", "whole"),
    ("orchestration.resource_prediction.model_type", "text"),
    ("orchestration.resource_prediction.prediction_horizon", "number"),
    ("orchestration.resource_prediction.retrain_interval", "number"),
    ("orchestration.performance.target_latency_ms", "number"),
    ("orchestration.performance.target_completion_improvement", "number"),
    ("orchestration.performance.target_resource_reduction", "number"), ("models", "group"), ("server", "group"),
    ("orchestration", "group"), ("orchestration.scheduling", "group"), ("orchestration.optimization", "group"),
    ("orchestration.resource_prediction", "group"), ("orchestration.performance", "group"),
]

/// What is no value of any key of that kind; `null` is left out of groups, where it means that nothing is said.
private let wrong: [String: [String]] = [
    "text": ["5", "true", "null", "", "[a]", "{a: 1}", "2001-01-01", "\"\"", "\"a\\0b\""],
    "whole": [
        "a", "\"5\"", "true", "null", "", "[5]", "{a: 5}", "5.5", "-5", "0x50", "0o17", "0100", "1_000", "1:30", "1e3",
        ".nan", ".inf", "99999999999999999999999", "5 5", "+5", "!!int \"5\"",
    ],
    "number": [
        "a", "\"0.5\"", "true", "null", "", "[0.5]", "{a: 0.5}", "-0.5", "0x0", "0o17", "01", "1_0", "0:30", ".nan",
        "-.inf", ".inf", ".5", "1e400", "-1e400", "0,5", "+1",
    ],
    "list": ["a", "5", "null", "", "{a: 5}", "[5]", "[null]", "[[]]"], "group": ["a", "5", "[]", "[a: 1]", "true"],
]

/// A document in which `key` has the value `value`, on the line told, behind comments.
private func document(_ key: String, _ value: String) -> (text: String, line: Int) {
    let names = key.split(separator: ".")
    let lines = names.enumerated().map { place, name in
        String(repeating: "  ", count: place) + name + (place == names.count - 1 ? ": \(value)" : ":")
    }
    return ("# one\n\n" + lines.joined(separator: "\n") + "\n", names.count + 2)
}

@Test func everyKeyRefusesValuesOfAnotherKindWithItsLine() {
    for (key, kind) in kinds {
        for value in wrong[kind] ?? [] {
            let (text, line) = document(key, value)
            let error = failure(text)
            #expect(error?.line == line && error?.file == "t.yaml", "\(text) \(error?.description ?? "")")
            #expect(error?.field?.hasPrefix(key) == true, "\(text)")
        }
    }
}

@Test func theHorizonOfCapacityIsAtMostADay() throws {
    let key = "orchestration.resource_prediction.prediction_horizon"
    #expect(try Settings(parsing: document(key, "86400").text, file: "t.yaml").predictionHorizonSeconds == 86_400)
    for value in ["0", "86400.5", "1e9"] { #expect(failure(document(key, value).text)?.field == key) }
}

@Test func howLearningGoesIsWithinItsRanges() {
    for (key, values) in [
        ("learning_rate", ["0", "1.5"]), ("exploration_rate", ["1.5"]), ("batch_size", ["0", "65537"]),
        ("replay_capacity", ["0", "1000001"]), ("action_size", ["1", "4097"]),
    ] {
        for value in values {
            let (text, line) = document("orchestration.scheduling.\(key)", value)
            let error = failure(text)
            #expect(error?.field == "orchestration.scheduling.\(key)" && error?.line == line, "\(key) \(value)")
        }
    }
}

@Test func everyGroupRefusesUnknownKeysWithTheirLine() {
    for (key, _) in kinds.filter({ $0.kind == "group" }) + [("", "group")] {
        let name = key.isEmpty ? "surprise" : "\(key).surprise"
        for value in ["1", "{a: [1]}"] {
            let (text, line) = document(name, value)
            let error = failure(text)
            #expect(error?.line == line && error?.field == name)
            #expect(error?.problem.hasPrefix("is not known; there are ") == true)
        }
    }
}

@Test(arguments: [
    ("server:\n  port: 1\n  host: a\n  port: 2\n", "\"port\" stands twice"),
    ("server: {}\nmodels: {}\nserver: {}\n", "\"server\" stands twice"),
    ("server:\n\tport: 1\n", "YAML"), ("server:\n  port: [1\n", "YAML"), ("server: 'a\n", "YAML"),
    ("server:\n  port: 1\n---\nmodels:\n  path: a\n", "another document"), ("server: \u{1}\n", "YAML"),
    ("- server\n- models\n", "group of keys"), ("server\n", "group of keys"), ("? [a, b]\n: 1\n", "is not known"),
    ("5: 1\n", "is not known"), ("<<: {server: {}}\n", "is not known"),
])
func documentsOfAnotherFormAreRefused(text: String, problem: String) {
    let error = failure(text)
    #expect(error?.problem.contains(problem) == true, "\(error?.description ?? "")")
    #expect((1...4).contains(error?.line ?? 0))
}

@Test func aSecondDocumentIsNamedByItsLine() {
    #expect(failure("server:\n  port: 1\n---\nmodels:\n  path: a\n")?.line == 3)
    #expect(failure("server:\n\tport: 1\n")?.line == 2)
}

@Test(arguments: [
    "models: &a\n  path: x\nserver: *a\n", "models: {path: *x}\n", "&root server: {}\n", "server: [&a 1]\n",
    "server: {\"a\":*b}\n", "- *x\n", "? *x\n: 1\n",
])
func anchorsAndAliasesAreRefused(text: String) {
    #expect(failure(text)?.problem.hasPrefix("anchors (&) and aliases (*)") == true)
}

@Test func charactersOfAnchorsInTextsAndCommentsAreNone() throws {
    let text = """
        # see *this* & that
        models:
          path: "a *b" # not &c
        server: {state: 'it''s *x', host: don't&*}
        """
    let read = try Settings(parsing: text, file: "t.yaml")
    #expect(read.modelsPath == "a *b" && read.server.statePath == "it's *x" && read.server.host == "don't&*")
}

/// Ten of the level before on each of many levels, and as a key, which is hashed.
@Test(.timeLimit(.minutes(10))) func documentsThatUnfoldAreRefusedAtOnce() {
    let levels = (1..<60).map { level in
        "l\(level): &l\(level) [" + [String](repeating: "*l\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    _ = failure("l0: &l0 laugh\n" + levels.joined())
    _ = failure("l0: &l0 laugh\n" + levels.joined() + "? *l59\n: 1\n")
    _ = failure("server: " + String(repeating: "[", count: 200_000))
    _ = failure("server: " + String(repeating: "{a: ", count: 200_000))
    _ = failure(String(repeating: "- ", count: 200_000))
}

@Test(arguments: [
    "[{name: a, role: read}]", "[{role: read, sha256: D}]", "[{name: a, sha256: D}]",
    "[{name: a, role: root, sha256: D}]", "[{name: a, role: read, sha256: abc}]",
    "[{name: a, role: read, sha256: D, secret: x}]",
    "[{name: a, role: read, sha256: D}, {name: b, role: operate, sha256: D}]",
    "[{name: a, role: read, sha256: E}]", "[{name: a, role: read, sha256: DD}]", "[{name: 1, role: read, sha256: D}]",
])
func tokensThatCannotBeMeantAreRefused(list: String) {
    let digest = String(repeating: "0123456789abcdef", count: 4)
    let text = list.replacing("D", with: digest).replacing("E", with: digest.uppercased())
    let error = failure("server:\n  tokens: \(text)\n")
    #expect(error?.line == 2 && error?.field?.hasPrefix("server.tokens[") == true)
}

@Test func aFileThatIsNoTextIsRefused() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try writeAtomically([0x61, 0x3A, 0x20, 0xFF, 0xFE], to: folder("t.yaml"))
        let error = #expect(throws: InputError.self) { try Settings(contentsOf: folder("t.yaml")) }
        #expect(error == InputError("is no text in UTF-8", file: folder("t.yaml")))
        try folder.write("\u{FEFF}server: {port: 1}", to: "bom.yaml")
        #expect(try Settings.load(folder("bom.yaml")).server.port == 1)
    }
}
