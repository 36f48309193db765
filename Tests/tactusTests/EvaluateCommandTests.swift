import Files
import TestSupport
import Testing

private func json(_ result: ProgramResult) throws -> JSONValue { try JSONValue(parsing: Array(result.output.utf8)) }

/// A trace of one process whose duration grows with its lines.
private func trace(_ rows: Range<Int>) -> String {
    let header = "task_id\tprocess\ttag\tstatus\tsubmit\tcomplete\trealtime\t%cpu\tpeak_rss\tlines"
    let lines = rows.map { row in
        let (size, at) = (200 + row * 37 % 400, row * 9000)
        let times = "\(at)\t\(at + 8000)\t\(size * 10)"
        return "\(row)\talign\ts\(row)\tCOMPLETED\t\(times)\t90\t\(size * 1000)\t\(size)"
    }
    return ([header] + lines).joined(separator: "\n")
}

private func evaluate(_ arguments: [String], in folder: TemporaryFolder) throws -> ProgramResult {
    try run(program, ["evaluate", "predictor", "--history", "h.h5"] + arguments, in: folder.path)
}

@Test func aReportIsCheckedAndCompared() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(trace(0..<80), to: "traces/w.a.trace.txt")
        #expect(try run(program, ["import", "traces", "--into", "h.h5"], in: folder.path).status == 0)

        let plain = try evaluate(["--protocol", "time", "--model", "linear", "--json"], in: folder)
        #expect(plain.status == 0, "\(plain.errors)")
        #expect(try json(plain)["honesty"] == nil)
        #expect(try json(plain)["targets"]?.array?.first?["comparisons"] == .array([]))

        let reported = try evaluate(
            ["--protocol", "time", "--model", "linear", "--report", "r.html", "--json"], in: folder)
        #expect(reported.status == 0, "\(reported.errors)")
        let honesty = try #require(try json(reported)["honesty"])
        for check in ["shuffledLabels", "scrambledOutcomes", "doubledInput"] {
            #expect(honesty[check]?["verdict"]?.string == "passed", "\(check)")
        }
        let target = try #require(try json(reported)["targets"]?.array?.last)
        #expect(target["comparisons"]?.array?.map { $0["name"]?.string } == ["statistics"])
        let page = try readText(of: folder("r.html"))
        let digest = try #require(try json(reported)["dataset"]?["sha256"]?.string)
        #expect(page.contains("Honesty checks") && page.contains(digest) && page.contains("--report r.html"))

        let printed = try evaluate(
            ["--protocol", "random", "--model", "statistics", "--honesty", "--compare", "linear"], in: folder)
        #expect(printed.status == 0, "\(printed.errors)")
        #expect(printed.output.contains("Doubled input: passed") && printed.output.contains(" over linear."))
        #expect(try evaluate(["--honesty", "--shuffle-labels"], in: folder).status != 0)
        #expect(try evaluate(["--compare", "magic"], in: folder).errors.contains("no kind of predictor"))
    }
}

@Test func aVersionIsComparedWithTheChampion() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        func train(_ history: String) throws {
            let result = try run(
                program, ["train", "predictor", "--history", history, "--model", "linear"], in: folder.path)
            #expect(result.status == 0, "\(result.errors)")
        }
        try folder.write(trace(0..<60), to: "old/w.a.trace.txt")
        try folder.write(trace(40..<100), to: "new/w.a.trace.txt")
        for name in ["old", "new"] {
            #expect(try run(program, ["import", name, "--into", name + ".h5"], in: folder.path).status == 0)
        }
        try train("old.h5")
        let promotion = ["models", "promote", "predictor", "1", "--force", "a test"]
        #expect(try run(program, promotion, in: folder.path).status == 0)
        try train("old.h5")
        try train("new.h5")
        func shown(_ version: Int) throws -> (card: String, manifest: JSONValue) {
            let arguments = ["models", "show", "predictor", "\(version)"]
            return (
                try run(program, arguments, in: folder.path).output,
                try json(run(program, arguments + ["--json"], in: folder.path))
            )
        }
        let (first, second, third) = (try shown(1), try shown(2), try shown(3))
        #expect(!first.card.contains("champion, version"))
        #expect(second.card.contains("champion, version 1: no tested execution was submitted after its data ended"))
        // Of the 60 newer executions the champion's data holds the first 20.
        let metric = try #require(third.manifest["metrics"]?.array?.first)
        #expect(metric["champion"]?["version"]?.int == 1 && metric["champion"]?["rows"]?.int == 40)
        #expect(third.card.contains("| version 1: ") && third.card.contains(" on 40 executions"))
        // JSON says what the card says of the split and of what is not known.
        for shown in [first, second, third] {
            let split = try #require(shown.manifest["split"]?.string)
            let division = try #require(shown.manifest["metrics"]?.array?.first?["protocol"]?.string)
            #expect(split.hasPrefix("`\(division)`") && shown.card.contains("- Split: " + split))
            let limits = try #require(shown.manifest["limits"]?.array).compactMap(\.string)
            #expect(limits.count > 1 && limits.allSatisfy { shown.card.contains("- " + $0) })
        }
        let coverage = try #require(metric["calibration"]?["coverage95"]?.double)
        #expect((0.5...1).contains(coverage))
    }
}
