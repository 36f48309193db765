import Files
import TestSupport
import Testing

private func jobs(_ size: Int, queries: ClosedRange<Int> = 1...1) -> String {
    let jobs = queries.map { query in
        let stages = (1...3).map { stage in
            let seconds = 500 * stage * (1 + size) * query
            return """
                {"tasks":\(4 * stage),"freshMs":{"5":[\(2 * seconds)]},\
                "firstWaveMs":{"5":[\(2 * seconds),\(seconds + 100)]},"restMs":{"5":[\(seconds),\(seconds - 10)]}}
                """
        }
        return #"{"query":\#(query),"edges":[[0,2],[1,2]],"stages":["# + stages.joined(separator: ",") + "]}"
    }
    return #"{"jobs":["# + jobs.joined(separator: ",") + "]}"
}

private let sizes = ["2g", "5g", "10g", "20g", "50g", "80g", "100g"]

@Test func aRuleForSparkIsSearchedForPublishedAndCompared() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        for (place, size) in sizes.enumerated() {
            try folder.write(jobs(place), to: "jobs/\(size).json")
        }
        func json(_ arguments: [String]) throws -> JSONField {
            let answer = try run(program, arguments + ["--json"], in: folder.path)
            #expect(answer.status == 0, "\(answer.errors)")
            return JSONField(try JSONValue(parsing: Array(answer.output.utf8)))
        }
        let stream = ["--jobs", "jobs", "--executors", "4", "--count", "10", "--gap", "6"]
        let trained = try json(
            ["train", "spark", "--generations", "3", "--population", "4", "--streams", "2"] + stream)
        #expect(try trained["kind"].string() == "spark" && trained["version"].int() == 1)
        let heuristics = try trained["metrics"].elements()[0]["heuristics"]
        #expect(try ["fifo", "fair", "srpt", "srpt-fair"].map { try heuristics[$0].double() }.max() == 0)
        #expect(try json(["models", "verify", "spark", "1"])["verified"].bool())
        let card = try run(program, ["models", "show", "spark", "1"], in: folder.path)
        #expect(card.output.contains("| srpt-fair |"), "\(card.output)")

        let compared = ["evaluate", "spark", "--policy", "srpt,fair,spark@spark@1", "--streams", "3"] + stream
        let evaluation = try json(compared)
        let entries = try evaluation["entries"].elements()
        #expect(try entries.map { try $0["name"].string() } == ["srpt", "fair", "spark@spark@1"])
        #expect(try entries[0]["ratio"]["value"].double() == 1)
        let text = try run(program, compared, in: folder.path)
        #expect(text.status == 0 && text.output.contains("4 executors, 3 streams of 10 jobs"), "\(text.output)")
        let capped = try json(
            ["evaluate", "spark", "--policy", "srpt-cap@4@0,srpt-cap@1e3@0.0,srpt-cap@1@0.2"] + stream)
        let cappings = try capped["entries"].elements().map { try $0["mean"]["value"].double() }
        #expect(cappings[0] == cappings[1] && cappings[0] != cappings[2])
        for (name, complaint) in [
            ("srpt-cap", "@C@X"), ("srpt-fair-cap@1", "@C@X"), ("srpt-cap@0@1", "@C@X"), ("srpt-cap@1@11", "@C@X"),
            ("srpt-cap@1@x", "@C@X"),
            ("best", "no rule"), ("spark", "no champion"), ("spark@", "--policy"),
        ] {
            let refused = try run(program, ["evaluate", "spark", "--policy", name] + stream, in: folder.path)
            #expect(refused.status != 0 && refused.errors.contains(complaint), "\(refused.errors)")
        }
        // A champion for other streams is not asked, and stays.
        _ = try json(["models", "promote", "spark", "1", "--force", "a test"])
        for (option, value, complaint) in [
            ("--executors", "5", "executors 4 instead of 5"), ("--count", "9", "jobs 10 instead of 9"),
            ("--gap", "7", "gap 6 instead of 7"),
        ] {
            var other = stream
            other[try #require(other.firstIndex(of: option)) + 1] = value
            let refused = try run(
                program,
                ["train", "spark", "--generations", "1", "--population", "4", "--streams", "1", "--promote"] + other,
                in: folder.path)
            #expect(refused.status != 0)
            let latest = try json(["models", "list"])["models"].elements().map { try $0["version"].int() }.max() ?? 0
            let shown = try run(program, ["models", "show", "spark", "\(latest)"], in: folder.path)
            #expect(
                shown.output.contains(
                    "It was not compared with the champion, version 1: it is for other streams, \(complaint)"))
        }
        // What the manifest says of the shape must be that of the rule.
        let path = "models/spark/1/manifest.json"
        let manifest = try String(decoding: readBytes(of: folder(path)), as: UTF8.self)
        try folder.write(manifest.replacing("\"score\" : 14", with: "\"score\" : 13"), to: path)
        let odd = try run(program, compared, in: folder.path)
        #expect(odd.status != 0 && odd.errors.contains("architecture"), "\(odd.errors)")
        let lost = try run(program, ["evaluate", "spark", "--jobs", "none"], in: folder.path)
        #expect(lost.status != 0 && lost.errors.contains("none/2g.json"), "\(lost.errors)")
    }
}

/// A rule that was searched for on some queries learns on, on another load.
@Test func aRuleForSparkLearnsOnAndQueriesAreLeftOut() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        for (place, size) in sizes.enumerated() {
            try folder.write(jobs(place), to: "one/\(size).json")
            try folder.write(jobs(place, queries: 1...3), to: "three/\(size).json")
        }
        let stream = ["--executors", "4", "--count", "10", "--gap", "6", "--streams", "3"]
        func completions(_ jobs: String...) throws -> JSONValue? {
            let answer = try run(program, ["evaluate", "spark", "--json", "--jobs"] + jobs + stream, in: folder.path)
            #expect(answer.status == 0, "\(answer.errors)")
            return JSONField(try JSONValue(parsing: Array(answer.output.utf8)))["entries"].value
        }
        #expect(try completions("three", "--queries", "1") == completions("one"))
        #expect(try completions("three", "--queries", "1-2,3") == completions("three"))
        #expect(try completions("three", "--queries", "2-3") != completions("three"))
        for (queries, complaint) in [
            ("1,7", "no query 7"), ("3-1", "--queries"), ("x", "--queries"), ("", "--queries"), ("1-2-3", "--queries"),
        ] {
            let refused = try run(
                program, ["evaluate", "spark", "--jobs", "three", "--queries", queries], in: folder.path)
            #expect(refused.status != 0 && refused.errors.contains(complaint), "\(queries): \(refused.errors)")
        }
        let training = ["train", "spark", "--population", "4", "--streams", "2", "--executors", "4", "--count", "10"]
        func train(_ arguments: String...) throws -> ProgramResult {
            try run(program, training + arguments, in: folder.path)
        }
        #expect(try train("--jobs", "three", "--queries", "1-2", "--gap", "6", "--generations", "3").status == 0)
        let second = try train("--jobs", "three", "--gap", "3", "--generations", "1", "--from", "1")
        #expect(second.status == 0, "\(second.errors)")
        let shown = try run(program, ["models", "show", "spark", "2"], in: folder.path)
        #expect(shown.output.contains("from version 1, learning on"), "\(shown.output)")
        #expect(shown.output.contains("Parent: version 1"), "\(shown.output)")
        let lost = try train("--jobs", "three", "--from", "9")
        #expect(lost.status != 0 && lost.errors.contains("9"), "\(lost.errors)")
    }
}
