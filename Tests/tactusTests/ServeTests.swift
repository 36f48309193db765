import Files
import Foundation
import ModelFixtures
import TestSupport
import Testing

/// Asks for forecasts until the server is gone; writes down each identifier that was acknowledged.
private let remember = """
    import http.client, json, sys
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
    body, ids = json.dumps({"task": {"process": "p"}}), []
    try:
        while True:
            connection.request("POST", "/v1/predict", body)
            ids.append(json.loads(connection.getresponse().read())["decisionId"])
    except (OSError, http.client.HTTPException, ValueError): pass
    print(json.dumps(ids))
    """

@Test(.enabled(if: python != nil)) func aKilledServerHasKeptEveryAcknowledgedDecision() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var acknowledged: [String] = []
        for round in 0..<3 {
            let server = try RunningServer(in: folder)
            let client = try PythonProcess(remember, [server.port], in: folder)
            Thread.sleep(forTimeInterval: 0.5 + 0.7 * Double(round))
            #expect(server.stop(SIGKILL) == SIGKILL)
            acknowledged += try client.result().elements().map { try $0.string() }
        }
        #expect(acknowledged.count > 50)
        let server = try RunningServer(in: folder)
        let ids = try folder.write(acknowledged.joined(separator: "\n"), to: "ids")
        let found = try PythonProcess(
            """
            import http.client, json, sys
            connection, found = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30), 0
            for id in open(sys.argv[2]).read().split():
                connection.request("GET", "/v1/decisions/" + id)
                response = connection.getresponse()
                record = json.loads(response.read())
                found += response.status == 200 and record["output"]["decisionId"] == id
            print(found)
            """, [server.port, ids], in: folder
        ).result()
        #expect(found.value?.int == acknowledged.count)
        #expect(server.stop() == 0)
    }
}

@Test(.enabled(if: python != nil)) func aServerThatIsToldToStopFinishesWhatIsUnderWay() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let server = try RunningServer(in: folder)
        // Half of a request is sent before the signal, the rest after it.
        let client = try PythonProcess(
            """
            import json, os, signal, socket, sys, time
            body = json.dumps({"task": {"process": "p"}}).encode()
            connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=30)
            connection.sendall(b"POST /v1/predict HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body))
            connection.sendall(body[:10])
            time.sleep(0.3)
            os.kill(int(sys.argv[2]), signal.SIGTERM)
            time.sleep(0.5)
            connection.sendall(body[10:])
            answer = b""
            while b'"latencyMs"' not in answer:
                part = connection.recv(65536)
                if not part: break
                answer += part
            print(json.dumps(answer.split(b"\\r\\n")[0].decode()))
            """, [server.port, "\(server.process.processIdentifier)"], in: folder)
        #expect(try client.result().string() == "HTTP/1.1 200 OK")
        server.process.waitUntilExit()
        #expect(server.process.terminationStatus == 0)
        let kept = try RunningServer(in: folder)
        #expect(try kept.ask("/metrics").status == 200)
        #expect(kept.stop(SIGINT) == 0)
    }
}

@Test func whatCannotBeServedIsOneClearLine() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        func refusal(_ arguments: String...) throws -> String {
            let result = try run(program, ["serve"] + arguments, in: folder.path)
            #expect(result.status != 0 && result.output == "")
            #expect(result.errors.split(separator: "\n").count { $0.hasPrefix("Error") } == 1, "\(result.errors)")
            return result.errors
        }
        let server = try RunningServer(in: folder)
        #expect(try refusal("--port", server.port).contains("state: is in use by another server"))
        #expect(
            try refusal("--port", server.port, "--state", "other").contains("port \(server.port): the port is in use"))
        #expect(try refusal("--host", "0.0.0.0").contains("no tokens say who may ask"))
        #expect(try refusal("--port", "70000").contains("--port is 70000, not between 0 and 65535"))
        #expect(try refusal("--config", "none.yaml").contains("none.yaml: no such file"))
        try folder.write("server:\n  host: localhost\n  prot: 80\n", to: "typo.yaml")
        #expect(try refusal("--config", "typo.yaml").contains("typo.yaml:3: field server.prot: is not known"))
    }
}

@Test(.enabled(if: python != nil)) func aSlowClientIsCutOff() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write("server:\n  request_seconds: 1\n  idle_seconds: 2\n", to: "tactus.yaml")
        let server = try RunningServer(in: folder)
        let client = try PythonProcess(
            """
            import json, socket, sys, time
            def slow(start):
                connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
                connection.sendall(start)
                began, answer = time.time(), b""
                try:
                    while time.time() - began < 15:
                        connection.sendall(b"x")
                        connection.settimeout(0.2)
                        try: part = connection.recv(1000)
                        except TimeoutError: continue
                        if not part: break
                        answer += part
                except OSError: pass
                return [answer.split(b"\\r\\n")[0].decode(), time.time() - began < 10]
            head = b"POST /v1/predict HTTP/1.1\\r\\nHost: localhost\\r\\n"
            def idle(*parts):
                connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
                began, answer = time.time(), b""
                for part in parts:
                    connection.sendall(part)
                    time.sleep(0.3)
                while part := connection.recv(1000): answer += part
                return [answer.count(b"HTTP/1.1"), answer.split(b" ")[1].decode(), time.time() - began < 10]
            print(json.dumps(
                slow(head) + slow(head + b"Content-Length: 1000\\r\\n\\r\\n")
                # One answer, and the end: after a request, after one whose body came behind its answer, or never came.
                + idle(b"GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
                + idle(b"POST /nope HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 3\\r\\n\\r\\n", b"abc")
                + idle(b"POST /nope HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 3\\r\\n\\r\\n")))
            """, [server.port], in: folder)
        let found = try client.result().elements().map(\.value)
        #expect(
            found == [
                .string(""), .bool(true), .string("HTTP/1.1 408 Request Timeout"), .bool(true), .integer(1),
                .string("200"), .bool(true), .integer(1), .string("404"), .bool(true), .integer(1), .string("404"),
                .bool(true),
            ])
        #expect(try server.ask("/v1/predict", #"{"task":{"process":"p"}}"#).status == 200)
        #expect(server.stop() == 0)
    }
}

@Test func badInputByCurlLeavesNoTraceInTheLog() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let server = try RunningServer(in: folder)
        let brackets = try folder.write(Data(repeating: UInt8(ascii: "["), count: 10_000_000), to: "brackets")
        let huge = try folder.write(Data(repeating: UInt8(ascii: " "), count: 40_000_000), to: "huge")
        let cases = [
            ("", 400), ("{", 400), (#"{"task":{"process":""}}"#, 400), ("@" + brackets, 400), ("@" + huge, 413),
        ]
        for (body, status) in cases {
            let answer = try server.ask("/v1/predict", body)
            #expect(answer.status == status)
            let error = try JSONField(JSONValue(parsing: Array(answer.body.utf8)))["error"]
            #expect(try !error["field"].string().isEmpty && !error["message"].string().isEmpty)
        }
        #expect(
            try server.ask("/v1/predict", #"{"task":{"process":"p"}}"#, ["-H", "Content-Encoding: gzip"]).status == 200)
        #expect(server.stop() == 0)
        #expect(!server.errors.contains("/") && !server.errors.contains("swift"), "\(server.errors)")
    }
}

@Test func aTokenOpensWhatItsRoleAllows() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let made = try run(program, ["token", "snakemake", "--role", "decide", "--json"], in: folder.path)
        let token = JSONField(try JSONValue(parsing: Array(made.output.utf8)))
        let digest = try token["sha256"].string()
        try folder.write(
            "server:\n  tokens:\n    - {name: snakemake, role: decide, sha256: \(digest)}\n", to: "tactus.yaml")
        let server = try RunningServer(in: folder, ["--host", "127.0.0.1"])
        let bearer = ["-H", "Authorization: Bearer \(try token["token"].string())"]
        let question = #"{"task":{"process":"p"}}"#
        #expect(try server.ask("/v1/predict", question).status == 401)
        #expect(try server.ask("/v1/predict", question, bearer).status == 200)
        #expect(try server.ask("/v1/executions", #"{"executions":[]}"#, bearer).status == 403)
        #expect(try server.ask("/health/live").status == 200)
        #expect(server.stop() == 0)
    }
}

@Test func decisionsAreReadFromTheStateFolder() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        func decisions(_ arguments: String...) throws -> ProgramResult {
            try run(program, ["decisions"] + arguments, in: folder.path)
        }
        #expect(try decisions("list").errors.contains("state/decisions.sqlite: no such file"))
        let server = try RunningServer(in: folder)
        let id = try server.json("/v1/predict", #"{"task":{"process":"p"}}"#)["decisionId"].string()
        // Beside the server: it writes the database every second.
        for _ in 0..<100 where try !decisions("list").output.contains(id) { Thread.sleep(forTimeInterval: 0.1) }
        #expect(try decisions("list").output.contains(id))
        #expect(server.stop() == 0)
        let shown = JSONField(try JSONValue(parsing: Array(try decisions("show", id, "--json").output.utf8)))
        #expect(try shown["input"]["task"]["process"].string() == "p")
        #expect(try decisions("show", id).output.contains("because predictor has no champion"))
        #expect(try decisions("list", "--type", "schedule").output == "no decision\n")
        let listed = JSONField(try JSONValue(parsing: Array(try decisions("list", "--json").output.utf8)))
        #expect(try listed["decisions"].elements().map { try $0["decisionId"].string() } == [id])
        #expect(try decisions("show", "nothing").errors.contains("no decision has the id \"nothing\""))
    }
}

@Test func theSettingsOfThePaperAreServedWithWarnings() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(paperConfiguration, to: "orchestration_config.yaml")
        let server = try RunningServer(in: folder, ["--config", "orchestration_config.yaml"])
        for key in [
            "algorithm", "optimization_interval", "retrain_interval", "target_completion_improvement",
            "target_resource_reduction",
        ] {
            #expect(server.errors.contains(".\(key) has no effect yet"), "\(key)")
        }
        #expect(!server.errors.contains("max_parallel_optimizations") && !server.errors.contains("target_latency_ms"))
        #expect(!server.errors.contains("prediction_horizon") && !server.errors.contains("learning_rate"))
        #expect(try server.ask("/health/ready").status == 200)
        #expect(server.stop() == 0)
    }
}
