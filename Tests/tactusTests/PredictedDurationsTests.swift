import Files
import TestSupport
import Testing

/// A champion of predictors that knows `steady` tasks of 7 s and `wild` ones of 1 to 400 s, two of each in a sample.
private func inFolder(_ body: (TemporaryFolder, ([String]) throws -> JSONField) throws -> Void) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tstart\tcomplete\trealtime\ttag"
        let rows = (0..<80).map { (place: Int) in
            let isSteady = place.isMultiple(of: 2)
            let milliseconds = isSteady ? 7000 : [1000, 400_000, 20_000, 3000, 90_000][place / 2 % 5]
            let start = 1_700_000_000_000 + place / 4 * 30_000
            return
                "\(place)\t\(isSteady ? "steady" : "wild")\tCOMPLETED\t0\t1\t\(start)\t\(start)\t\(start + milliseconds)\t"
                + "\(milliseconds)\ts\(place / 4)"
        }
        try folder.write(([header] + rows).joined(separator: "\n"), to: "crowd.x.trace.txt")
        try folder.write(#"{"nodes":[{"name":"a","cores":2}]}"#, to: "c.json")
        try body(folder) { arguments in
            let told = try run(program, arguments, in: folder.path)
            #expect(told.status == 0, "\(arguments): \(told.errors)")
            return told.output.hasPrefix("{")
                ? JSONField(try JSONValue(parsing: Array(told.output.utf8))) : .init(.null)
        }
    }
}

@Test func schedulersLearnOnForecastsOfDurations() throws {
    try inFolder { folder, json in
        _ = try json(["import", "crowd.x.trace.txt", "--into", "h.h5", "--workflow", "w"])
        _ = try json(["simulate", "fit", "--history", "h.h5", "--output", "many.yaml"])
        let many = String(decoding: try readBytes(of: folder("many.yaml")), as: UTF8.self)
        try folder.write(many.replacing("count: 200", with: "count: 6"), to: "w.yaml")
        let predicted = ["--durations", "predicted"]
        let training = [
            "train", "scheduler", "--workload", "w.yaml", "--cluster", "c.json", "--rounds", "0", "--search-steps", "1",
            "--search-pairs", "4", "--json",
        ]
        let learning = [
            "evaluate", "learning", "--workload", "w.yaml", "--cluster", "c.json", "--seeds", "1", "--epochs", "1",
            "--episodes", "2", "--streams", "2", "--without", "", "--json",
        ]
        for command in [training, learning] {
            let refused = try run(program, command + predicted, in: folder.path)
            #expect(refused.status != 0 && refused.errors.contains("has no champion"), "\(refused.errors)")
        }
        _ = try json(["train", "predictor", "--history", "h.h5", "--model", "statistics"])
        _ = try json(["models", "promote", "predictor", "1", "--force", "a test"])
        func manifest(_ version: Int) throws -> JSONField {
            JSONField(try JSONValue(parsing: try readBytes(of: folder("models/scheduler/\(version)/manifest.json"))))
        }
        for (version, options) in [(1, []), (2, predicted), (3, ["--durations", "given"])] {
            #expect(try json(training + options)["version"].int() == version)
            let told = try manifest(version)
            #expect(told["architecture"]["uncertainty"].isPresent == (version == 2))
            #expect(told["hyperparameters"]["predictedDurations"].isPresent == (version == 2))
            let card = try run(program, ["models", "show", "scheduler", "\(version)"], in: folder.path).output
            #expect(card.contains("went by durations that the champion") == (version == 2), "\(card)")
        }
        let digests = try (1...3).map { try manifest($0)["dataset"]["sha256"].string() }
        #expect(digests[0] == digests[2] && digests[0] != digests[1])
        // A scheduler that sees them chooses by them in comparisons, and learns on from there without them.
        let compared = [
            "evaluate", "scheduler", "--workload", "w.yaml", "--cluster", "c.json", "--streams", "2", "--json",
        ]
        let policies = ["--policy", "srpt-path,dqn@scheduler@2"]
        let (given, forecast) = (try json(compared + policies), try json(compared + policies + predicted))
        #expect(given["variants"].value != forecast["variants"].value)
        #expect(try json(training + ["--from", "2"])["version"].int() == 4)
        #expect(try manifest(4)["architecture"]["uncertainty"].int() == 1)
        let card = try run(program, ["models", "show", "scheduler", "4"], in: folder.path).output
        #expect(card.contains("It sees how uncertain") && !card.contains("the champion of predictors"), "\(card)")
        // Workloads may call different workflows by one name.
        for (file, tasks) in [("short", 2), ("long", 5)] {
            let ids = (0..<tasks).map { "t\($0)" }
            let made = ids.map { #"{"name":"steady","id":"\#($0)"}"# }.joined(separator: ",")
            let ran = ids.map { #"{"id":"\#($0)","runtimeInSeconds":5}"# }.joined(separator: ",")
            try folder.write(
                #"{"name":"w","schemaVersion":"1.5","workflow":{"specification":{"tasks":[\#(made)]},"#
                    + #""execution":{"tasks":[\#(ran)]}}}"#, to: "\(file).json")
            try folder.write(
                "schemaVersion: 1\narrivals: {process: poisson, load: 0.9}\ncount: 6\napplications:\n"
                    + "  - {name: main, workflow: \(file).json}\n", to: "\(file).yaml")
        }
        let both = ["--workload", "short.yaml", "--validation", "long.yaml"]
        #expect(try json(training + both + predicted)["version"].int() == 5)
        // So does deep Q-learning, which a log teaches with durations as they were.
        let log = ["--history", "h.h5", "--demonstrations", "1", "--teacher", "logged"]
        let refused = try run(program, learning + log + predicted, in: folder.path)
        #expect(
            refused.status != 0 && refused.errors.contains("does not go with --teacher logged"), "\(refused.errors)")
        let (known, believed) = (try json(learning), try json(learning + predicted))
        #expect(known["entries"].value != believed["entries"].value)
    }
}
