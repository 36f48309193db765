import Files
import Foundation
import TestSupport
import Testing

private func predict(_ arguments: String..., in folder: TemporaryFolder) throws -> ProgramResult {
    try run(program, ["predict"] + arguments, in: folder.path)
}

@Test func aFormatIsOfAllTasksOfAHistory() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"workflow": "corpus", "process": "sort", "inputBytes": 4e6}"#, to: "t.json")
        for format in ["csv", "nextflow", "snakemake"] {
            let refused = try predict(
                "--task", "t.json", "--format", format, "--models", repository + "/models", in: folder)
            #expect(refused.status != 0 && refused.output == "", "\(refused.output)")
            #expect(refused.errors.contains("--format goes with --all"), "\(refused.errors)")
        }
    }
}

@Test(arguments: ["table", "csv", "nextflow"])
func aHistoryWithoutExecutionsHasNothingToForecast(format: String) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let lines = (0..<40).map { "\(1_767_225_600 + $0 * 300),\($0)" }
        try folder.write((["timestamp,cores"] + lines).joined(separator: "\n"), to: "usage.csv")
        let imported = try run(
            program, ["import", "usage.csv", "--format", "series", "--into", "h.h5"], in: folder.path)
        #expect(imported.status == 0, "\(imported.errors)")
        let refused = try predict(
            "--history", "h.h5", "--all", "--format", format, "--models", repository + "/models", in: folder)
        #expect(refused.status != 0 && refused.output == "", "\(refused.output)")
        #expect(refused.errors.contains("h.h5: has no usable execution"), "\(refused.errors)")
    }
}

@Test func typesThatTheChampionDoesNotKnowAreSaid() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tcomplete\trealtime\t%cpu\tpeak_rss"
        let rows = (0..<20).map {
            "\($0)\t\($0 % 2 == 0 ? "align" : "sort")\tCOMPLETED\t0\t1\t\($0 * 9000)\t\($0 * 9000 + 5000)\t2000\t90\t1000000"
        }
        try folder.write(([header] + rows).joined(separator: "\n"), to: "traces/wf.trace.txt")
        #expect(try run(program, ["import", "traces", "--into", "h.h5"], in: folder.path).status == 0)
        let models = repository + "/models"
        let foreign = try predict("--history", "h.h5", "--all", "--json", "--models", models, in: folder)
        #expect(foreign.status == 0)
        let answer = try JSONField(JSONValue(parsing: Array(foreign.output.utf8)))
        #expect(try answer["predictions"].elements().count == 2 && answer["processes"].elements().count == 2)
        let words = "predictor 1 has learned from no execution of 2 of 2 task types"
        #expect(foreign.errors.contains(words), "\(foreign.errors)")
        // Of those that it knows there is nothing to say, nor where the history itself answers.
        let known = try predict(
            "--history", repository + "/datasets/corpus.h5", "--all", "--json", "--models", models, in: folder)
        #expect(known.status == 0 && known.errors == "", "\(known.errors)")
        let own = try predict("--history", "h.h5", "--all", "--json", "--models", "none", in: folder)
        #expect(own.errors.contains("statistics learned from this history answer") && !own.errors.contains("wider"))
        // Sizes of processes rest on no version.
        let sized = try predict("--history", "h.h5", "--all", "--models", "none", in: folder)
        #expect(sized.status == 0 && sized.errors == "", "\(sized.errors)")
        let refused = try predict("--history", "h.h5", "--all", "--version", "1", "--models", models, in: folder)
        #expect(refused.status != 0 && refused.errors.contains("--version"), "\(refused.errors)")
    }
}

/// Two processes of two workflows that ask for 8 GB and two cores, with one name in common.
private let traces: [(file: String, process: String, memory: Int, cpu: Int)] = [
    ("v.a.trace.txt", "align", 2_000_000_000, 180), ("v.b.trace.txt", "sort", 900_000_000, 60),
    ("w.a.trace.txt", "align", 3_000_000_000, 90),
]

@Test func allFormatsStateTheSameSizesAndSavings() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let header = "task_id\tprocess\tstatus\texit\tcpus\tmemory\tsubmit\tcomplete\trealtime\t%cpu\tpeak_rss"
        for (file, process, memory, cpu) in traces {
            let rows = (0..<20).map {
                "\($0)\t\(process)\tCOMPLETED\t0\t2\t8000000000\t\($0 * 9_000_000)\t\($0 * 9_000_000 + 3_600_000)\t3600000\t\(cpu)\t\(memory + $0 * 1_000_000)"
            }
            try folder.write(([header] + rows).joined(separator: "\n"), to: "traces/" + file)
        }
        #expect(try run(program, ["import", "traces", "--into", "h.h5"], in: folder.path).status == 0)
        func output(_ arguments: String...) throws -> ProgramResult {
            let result = try run(program, ["predict", "--history", "h.h5", "--all"] + arguments, in: folder.path)
            #expect(result.status == 0, "\(result.errors)")
            return result
        }
        let plan = try JSONField(JSONValue(parsing: Array(output("--format", "nextflow", "--json").output.utf8)))
        let csv = try output("--format", "csv")
        let lines = csv.output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let column = Dictionary(uniqueKeysWithValues: lines[0].enumerated().map { (String($1), $0) })
        func cell(_ line: Int, _ name: String) throws -> Double {
            let place = try #require(column[name])
            return try #require(Double(lines[line][place]))
        }
        #expect(lines.count == 4 && lines.dropFirst().map { $0[0] } == ["v:align", "v:sort", "w:align"])
        // Six of twenty are held out, an hour each: 8 GB and 2 cores were asked for.
        for line in 1...3 {
            #expect(
                try abs(cell(line, "requestGigabyteHours") - 48) < 1e-9
                    && abs(cell(line, "requestCoreHours") - 12) < 1e-9)
            let (ours, saved) = (try cell(line, "gigabyteHours"), try cell(line, "gigabyteHoursSaved"))
            #expect(abs(48 - ours - saved) < 1e-9 && saved > 20 && saved < 43)
            #expect(try cell(line, "memoryToAskFor") > cell(line, "memory"))
        }
        #expect(try cell(2, "coreHoursSaved") == 6 && cell(3, "coreHoursSaved") == 6)
        // A person reads the same, and the total.
        let table = try output().output
        let total = try (1...3).map { try cell($0, "gigabyteHoursSaved") }.reduce(0, +)
        let rows = table.split(separator: "\n").filter { $0.contains(" of ") }
        #expect(
            rows.contains { $0.hasPrefix("v:sort") && $0.contains("6.00 of 12.0") && $0.contains("1.00 core") },
            "\(table)"
        )
        #expect(
            rows.contains { $0.hasPrefix("all") && $0.contains("\(String(format: "%.0f", total)) of 144") }, "\(table)")
        #expect(table.contains("instead of 144 GB·h") && csv.errors.contains("instead of 144 GB·h"))
        // Configuration has the larger of both sizes of a name, and saves with these.
        let sizes = try plan["processes"].elements().map { size in
            (try size["taskType"].string(), try size["memoryBytes"].double(), try size["cores"].double())
        }
        let largest = try max(cell(1, "memoryToAskFor"), cell(3, "memoryToAskFor"))
        #expect(sizes[0].1 == largest && sizes[2].1 == largest && sizes[0].2 == 2 && sizes[2].2 == 2)
        #expect(try sizes[1].1 == cell(2, "memoryToAskFor"))
        let savings = plan["savings"]
        let held = try savings["ours"]["gigabyteHours"].double()
        #expect(try held > (1...3).map { try cell($0, "gigabyteHours") }.reduce(0, +) + 1)
        for format in ["nextflow", "snakemake"] {
            let text = try output("--format", format).output
            #expect(text.contains("instead of 144 GB·h") && text.contains("would have held"), "\(text)")
            #expect(text.contains("instead of 96.0 GB·h") && text.contains("instead of 48.0 GB·h"), "\(text)")
        }
        // One workflow alone: the sizes of its own.
        let alone = try output("--workflow", "v", "--format", "nextflow", "--json").output
        let own = try JSONField(JSONValue(parsing: Array(alone.utf8)))["processes"].elements()[0]
        #expect(try own["memoryBytes"].double() == cell(1, "memoryToAskFor"))
    }
}

/// All gates of the shipped network are closed.
@Test func aVersionShowsWhereItsNetworkHasASay() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        func show(_ arguments: String...) throws -> String {
            let shown = ["models", "show", "predictor", "--models", repository + "/models"]
            let result = try run(program, shown + arguments, in: folder.path)
            #expect(result.status == 0 && result.errors == "", "\(result.errors)")
            return result.output
        }
        #expect(try show().contains("The network has no say in any of 14 task types"))
        let shares = try JSONField(JSONValue(parsing: Array(show("--json").utf8)))["networkShares"].elements()
        #expect(try shares.map { try $0["types"].int() } == [0, 0, 0] && shares[2]["of"].int() == 14)
    }
}
