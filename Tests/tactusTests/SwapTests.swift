import Files
import Foundation
import Layers
import ModelFixtures
import Models
import Registry
import TestSupport
import Testing
import Workflows

/// How often versions are swapped under load; `TACTUS_SWAPS` sets another number: a thousand, for all tests.
private let swapCount = ProcessInfo.processInfo.environment["TACTUS_SWAPS"].flatMap(Int.init) ?? 10

/// Asks for forecasts over connections that stay open, until a file appears and at least so many were asked, or who began
/// it is gone; compares each answer with what the version that it names says offline.
private let load = """
    import http.client, json, os, sys, threading
    port, expected, questions, stop, wanted = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
    expected, questions = json.load(open(expected)), json.load(open(questions))
    bodies = [json.dumps({"task": question}) for question in questions]
    counts, versions, lock = {"requests": 0, "failed": 0, "mixed": 0, "fallbacks": 0}, {}, threading.Lock()
    parent = os.getppid()
    examples = []
    def work(place):
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
        while (not os.path.exists(stop) or counts["requests"] < wanted) and os.getppid() == parent:
            failed = mixed = fallback = 0
            version = None
            place = (place + 1) % len(bodies)
            try:
                connection.request("POST", "/v1/predict", bodies[place])
                response = connection.getresponse()
                answer = json.loads(response.read())
                if response.status != 200 or "model" not in answer:
                    failed = 1
                    print(response.status, answer, file=sys.stderr)
                else:
                    version = str(answer["model"]["version"])
                    fallback = int("reason" in answer)
                    told = [answer["predictions"], answer["source"], answer["model"]["digest"]]
                    own = expected[version]
                    mixed = int(told != [[own["answers"][place]], own["sources"][place], own["digest"]])
                    if mixed: examples.append([version, place, told, own])
            except Exception as error:
                print(repr(error), file=sys.stderr)
                failed = 1
                connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
            with lock:
                counts["requests"] += 1
                counts["failed"] += failed
                counts["mixed"] += mixed
                counts["fallbacks"] += fallback
                if version: versions[version] = versions.get(version, 0) + 1
    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(json.dumps(counts | {"versions": versions, "examples": examples[:1]}))
    """

/// Versions of different kinds, sizes and answers, with what they say offline; and some that must never answer.
private struct SwappedVersions {
    let models: TestRegistry
    let good: [Int]
    /// Versions that must not answer.
    let bad: [BadVersion]

    static let questions = [1e6, 2.5e6, 3e5].map { TaskSpec(workflow: "w", process: "p", inputBytes: $0, cores: 1) }

    /// The settings of a server that reads all of them.
    static let settings = "plugins: [example/libnearest.so]\n" + BadVersion.limit

    init(in folder: TemporaryFolder) throws {
        var models = try TestRegistry(in: folder)
        try PluginLoader(program: program).load(PluginBuild.example(in: folder), into: &models.catalog)
        self.models = models
        good = [
            try models.publish("lstm", seconds: 10, hidden: 8, isWave: true),
            try models.publish("lstm", seconds: 30, hidden: 24, isWave: true),
            try models.publish("statistics", seconds: 90),
            try models.publish("transformer", seconds: 270, hidden: 16, isWave: true),
            // A plugin.
            try models.publish("nearest", seconds: 810, isWave: true),
        ]
        bad = try BadVersion.all(of: good[0], in: models)
    }

    /// What every good version says offline, by its number, of each question alone, as the server is asked: the last bits of
    /// what a network says may hang on what it is asked together with.
    func offline() throws -> JSONValue {
        .object(
            JSONObject(
                try good.map { number in
                    let version = try models.registry.load(models.name, number)
                    let predictor = try models.catalog.load(version)
                    let answers = try Self.questions.flatMap { try predictor.predict([$0]) }
                    return (
                        "\(number)",
                        .object(
                            JSONObject([
                                ("answers", .array(answers.map(\.json))), ("digest", .string(version.digest)),
                                ("sources", .array(answers.map { .string($0.source.rawValue) })),
                            ]))
                    )
                }))
    }
}

/// A version that must not answer, with what is said of it.
private struct BadVersion {
    let version: Int
    let step: String
    let reason: String

    /// How long a step may take.
    static let limitSeconds = 5.0
    static let limit = "models:\n  step_seconds: \(limitSeconds)\n"

    /// Copies of `version`, which stands on an LSTM: with a corrupt byte, with a weight that is not a number, one that throws
    /// and, as the last one, one that stalls.
    static func all(of version: Int, in models: TestRegistry) throws -> [BadVersion] {
        let copies = try (0..<4).map { _ in try models.publishAgain(version) }
        try models.damage(copies[0])
        try models.rewrite(copies[1]) { $0.set("network.heads.cpu.linear.bias", firstOf: .nan) }
        try models.rewrite(copies[2]) { $0 = WeightArchive() }
        try models.stall(copies[3])
        return [
            BadVersion(version: copies[0], step: "verify", reason: "SHA-256 differs"),
            BadVersion(version: copies[1], step: "finite", reason: "not finite"),
            BadVersion(version: copies[2], step: "build", reason: "is missing"),
            BadVersion(version: copies[3], step: "self-test", reason: "it took longer than 5 s"),
        ]
    }
}

extension TestRegistry {
    /// Gives `version` so many questions to test itself by that it does not come to their end: at the speed of this
    /// machine they take four times the limit, and are read in a fraction of it.
    fileprivate func stall(_ version: Int) throws {
        let loaded = try registry.load(name, version)
        var golden = loaded.golden
        let predictor = try Catalog.load(loaded)
        let questions = try JSONValue(parsing: Array(golden.text("tasks").utf8)).text().dropFirst().dropLast()
        let answers = try golden.doubles("predictions")
        func repeatQuestions(_ count: Int) {
            golden.set(
                "tasks", text: "[" + [Substring](repeating: questions, count: count).joined(separator: ",") + "]")
            let repeated = Array([[Double]](repeating: answers, count: count).joined())
            golden.set("predictions", shape: [repeated.count / 9, 3, 3], .float64(repeated))
        }
        repeatQuestions(100)
        let began = ContinuousClock.now
        _ = try predictor.predict(GoldenAnswers.questions(of: golden))
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        repeatQuestions(Int((100 * 4 * BadVersion.limitSeconds / seconds).rounded(.up)))
        try replace("golden.safetensors", of: version, by: Safetensors.encode(golden))
    }
}

/// Swaps versions of a server by every route, and waits until each answers.
private struct Swapping {
    let server: RunningServer
    let versions: SwappedVersions
    let folder: TemporaryFolder
    /// The longest time from a promotion on disk to its answer.
    var slowest = Duration.zero
    /// What a rollback would lead to; nil where the last change was none that it could undo.
    private var before: Int?
    private var last: Int? = 1
    private var answering = 1

    init(of server: RunningServer, _ versions: SwappedVersions, in folder: TemporaryFolder) {
        (self.server, self.versions, self.folder) = (server, versions, folder)
    }

    /// Lets `version` answer: asked of the server, written by this process, or by the command line, in turn. Now and
    /// then the one before is gone back to instead.
    mutating func swap(to version: Int, place: Int) throws {
        // One that answers already would be no swap.
        var version = version == answering ? versions.good[version % versions.good.count] : version
        if place % 5 == 4, let before {
            version = before
            let answer = try server.ask("/v1/models/predictor/rollback", "{}")
            #expect(
                answer.status == 200 && answer.body.contains("\"champion\":\(version)"),
                "\(answer.body) \(server.state)")
            #expect(try served() == version)
            self.before = nil
        } else {
            before = last
            try promote(version, place)
        }
        (last, answering) = (version, version)
        let began = ContinuousClock.now
        try wait(for: version, since: began)
        if place % 2 == 0 { slowest = max(slowest, .now - began) }
    }

    private func promote(_ version: Int, _ place: Int) throws {
        if place % 20 == 7 {
            let command = ["models", "promote", "predictor", "\(version)", "--force", "a test"]
            let result = try run(program, command, in: folder.path)
            #expect(result.status == 0, "\(result.errors)")
        } else if place % 2 == 0 {
            try versions.models.promote(version)
        } else {
            let answer = try server.ask("/v1/models/predictor/promote", "{\"version\":\(version),\"force\":\"a test\"}")
            #expect(answer.status == 200, "\(answer.body) \(server.state)")
            // What was promoted is what answers once that is said.
            #expect(try served() == version)
        }
    }

    func served() throws -> Int? {
        try server.json("/health/ready")["model"]["version"].ifPresent { try $0.int() }
    }

    private func wait(for version: Int, since began: ContinuousClock.Instant) throws {
        while try served() != version {
            guard .now - began < .seconds(60) else {
                throw InputError("version \(version) does not answer: \(server.state)")
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }

    /// Promotes a version that must not answer, by every route; the one before goes on.
    mutating func refuse(_ bad: BadVersion) throws {
        let answering = try served()
        (before, last) = (nil, nil)
        let refused = try server.ask(
            "/v1/models/predictor/promote", "{\"version\":\(bad.version),\"force\":\"a test\"}")
        #expect(
            refused.status == 409 && refused.body.contains("predictor \(bad.version) is not promoted (\(bad.step))"))
        #expect(refused.body.contains(bad.reason), "\(refused.body)")
        try versions.models.setChampion(bad.version)
        let began = ContinuousClock.now
        var reason: String?
        while reason?.contains("predictor \(bad.version) cannot be loaded (\(bad.step)): ") != true {
            guard .now - began < .seconds(60) else { throw InputError("nothing is said of version \(bad.version)") }
            Thread.sleep(forTimeInterval: 0.02)
            reason = try server.json("/health/ready")["reason"].ifPresent { try $0.string() }
        }
        #expect(reason?.contains(bad.reason) == true && reason?.contains("/") == false, "\(reason ?? "")")
        #expect(try served() == answering)
    }

    func residentBytes() throws -> Int { try Int(metric("process_resident_memory_bytes")) }

    /// The sum of a metric over its labels that hold `text`.
    func metric(_ name: String, _ text: String = "") throws -> Double {
        try server.ask("/metrics").body.split(separator: "\n").filter {
            $0.hasPrefix(name + "{") && (text.isEmpty || $0.contains(text)) || $0.hasPrefix(name + " ")
        }.reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? .nan) }
    }
}

@Test(.enabled(if: python != nil)) func swapsUnderLoadLoseNoRequestAndMixNoAnswer() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let versions = try SwappedVersions(in: folder)
        let offline = try versions.offline()
        let different = Set(versions.good.map { JSONField(offline)["\($0)"]["answers"].value?.text() })
        #expect(different.count == versions.good.count)
        // All but the statistics.
        for network in [1, 2, 4, 5] {
            let sources = try JSONField(offline)["\(network)"]["sources"].elements().map { try $0.string() }
            #expect(sources.contains("ensemble"), "version \(network) answers by its rules alone")
        }
        try folder.write(offline.text(), to: "expected.json")
        try folder.write(JSONValue.array(SwappedVersions.questions.map(\.json)).text(), to: "questions.json")
        try folder.write(SwappedVersions.settings, to: "tactus.yaml")
        try versions.models.promote(1)
        let server = try RunningServer(in: folder)
        let client = try PythonProcess(
            load,
            [
                server.port, folder("expected.json"), folder("questions.json"), folder("stop"), "\(100 * swapCount)",
            ], in: folder)
        var swapping = Swapping(of: server, versions, in: folder)
        var early = 0
        // Bad ones come in between.
        let interval = max(swapCount / 4, 1)
        for place in 1...swapCount {
            try swapping.swap(to: versions.good[(place + place / 7) % versions.good.count], place: place)
            if place % interval == 0, place / interval <= 3 { try swapping.refuse(versions.bad[place / interval - 1]) }
            if place == max(swapCount / 4, 2) { early = try swapping.residentBytes() }
        }
        let late = try swapping.residentBytes()
        // The one that stalls comes last: it holds many questions, and reads on for a while.
        try swapping.refuse(versions.bad[3])
        for place in versions.good.indices { try swapping.swap(to: versions.good[place], place: place) }
        try folder.write("", to: "stop")
        let counts = try client.result()
        #expect(try counts["failed"].int() == 0, "\(server.state)")
        #expect(try counts["mixed"].int() == 0, "\(counts["examples"].value?.text() ?? "")")
        #expect(try counts["fallbacks"].int() == 0)
        #expect(try counts["requests"].int() >= 100 * swapCount)
        #expect(try Set(counts["versions"].object().keys) == Set(versions.good.map { "\($0)" }))

        // Each failure is counted at its step, once when it was asked for and as often as it was tried again on disk.
        for bad in versions.bad {
            #expect(try swapping.metric("tactus_model_swap_failures_total", "step=\"\(bad.step)\"") >= 2)
            #expect(server.errors.contains("predictor \(bad.version) cannot be loaded (\(bad.step))"))
        }
        for step in ["look", "load", "learn", "warm-up"] {
            #expect(try swapping.metric("tactus_model_swap_failures_total", "step=\"\(step)\"") == 0)
        }
        let switches = try swapping.metric("tactus_model_switch_seconds_count")
        let mean = try swapping.metric("tactus_model_switch_seconds_sum") / switches
        #expect(try switches == swapping.metric("tactus_model_swaps_total") && Int(switches) >= swapCount - 2)
        #expect(mean < 0.001, "a switch takes \(mean) s")
        #expect(late < early + early / 5 + 16 << 20, "\(early) bytes early, \(late) late")
        print(
            "\(Int(switches)) swaps, \(try swapping.metric("tactus_model_swaps_total", "hot=\"true\"")) of them hot,",
            "\(mean * 1e6) µs each, at most \(try swapping.metric("tactus_model_switch_longest_seconds") * 1e6) µs;",
            "a promotion on disk answers within \(swapping.slowest);", try counts["requests"].int(), "requests: ",
            counts["versions"].value?.text() ?? "",
            "resident \(early / 1_000_000) MB early, \(late / 1_000_000) MB late")
        #expect(server.stop() == 0, "\(server.errors.suffix(3000))")
        #expect(!server.errors.contains("ThreadSanitizer"), "\(server.errors.suffix(3000))")
    }
}

@Test func aVersionThatMustNotAnswerIsAnsweredForByRulesFromTheStart() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let models = try TestRegistry(in: folder)
        let versions = try BadVersion.all(of: models.publish("lstm", seconds: 10), in: models)
        try folder.write(BadVersion.limit, to: "tactus.yaml")
        for bad in versions {
            try models.setChampion(bad.version)
            let server = try RunningServer(in: folder)
            let answer = try server.json("/v1/predict", #"{"task":{"process":"p"}}"#)
            #expect(try answer["source"].string() == "heuristic" && !answer["model"].isPresent)
            let reason = try answer["reason"].string()
            #expect(reason.hasPrefix("predictor \(bad.version) cannot be loaded (\(bad.step)): "), "\(reason)")
            #expect(reason.contains(bad.reason), "\(reason)")
            #expect(server.errors.contains(reason))
            #expect(server.stop() == 0)
        }
    }
}
