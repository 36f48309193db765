import Files
import Foundation
import TestSupport
import Testing

/// The built program, beside the tests.
let program = builtProgram("tactus")

private func tactus(_ arguments: String..., in folder: TemporaryFolder) throws -> ProgramResult {
    try run(program, arguments, in: folder.path)
}

private let corpus = repository + "/datasets/corpus.h5"

private func json(_ result: ProgramResult) throws -> JSONValue { try JSONValue(parsing: Array(result.output.utf8)) }

@Test func fromTracesToAForecast() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tcomplete\trealtime\t%cpu\tpeak_rss\tlines"
        let rows = (0..<60).map {
            "\($0)\talign\tCOMPLETED\t0\t1\t\($0 * 9000)\t\($0 * 9000 + 5000)\t\(1000 + $0 % 7 * 500)\t90\t\(1_000_000 + $0 % 7 * 1000)\t\(100 + $0 % 7 * 50)"
        }
        try folder.write(([header] + rows).joined(separator: "\n"), to: "traces/wf.align.trace.txt")
        try folder.write("notes", to: "traces/README")

        let imported = try tactus("import", "traces", "--into", "h.h5", "--json", in: folder)
        #expect(imported.status == 0 && imported.errors == "")
        #expect(try json(imported)["rows"]?.int == 60)
        let again = try tactus("import", "traces", "--into", "h.h5", in: folder)
        #expect(again.output.contains("there already and added nothing"))

        let info = try tactus("history", "info", "h.h5", "--json", in: folder)
        #expect(try json(info)["usableRows"]?.int == 60)
        #expect(try tactus("history", "validate", "h.h5", in: folder).status == 0)
        let exported = try tactus("history", "export", "h.h5", in: folder)
        #expect(exported.output.split(separator: "\n").count == 61)

        let trained = try tactus("train", "predictor", "--history", "h.h5", "--model", "linear", "--json", in: folder)
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(try json(trained)["version"]?.int == 1)
        let promoted = try tactus("models", "promote", "predictor", "1", "--force", "a test", "--json", in: folder)
        #expect(try json(promoted)["aliases"]?["champion"]?.int == 1)
        let listed = try json(tactus("models", "list", "--json", in: folder))["models"]?.array
        #expect(listed?.first?["aliases"] == .array([.string("champion")]))
        #expect(Set(listed?.first?.object?.keys ?? []) == ["name", "version", "kind", "digest", "aliases", "created"])

        try folder.write(#"{"workflow": "wf", "process": "align", "features": {"lines": 200}}"#, to: "t.json")
        let answer = try json(tactus("predict", "--task", "t.json", "--json", in: folder))
        let duration = try #require(answer["predictions"]?.array?.first?["duration"])
        #expect(duration["unit"]?.string == "seconds")
        #expect(abs(try #require(duration["p50"]?.double) - 2) < 0.2)

        let evaluated = try tactus(
            "evaluate", "predictor", "--history", "h.h5", "--protocol", "online", "--model", "statistics",
            "--predictions",
            "p.csv", "--export-rows", "r.csv", "--report", "r.html", "--json", in: folder)
        #expect(evaluated.status == 0, "\(evaluated.errors)")
        #expect(try json(evaluated)["targets"]?.array?.count == 3)
        for file in ["p.csv", "r.csv", "r.html"] { #expect(kind(of: folder(file)) == .file) }
        #expect(try tactus("models", "rollback", "predictor", in: folder).output.contains("no alias"))
        #expect(try tactus("doctor", in: folder).status == 0)
    }
}

@Test func theEmbeddedChampionAnswers() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(#"{"workflow": "corpus", "process": "sort", "inputBytes": 4e6}"#, to: "t.json")
        let result = try tactus("predict", "--task", "t.json", "--models", repository + "/models", "--json", in: folder)
        #expect(result.status == 0, "\(result.errors)")
        let info = try json(tactus("history", "info", corpus, "--json", in: folder))
        #expect(info["rows"]?.int ?? 0 >= 2000 && info["taskTypes"]?.int ?? 0 >= 8 && info["runs"]?.int ?? 0 >= 100)
        #expect(info["graphs"]?.int == info["runs"]?.int)
        #expect(try tactus("history", "validate", corpus, in: folder).status == 0)
    }
}

/// What goes in, the arguments after that, and what the one line of the error must say.
@Test(arguments: [
    (["history", "info", "no.h5"], "no.h5: no such file"),
    (["history", "info", "text.h5"], "text.h5: is no HDF5 file"),
    (["history", "info", "cut.h5"], "cut.h5: is"), (["import", "none", "--into", "h.h5"], "none: no such file"),
    (["import", "text.h5", "--into", "h.h5"], "text.h5: is of no known format"),
    (["import", "cycle.json", "--into", "h.h5"], "the tasks form a cycle: "),
    (["import", "broken.json", "--into", "h.h5"], "broken.json:"),
    (["import", "short.trace.txt", "--into", "h.h5", "--strict"], "short.trace.txt:2"),
    (["train", "predictor", "--history", "empty.h5"], "empty.h5: no such file"),
    (["train", "predictor", "--history", "corpus", "--model", "magic"], "\"magic\" is no kind of predictor"),
    (["train", "predictor", "--history", "corpus", "--model", "linear", "--models", "text.h5/m"], "text.h5"),
    (["train", "predictor", "--history", "corpus", "--name", "../x"], "is no name"),
    (["evaluate", "predictor", "--history", "corpus", "--protocol", "fixed"], "--train-on"),
    (["models", "show", "predictor", "7"], "no version 7"), (["models", "promote", "a/b", "1"], "is no name"),
    (
        ["models", "export", "predictor", "7", "--format", "onnx", "--output", "o", "--models", "champion"],
        "no version 7"
    ),
    (
        ["models", "export", "predictor", "--format", "zip", "--output", "o", "--models", "champion"],
        "'zip' is invalid"
    ),
    (
        ["models", "export", "predictor", "--format", "onnx", "--output", "no/o", "--models", "champion"],
        "no/o: no such file or folder"
    ),
    (
        ["models", "export", "predictor", "--format", "onnx", "--output", "text.h5/o", "--models", "champion"],
        "text.h5/o: a part of the path is no folder"
    ),
    (["predict", "--task", "unknown.json", "--models", "champion"], "field colour: is not known here"),
    (["predict", "--task", "type.json", "--models", "champion"], "field inputBytes: is a text, not a number"),
    (["predict", "--task", "ok.json"], "has no champion"),
])
func badInputGivesOneClearLine(arguments: [String], complaint: String) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write("no HDF5", to: "text.h5")
        try folder.write(Data(try readBytes(of: corpus).prefix(100_000)), to: "cut.h5")
        try folder.write("{\"schemaVersion\": \"1.5\", ", to: "broken.json")
        try folder.write(
            #"{"schemaVersion":"1.5","workflow":{"specification":{"tasks":[{"id":"a","parents":["b"]},{"id":"b","parents":["a"]}]}}}"#,
            to: "cycle.json")
        try folder.write("task_id\tstatus\trealtime\n1\tCOMPLETED\n", to: "short.trace.txt")
        try folder.write(#"{"process": "p", "colour": 1}"#, to: "unknown.json")
        try folder.write(#"{"process": "p", "inputBytes": "4"}"#, to: "type.json")
        try folder.write(#"{"process": "p"}"#, to: "ok.json")
        let full = arguments.map { $0 == "corpus" ? corpus : $0 == "champion" ? repository + "/models" : $0 }
        let result = try run(program, full, in: folder.path)
        #expect(result.status != 0)
        #expect(result.errors.contains(complaint), "\(result.errors)")
        let lines = result.errors.split(separator: "\n").filter { !$0.hasPrefix("Usage:") && !$0.hasPrefix("  See") }
        #expect(lines.count { $0.hasPrefix("Error") } == 1, "\(result.errors)")
        #expect(result.output == "")
    }
}

@Test(arguments: [
    ["import"], ["history", "info"], ["history", "clean"], ["train", "predictor"], ["train", "scheduler"],
    ["train", "optimizer"], ["evaluate", "predictor"],
    ["evaluate", "forecaster"], ["evaluate", "cost"], ["evaluate", "optimizer"], ["capacity"], ["models", "list"],
    ["models", "export"],
    ["models", "promote"], ["models", "compare"], ["models", "verify"], ["models", "import"], ["models", "gc"],
    ["models", "show"], ["models", "rollback"], ["predict"], ["schedule"], ["optimize"], ["cost"], ["serve"],
    ["token"], ["decisions", "list"],
    ["decisions", "show"], ["doctor"],
])
func everyCommandHelpsWithAnExample(command: [String]) throws {
    let result = try run(program, command + ["--help"])
    #expect(result.status == 0)
    #expect(result.output.contains("EXAMPLE"))
    #expect(result.output.contains("--json"))
}
