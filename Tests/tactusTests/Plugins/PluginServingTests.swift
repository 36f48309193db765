import Files
import Foundation
import ModelFixtures
import Models
import Registry
import TestSupport
import Testing
import Workflows

/// The questions that versions are compared on.
private let questions = [1e5, 1e6, 2.2e6, 7e6].map {
    TaskSpec(workflow: "w", process: "p", inputBytes: $0, cores: 1)
}

extension RunningServer {
    /// The predictions for `tasks`, and the version that gave them.
    fileprivate func predict(_ tasks: [TaskSpec]) throws -> (predictions: JSONValue?, version: Int?, reason: String?) {
        let question = JSONValue.object(JSONObject([("tasks", .array(tasks.map(\.json)))]))
        let answer = try json("/v1/predict", question.text())
        return (
            answer["predictions"].value, try answer["model"]["version"].ifPresent { try $0.int() },
            try answer["reason"].ifPresent { try $0.string() }
        )
    }
}

/// A folder with a history of `w:p`, which the command line has imported.
private func writeHistory(to folder: TemporaryFolder) throws {
    let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tcomplete\trealtime\tread_bytes\tpeak_rss"
    let rows = (0..<60).map { place in
        let (moment, size) = (place * 900_000, 100_000 * (1 + place * 7 % 23))
        return "\(place)\tp\tCOMPLETED\t0\t1\t\(moment)\t\(moment + 60_000)\t\(1000 + size / 50)\t\(size)\t\(size * 9)"
    }
    try folder.write(([header] + rows).joined(separator: "\n"), to: "w.p.trace.txt")
    let imported = try run(program, ["import", "w.p.trace.txt", "--into", "h.h5"], in: folder.path)
    #expect(imported.status == 0, "\(imported.errors)")
}

@Test func theExampleIsTrainedPublishedAndSwappedLive() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let library = try PluginBuild.example(in: folder)
        try writeHistory(to: folder)
        try folder.write("plugins: [example/libnearest.so]\nmodels: {path: models}\n", to: "tactus.yaml")
        func tactus(_ arguments: String...) throws -> String {
            let result = try run(program, arguments, in: folder.path)
            #expect(result.status == 0, "\(arguments) \(result.errors)")
            return result.output
        }
        for kind in ["statistics", "nearest"] {
            _ = try tactus("train", "predictor", "--history", "h.h5", "--model", kind, "--seed", "3")
        }
        // The same history and seed give the same weights.
        _ = try tactus("train", "predictor", "--history", "h.h5", "--model", "nearest", "--seed", "3")
        var catalog = Catalog()
        try PluginLoader(program: program).load(library, into: &catalog)
        let (registry, name) = (ModelRegistry(path: folder("models")), try CheckedName("predictor"))
        let versions = try [1, 2, 3].map { try registry.load(name, $0) }
        #expect(versions.map(\.manifest.kind) == ["statistics", "nearest", "nearest"])
        for file in ["weights.safetensors", "golden.safetensors"] {
            let digest = try #require(versions[1].manifest.files[file])
            #expect(versions[2].manifest.files[file] == digest && versions[0].manifest.files[file] != digest)
        }
        #expect(versions[1].manifest.metrics.map(\.target) == ["memory", "duration"])
        #expect(try registry.card(of: name, 2).contains("nearest in size"))
        let offline = try versions.map { version in
            JSONValue.array(try catalog.load(version).predict(questions).map(\.json))
        }
        #expect(offline[0] != offline[1] && offline[1] == offline[2])
        // The five whose inputs are nearest to 1e6 by its logarithm: 800, 900, 1000, 1100 and 1200 kB.
        let duration = JSONField(offline[1]).elementsOrNone[1]["duration"]
        #expect(try abs(duration["p50"].double() - 21) < 1.5, "\(duration.value?.text() ?? "")")
        #expect(try duration["source"].string() == "ensemble")
        #expect(try duration["reason"].string().hasSuffix(", corrected by the plugin nearest"))

        #expect(try tactus("models", "verify").contains("predictor 2 is whole"))
        #expect(try tactus("doctor").contains("ok      plugin \(library): nearest, the executions of the type"))
        _ = try tactus("models", "promote", "predictor", "1", "--force", "a test")
        let server = try RunningServer(in: folder)
        func expectServed(_ version: Int, _ route: String) throws {
            for _ in 0..<3 {
                let answer = try server.predict(questions)
                #expect(
                    answer == (offline[version - 1], version, nil), "\(route): version \(answer.version ?? 0)")
            }
        }
        try expectServed(1, "start")
        let promoted = try server.ask("/v1/models/predictor/promote", #"{"version":2,"force":"a test"}"#)
        #expect(promoted.status == 200, "\(promoted.body)")
        try expectServed(2, "promoted by the server")
        #expect(try server.ask("/v1/models/predictor/rollback", "{}").status == 200)
        try expectServed(1, "rolled back")
        _ = try tactus("models", "promote", "predictor", "3", "--force", "a test")
        for _ in 0..<400 where try server.predict(questions).version != 3 { Thread.sleep(forTimeInterval: 0.05) }
        try expectServed(3, "promoted on disk")
        #expect(server.stop() == 0, "\(server.errors.suffix(3000))")

        // Offline by the command line, too.
        try folder.write(questions[1].json.text(), to: "t.json")
        let told = JSONField(
            try JSONValue(parsing: Array(tactus("predict", "--task", "t.json", "--json").utf8)))
        #expect(
            try told["predictions"].elements()[0]["duration"]["p50"].double() == duration["p50"].double())
    }
}

extension JSONField {
    /// The elements of a list; none where it is none.
    fileprivate var elementsOrNone: [JSONField] { (try? elements()) ?? [] }
}

@Test func onlyWhatTheSettingsNameIsLoaded() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let library = try PluginBuild.faulty(in: folder)
        var models = try TestRegistry(in: folder)
        try PluginLoader(program: program).load(library, into: &models.catalog)
        try models.promote(models.publish("faulty", seconds: 10))
        try writeHistory(to: folder)
        func refusal(_ arguments: [String], _ environment: [String: String] = [:]) throws -> String {
            let result = try run(program, arguments, in: folder.path, environment: environment)
            #expect(result.status != 0)
            return result.errors
        }
        let train = ["train", "predictor", "--history", "h.h5", "--model", "faulty"]
        let unknown = "\"faulty\" is no kind of predictor; there are lstm"
        let search = ["LD_LIBRARY_PATH": folder.path, "TACTUS_PLUGINS": library, "PLUGINS": library]
        #expect(try refusal(train, search).contains(unknown))
        #expect(try refusal(train + ["--model", library]).contains("is no kind of predictor"))
        #expect(try refusal(["models", "verify"], search).contains(unknown))
        let bare = try RunningServer(in: folder)
        let answer = try bare.predict(questions)
        #expect(answer.version == nil && answer.reason?.contains(unknown) == true, "\(answer.reason ?? "")")
        #expect(bare.stop() == 0)

        // A name without a folder is looked for beside the settings, and nowhere else.
        try folder.write("plugins:\n  - \(lastComponent(of: library))\n", to: "other/tactus.yaml")
        let told = try refusal(train + ["--config", "other/tactus.yaml"], search)
        #expect(
            told.contains(
                "warning: other/tactus.yaml:2: field plugins[0]: the plugin \(lastComponent(of: library)) is refused: "
                    + "no such file or folder"), "\(told)")
        #expect(told.contains(unknown))
    }
}

@Test func aServerWithUnsoundPluginsServesTheRest() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let sound = try PluginBuild.faulty(in: folder)
        let others = try ["CONSTRUCTOR_CRASHES", "CONSTRUCTOR_HANGS", "CONSTRUCTOR_PRINTS", "OTHER_ABI"].map {
            try PluginBuild.faulty($0, kind: "other", in: folder)
        }
        var models = try TestRegistry(in: folder)
        try PluginLoader(program: program).load(sound, into: &models.catalog)
        try models.promote(models.publish("faulty", seconds: 10))
        let list = (others + [sound]).map { "\n  - \($0)" }.joined()
        try folder.write("models: {step_seconds: 5}\nplugins:\(list)\n", to: "tactus.yaml")
        let server = try RunningServer(in: folder)
        #expect(try server.predict(questions).version == 1)
        let reasons = [
            "crashed when it was tried: signal 6", "did not come to an end within 4 s", "writes to standard output",
            "is of version 7",
        ]
        for (place, reason) in reasons.enumerated() {
            let file = lastComponent(of: others[place])
            #expect(server.errors.contains("plugins[\(place)]: the plugin \(file) is refused: \(reason)"))
        }
        #expect(server.stop() == 0)
        let doctor = try run(program, ["doctor"], in: folder.path)
        #expect(doctor.status != 0)
        for (path, reason) in zip(others, reasons) {
            let line = doctor.output.split(separator: "\n").first { $0.contains("plugin \(path):") }
            #expect(line?.hasPrefix("failed  ") == true && line?.contains(reason) == true, "\(doctor.output)")
        }
        #expect(doctor.output.contains("ok      plugin \(sound): faulty, does as it is told"))
    }
}

@Test func aServerStaysUpWhateverAVersionOfAPluginDoes() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let library = try PluginBuild.faulty(in: folder)
        var models = try TestRegistry(in: folder)
        try PluginLoader(program: program).load(library, into: &models.catalog)
        for _ in 0..<2 { try models.publish("faulty", seconds: 10) }
        try models.publish("statistics", seconds: 10)
        try models.promote(1)
        try folder.write(
            "models: {step_seconds: 5}\nplugins: [\(library)]\n"
                + "orchestration: {performance: {target_latency_ms: 300}}\n", to: "tactus.yaml")
        let server = try RunningServer(in: folder)
        // What is no answer of a version is one of the statistics, with the reason.
        let rules = try Catalog.load(models.registry.load(models.name, 3))
        var asked = 0.0
        for (trap, reason) in [
            ("nan", "no forecast"), ("huge", "no forecast"), ("order", "not in their order"),
            ("zero", "no forecast: predictions[0].memory.p05"), ("missing", "predictions[0].cpu.p95"),
            ("rubbish", "no forecast"), ("nothing", "no forecast"), ("many", "2 predictions for 1 tasks"),
            ("flood", "emitted more than"), ("fail", "failed at forecasting: out of ideas"),
            ("hang", "did not answer within 300 ms"),
        ] {
            var task = TestRegistry.task
            task.features = ["note": .word("trap-\(trap)")]
            let answer = try server.predict([task])
            #expect(answer.version == nil, "\(trap)")
            #expect(answer.reason?.contains("predictor 1") == true, "\(trap): \(answer.reason ?? "")")
            #expect(answer.reason?.contains(reason) == true, "\(trap): \(answer.reason ?? "")")
            #expect(answer.predictions == .array(try rules.predict([task]).map(\.json)), "\(trap)")
            // Asked for what it was not asked before, it goes on: one failure among four leaves no version out.
            for _ in 0..<3 {
                asked += 1
                task.features = ["note": .number(asked)]
                #expect(try server.predict([task]).version == 1, "after \(trap)")
            }
        }
        try expectGuarded(server, rules)
        // A version that crashes while it is loaded, or the library of which is another by now, does not take over.
        func expectRefused(_ reason: String) throws {
            let refused = try server.ask("/v1/models/predictor/promote", #"{"version":2,"force":"a test"}"#)
            #expect(refused.status == 409 && refused.body.contains(reason), "\(refused.body)")
            #expect(try server.predict([TestRegistry.task]).version == 1)
        }
        try models.rewritePlugin(2, "crash")
        try expectRefused("is not promoted (build): crashed when it was tried: signal 6, aborted")
        try models.rewritePlugin(2, "hang")
        try expectRefused("is not promoted (build): did not come to an end within 4 s when it was tried")
        try models.rewritePlugin(2, "sound")
        try move(PluginBuild.faulty("LACKS_TRAIN", in: folder), to: library)
        try expectRefused("has changed since it was loaded")
        #expect(server.process.isRunning && server.stop() == 0, "\(server.state)")
    }
}

/// Of a task that lies far outside of what was seen a plugin is not asked, also beside others, until outcomes have shown such tasks.
private func expectGuarded(_ server: RunningServer, _ rules: any PublishablePredictor) throws {
    var far = TestRegistry.task
    far.inputBytes = 1e9
    far.features = ["note": .word("trap-fail")]
    let both = try server.predict([far, TestRegistry.task])
    let answers = try JSONField(both.predictions ?? .null).elements()
    #expect(both.version == 1 && both.reason == nil)
    let statistics = try rules.predict([far])[0]
    for target in ResourceTarget.allCases {
        let (own, expected) = (answers[0][target.rawValue], statistics[target])
        #expect(try own["p50"].double() == expected.p50 && own["source"].string() == "heuristic")
        #expect(
            try own["reason"].string()
                == expected.reason
                + "; the plugin faulty is left out, as inputBytes lies far above what its executions had")
    }
    #expect(try answers[1]["duration"]["p50"].double() == 2.5)
    far.features = [:]
    let outcome = TaskExecution(task: far, taskID: "far", completedAt: 1e6, duration: 3000)
    let told = try server.ask("/v1/executions", #"{"executions":[\#(ReportedExecution(outcome).json.text())]}"#)
    #expect(told.status == 202, "\(told.body)")
    #expect(
        try JSONField(server.predict([far]).predictions ?? .null).elements()[0]["duration"]["p50"].double() == 2.5)
}
