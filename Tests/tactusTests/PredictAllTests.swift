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
        let foreign = try predict(
            "--history", "h.h5", "--all", "--format", "csv", "--models", models, in: folder)
        #expect(foreign.status == 0 && foreign.output.split(separator: "\n").count == 3)
        let words = "predictor 1 has learned from no execution of 2 of 2 task types"
        #expect(foreign.errors.contains(words), "\(foreign.errors)")
        // Of those that it knows there is nothing to say, nor where the history itself answers.
        let known = try predict(
            "--history", repository + "/datasets/corpus.h5", "--all", "--models", models, in: folder)
        #expect(known.status == 0 && known.errors == "", "\(known.errors)")
        let own = try predict("--history", "h.h5", "--all", "--models", "none", in: folder)
        #expect(own.errors.contains("statistics learned from this history answer") && !own.errors.contains("wider"))
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
