import Files
import TestSupport
import Testing

@Test func learningIsShownWholeAndWithoutItsParts() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":3},{"name":"b","cores":2}]}"#, to: "c.json")
        try folder.write(learningWorkload, to: "w.yaml")
        let arguments = [
            "evaluate", "learning", "--workload", "w.yaml", "--cluster", "c.json", "--seeds", "2", "--epochs", "2",
            "--episodes", "1", "--streams", "2",
        ]
        let told = try run(
            program, arguments + ["--without", "double,n-step", "--log-dir", "logs", "--report", "r.html", "--json"],
            in: folder.path)
        #expect(told.status == 0, "\(told.errors)")
        let report = JSONField(try JSONValue(parsing: Array(told.output.utf8)))
        let entries = try report["entries"].elements()
        #expect(try entries.map { try $0["name"].string() } == ["all parts", "without double", "without n-step"])
        #expect(try report["seeds"].elements().map { try $0.int() } == [1, 2])
        let learnedWith = report["hyperparameters"]
        let stated = [("learningRate", 0.001), ("window", 64), ("replay", 10_000), ("epochs", 2), ("steps", 3)]
        for (name, value) in stated {
            #expect(try learnedWith[name].double() == value, "\(name)")
        }
        for (entry, name) in zip(entries, ["all-parts", "without-double", "without-n-step"]) {
            let curves = try entry["curves"].elements().map { try $0.elements().map { try $0.double() } }
            #expect(curves.count == 2 && curves.allSatisfy { $0.count == 3 })
            for (seed, curve) in zip(1..., curves) {
                // The log of each run tells the same of its epochs.
                let log = String(decoding: try readBytes(of: folder("logs/\(name)-\(seed)/run.jsonl")), as: UTF8.self)
                let losses = try log.split(separator: "\n").map { JSONField(try JSONValue(parsing: Array($0.utf8))) }
                    .filter { try $0["event"].string() == "epoch" }.map { try $0["validationLoss"].double() }
                #expect(zip(losses, curve.dropFirst()).allSatisfy { abs($0 - $1) < 1e-6 } && losses.count == 2)
            }
        }
        let page = String(decoding: try readBytes(of: folder("r.html")), as: UTF8.self)
        #expect(page.contains("What it learned with") && page.contains("explorationHalving"))
        #expect(page.contains("Learning curves") && page.contains("without n-step"))
        let text = try run(program, arguments + ["--without", ""], in: folder.path)
        #expect(text.status == 0 && text.output.contains("all parts"), "\(text.errors)")
        // What it learns with, and from, changes what comes of it.
        func whole(_ more: [String]) throws -> JSONValue? {
            let told = try run(
                program,
                arguments + ["--without", "", "--seeds", "1", "--episodes", "8", "--epochs", "1", "--json"] + more,
                in: folder.path)
            #expect(told.status == 0, "\(more): \(told.errors)")
            return JSONField(try JSONValue(parsing: Array(told.output.utf8)))["entries"].value
        }
        let plain = try whole([])
        #expect(try whole(["--horizon", "1"]) == plain)
        for more in [
            ["--horizon", "3"], ["--steps", "9"], ["--demonstrations", "1"], ["--exploration-halving", "5"],
            ["--learning-rate", "0.01"], ["--updates-per-copy", "3"], ["--actions-per-update", "2"],
            ["--shaping"], ["--exploration-start", "0.2"], ["--exploration-rate", "0.4"], ["--conservatism", "0.5"],
        ] {
            #expect(try whole(more) != plain, "\(more)")
        }
        // The stream that is shown has about 120 choices: room for one that stays and for all of them.
        let shown = ["--demonstrations", "1", "--imitation", "0.05", "--replay", "200"]
        let kept = try whole(shown)
        #expect(try whole(shown + ["--keep-demonstrations", "0.5"]) == kept)
        for more in [["--keep-demonstrations", "0"], ["--demonstration-bonus", "1"]] {
            #expect(try whole(shown + more) != kept, "\(more)")
        }
        for (more, complaint) in [
            (["--horizon", "0"], "--horizon"), (["--steps", "0"], "--steps"), (["--replay", "9"], "--replay"),
            (["--imitation", "nan"], "--imitation"),
            (["--imitation", "0.3"], "--demonstrations"), (["--imitation-margin", "3"], "without --imitation"),
            (["--demonstrations", "-1"], "--demonstrations"),
            (["--keep-demonstrations", "0"], "add --demonstrations"),
            (["--demonstrations", "1", "--keep-demonstrations", "0.95"], "--keep-demonstrations"),
            (["--demonstration-bonus", "1"], "add --demonstrations"), (["--conservatism", "-1"], "--conservatism"),
            (["--exploration-rate", "0.6", "--exploration-start", "0.3"], "--exploration-rate"),
            (["--exploration-start", "2"], "--exploration-start"), (["--window", "1"], "--window"),
            (["--batch-size", "0"], "--batch-size"), (["--learning-rate", "0"], "--learning-rate"),
            (["--without", "single"], "there are double, duelling, n-step, prioritised"),
            (["--without", "double,double"], "twice"), (["--seeds", "0"], "--seeds"),
            (["--workload", "x.yaml"], "x.yaml"),
        ] {
            let refused = try run(program, arguments + more, in: folder.path)
            #expect(refused.status != 0 && refused.errors.contains(complaint), "\(more): \(refused.errors)")
        }
    }
}

@Test func learningTakesFromTheSettingsWhatNoOptionSays() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"nodes":[{"name":"a","cores":3},{"name":"b","cores":2}]}"#, to: "c.json")
        try folder.write(learningWorkload, to: "w.yaml")
        let arguments = [
            "evaluate", "learning", "--workload", "w.yaml", "--cluster", "c.json", "--seeds", "1", "--epochs", "2",
            "--episodes", "4", "--streams", "2", "--without", "", "--json",
        ]
        func report(_ options: [String], _ settings: String? = nil) throws -> JSONField {
            try folder.write(settings.map { "orchestration:\n  scheduling: {\($0)}\n" } ?? "", to: "tactus.yaml")
            let told = try run(program, arguments + options, in: folder.path)
            #expect(told.status == 0, "\(settings ?? ""): \(told.errors)")
            return JSONField(try JSONValue(parsing: Array(told.output.utf8)))
        }
        func curves(_ options: [String], _ settings: String? = nil) throws -> JSONValue? {
            try report(options, settings)["entries"].value
        }
        let plain = try curves([])
        for (key, value, option, told) in [
            ("learning_rate", "0.01", "--learning-rate", "learningRate"),
            ("exploration_rate", "0.4", "--exploration-rate", "explorationRate"),
            ("exploration_rate", "0.9", "--exploration-rate", "explorationRate"),
            ("batch_size", "5", "--batch-size", "batchSize"), ("replay_capacity", "210", "--replay", "replay"),
            ("action_size", "2", "--window", "window"),
        ] {
            let stated = try report([], "\(key): \(value)")
            #expect(
                try stated["entries"].value != plain && stated["entries"].value == curves([option, value]), "\(key)")
            #expect(try stated["hyperparameters"][told].double() == Double(value), "\(key)")
        }
        try folder.write("orchestration:\n  scheduling: {algorithm: reinforcement_learning}\n", to: "tactus.yaml")
        let warned = try run(program, arguments, in: folder.path)
        #expect(
            warned.status == 0 && warned.errors.contains("tactus.yaml:2: orchestration.scheduling.algorithm has no"))
        // The command line wins over the file, and another file over tactus.yaml.
        #expect(
            try curves(["--learning-rate", "0.02"], "learning_rate: 0.01") == curves(["--learning-rate", "0.02"]))
        try folder.write("orchestration: {scheduling: {batch_size: 5}}", to: "other.yaml")
        #expect(try curves(["--config", "other.yaml"], "batch_size: 9") == curves(["--batch-size", "5"]))
        for (settings, options, complaint) in [
            ("replay_capacity: 9", [], "replay_capacity: is 9, not between 200 and 1000000"),
            ("exploration_rate: 0.4", ["--exploration-start", "0.2"], "exploration_rate: is 0.4, above"),
            ("action_size: 1", [], "action_size: is 1, not between 2 and 4096"),
            ("state_size: 128", [], "state_size: is not known; there are algorithm, learning_rate"),
        ] {
            try folder.write("orchestration:\n  scheduling:\n    \(settings)\n", to: "tactus.yaml")
            let refused = try run(program, arguments + options, in: folder.path)
            #expect(
                refused.status != 0
                    && refused.errors.contains("tactus.yaml:3: field orchestration.scheduling.\(complaint)"),
                "\(refused.errors)")
        }
    }
}
