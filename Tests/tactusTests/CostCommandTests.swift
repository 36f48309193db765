import Files
import Foundation
import TestSupport
import Testing
import Workflows

/// Four tasks of an hour on one core, of which each has 5 GB on record and asks for 11.
private let workflow = #"""
    {"name":"four-1","schemaVersion":"1.5","workflow":{
      "specification":{"tasks":[\#(
        (0..<4).map { #"{"id":"t\#($0)","name":"t\#($0)","tactus":{"request":{"memoryBytes":11e9}}}"# }.joined(separator: ","))]},
      "execution":{"tasks":[\#(
        (0..<4).map { #"{"id":"t\#($0)","runtimeInSeconds":3600,"memoryInBytes":5e9}"# }.joined(separator: ","))]}}}
    """#
private let cluster = #"""
    {"nodes":[{"name":"s1","cores":1,"pricePerHour":1,"pool":"small","memoryBytes":12e9},
      {"name":"s2","cores":1,"pricePerHour":1,"pool":"small","memoryBytes":12e9},
      {"name":"l1","cores":4,"pricePerHour":3,"pool":"large","memoryBytes":24e9},
      {"name":"l2","cores":4,"pricePerHour":3,"pool":"large","memoryBytes":24e9}]}
    """#

private func withFiles(_ body: (TemporaryFolder) throws -> Void) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(workflow, to: "w.json")
        try folder.write(cluster, to: "c.json")
        try body(folder)
    }
}

private let files = ["cost", "--workflow", "w.json", "--cluster", "c.json", "--iterations", "1000"]

private func json(_ text: String) throws -> JSONField { JSONField(try JSONValue(parsing: Array(text.utf8))) }

@Test func theCheapestNodesArePrinted() throws {
    try withFiles { folder in
        let result = try run(program, files + ["--deadline", "3700", "--json"], in: folder.path)
        #expect(result.status == 0 && result.errors == "", "\(result.errors)")
        let plan = try json(result.output)
        #expect(Array(try plan.object().keys.prefix(4)) == ["nodes", "cost", "makespan", "saved"])
        // One large node holds four tasks of 5.5 GB; with 11 GB two, so that two small ones and one large are on as it is.
        let nodes = try plan["nodes"].elements()
        #expect(try nodes.count == 1 && nodes[0]["pool"].string() == "large" && nodes[0]["count"].int() == 1)
        #expect(try nodes[0]["names"].elements().map { try $0.string() } == ["l1"])
        #expect(try abs(plan["cost"].double() - 3.05) < 1e-9 && plan["makespan"].double() == 3600)
        #expect(try abs(plan["saved"].double() - (5 * 3660.0 / 3600 - 3.05)) < 1e-9)
        #expect(try plan["baseline"]["policy"].string() == "fifo" && plan["baseline"]["gigabyteHours"].double() == 44)
        #expect(try plan["gigabyteHours"].double() == 22 && plan["proven"].bool())
        #expect(try plan["tasks"].elements().map { try $0["memoryBytes"].double() } == [5.5e9, 5.5e9, 5.5e9, 5.5e9])
        let text = try run(program, files + ["--deadline", "3700"], in: folder.path)
        for part in ["large", "It saves 2.03, 40.0 % of the cost", "ends within 61.7 min", "recorded use rounded up"] {
            #expect(text.output.contains(part), "\(text.output)")
        }
    }
}

@Test func costsOfForecastDurationsSayHowLikelyTheDeadlineIs() throws {
    try withFiles { folder in
        let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tcomplete\trealtime\tpeak_rss\t%cpu"
        let rows = (0..<40).map { place in
            let seconds = 3000 + place * 30
            return
                "\(place)\tt\tCOMPLETED\t0\t1\t\(place * 9000)\t\(place * 9000 + 5000)\t\(seconds * 1000)\t\(4 + place % 2) GB\t90%"
        }
        try folder.write(([header] + rows).joined(separator: "\n"), to: "four.x.trace.txt")
        for arguments in [
            ["import", "four.x.trace.txt", "--into", "h.h5", "--workflow", "four"],
            ["train", "predictor", "--history", "h.h5", "--model", "statistics"],
            ["models", "promote", "predictor", "1", "--force", "a test"],
        ] { #expect(try run(program, arguments, in: folder.path).status == 0) }
        let arguments = files + ["--durations", "predicted", "--json"]
        let plan = try json(run(program, arguments + ["--deadline", "4500"], in: folder.path).output)
        #expect(try plan["samples"].int() == 20)
        let probability = try plan["deadlineProbability"].double()
        #expect(probability >= 0.9 && probability <= 1)
        #expect(try plan["allocation"].string().hasPrefix("forecast"))
        #expect(try plan["makespan"].double() > 3000 && plan["makespan"].double() < 4500)
        let late = try run(program, arguments + ["--deadline", "3300"], in: folder.path)
        #expect(late.status != 0 && late.errors.contains("with a probability of"), "\(late.errors)")
        let same = try run(program, arguments + ["--deadline", "4500"], in: folder.path)
        #expect(try json(same.output).object() == plan.object())
    }
}

/// What goes in beside the files, and what the one line of the error must say.
@Test(arguments: [
    (["--deadline", "100"], "w.json: field deadlineSeconds: 100 s is not kept by any mix that was tried"),
    (["--deadline", "0"], "--deadline is 0.0, not a positive number"),
    (["--max-failure-rate=-1"], "--max-failure-rate is -1.0, negative"),
    (["--deadline-probability", "2"], "not between 0 and 1"), (["--iterations", "0"], "not positive"),
    (["--budget-ms", "0"], "--budget-ms"), (["--durations", "predicted"], "has no champion"),
    (["--cluster", "free.json"], "free.json: field nodes[0].pricePerHour: is 0 or missing for all of the 1 nodes"),
    (["--cluster", "tiny.json"], "w.json: field workflow.specification.tasks[0].id"),
    (["--workflow", "none.json"], "none.json: no such file"),
])
func badCostsGiveOneClearLine(arguments: [String], complaint: String) throws {
    try withFiles { folder in
        try folder.write(#"{"nodes":[{"name":"n","cores":8}]}"#, to: "free.json")
        try folder.write(#"{"nodes":[{"name":"n","cores":8,"memoryBytes":1e9,"pricePerHour":1}]}"#, to: "tiny.json")
        // Of an option that is given twice the last counts.
        let result = try run(program, files + arguments, in: folder.path)
        #expect(result.status != 0 && result.output == "")
        #expect(result.errors.contains(complaint), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count { $0.hasPrefix("Error") } == 1, "\(result.errors)")
    }
}

/// Asks for a cost over HTTP, reads the decision back and asks why.
private let client = """
    import http.client, json, sys
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=60)
    def ask(method, path, body=None):
        connection.request(method, path, json.dumps(body) if body else None)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    question = {"workflow": json.load(open(sys.argv[2])), "cluster": json.load(open(sys.argv[3])),
                "deadlineSeconds": 3700, "maxFailureRate": 0.01, "iterations": 1000}
    status, answer = ask("POST", "/v1/cost", question)
    again = ask("GET", "/v1/decisions/" + answer["decisionId"])[1]
    why = ask("GET", "/v1/decisions/" + answer["decisionId"] + "/explanation")[1]
    late, error = ask("POST", "/v1/cost", question | {"deadlineSeconds": 5})
    print(json.dumps({"status": status, "answer": answer, "again": again, "why": why, "late": late, "error": error}))
    """

@Test(.enabled(if: python != nil)) func aServerSaysTheSame() throws {
    try withFiles { folder in
        let server = try RunningServer(in: folder)
        let found = try PythonProcess(client, [server.port, folder("w.json"), folder("c.json")], in: folder).result()
        #expect(try found["status"].int() == 200, "\(server.errors)")
        let printed = try run(program, files + ["--deadline", "3700", "--json"], in: folder.path).output
        let answer = try found["answer"].object()
        for (name, value) in try json(printed).object().members { #expect(answer[name] == value, "\(name)") }
        #expect(try found["answer"]["source"].string() == "heuristic" && !found["answer"]["model"].isPresent)
        #expect(try found["again"]["output"].object() == answer && found["again"]["type"].string() == "cost")
        #expect(try found["again"]["input"]["deadlineSeconds"].double() == 3700)
        #expect(try found["why"]["summary"].string().hasPrefix("1 of large: 3.05, which saves 2.03"))
        #expect(try !found["why"]["alternatives"].elements().isEmpty)
        #expect(try found["late"].int() == 400 && found["error"]["error"]["field"].string() == "deadlineSeconds")
        #expect(server.stop() == 0)
    }
}
