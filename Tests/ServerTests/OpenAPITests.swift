import Files
import Foundation
import Settings
import TestSupport
import Testing
import Workflows

@testable import Engine
@testable import Server

/// The routes of the protocol, version 1, that are there.
private let protocolRoutes: Set<String> = [
    "POST /v1/predict", "POST /v1/schedule", "POST /v1/capacity", "POST /v1/cost", "POST /v1/optimize",
    "POST /v1/bottlenecks",
    "POST /v1/suggestions",
    "POST /v1/optimizations/{id}/apply", "POST /v1/executions", "GET /v1/decisions/{id}",
    "GET /v1/decisions/{id}/explanation", "GET /v1/models", "POST /v1/models/{name}/promote",
    "POST /v1/models/{name}/rollback", "GET /health/live", "GET /health/ready", "GET /metrics", "GET /openapi.json",
]

@Test func theDocumentNamesTheRoutesThatAreThere() throws {
    let document = JSONField(try JSONValue(parsing: Array(OpenAPI.text.utf8)))
    let paths = try document["paths"].object()
    var described: Set<String> = []
    for (path, methods) in paths.members {
        for method in methods.object?.keys ?? [] { described.insert("\(method.uppercased()) \(path)") }
    }
    #expect(described == protocolRoutes)
    #expect(described == Set(Route.all.map { "\($0.method.rawValue) \($0.path)" }))
    #expect(try document["openapi"].string() == "3.1.0")
}

/// The types of suggestions stand in the document twice: what is told, and what may be weighed.
@Test func theDocumentNamesTheTypesOfSuggestions() throws {
    var question = try #require(try JSONValue(parsing: Array(Questions.whole.utf8)).object)
    question["weights"] = .object(JSONObject([("none", .integer(1))]))
    let error = #expect(throws: InputError.self) { try OptimizationQuestion(JSONField(.object(question)), Settings()) }
    let known = try #require(error?.problem.split(separator: "there are ").last).split(separator: ", ").map(String.init)
    let schemas = JSONField(try JSONValue(parsing: Array(OpenAPI.text.utf8)))["components"]["schemas"]
    let told = schemas["Suggestions"]["items"]["properties"]["type"]["enum"]
    let weighed = schemas["OptimizeQuestion"]["properties"]["weights"]["propertyNames"]["enum"]
    for field in [told, weighed] {
        let names = try field.elements().map { try $0.string() }
        #expect(names.sorted() == known.sorted() && names.count > 9)
    }
}

/// Checks a document with OpenAPI's own validator, and questions and answers against its schemas; an answer with a member
/// taken out must not pass.
private let validation = """
    import json, sys
    from jsonschema import Draft202012Validator
    from openapi_spec_validator import validate
    document, cases = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
    validate(document)
    def check(name, value):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        Draft202012Validator.check_schema(schema)
        return [e.message for e in Draft202012Validator(schema).iter_errors(value)]
    for case in cases:
        errors = check(case["schema"], case["value"])
        if errors: print(case["schema"], errors[:3])
        required = {"PredictAnswer": "predictions", "ScheduleAnswer": "decisionId", "OptimizeAnswer": "pareto",
                    "CostAnswer": "saved", "CapacityAnswer": "nodes", "CapacityQuestion": "series",
                    "Error": "error", "Decision": "input", "PredictQuestion": "task"}.get(case["schema"])
        if required:
            cut = {k: v for k, v in case["value"].items() if k != required}
            if not check(case["schema"], cut): print(case["schema"], "passes without", required)
    print("checked", len(cases))
    """

/// The report that each task of what was applied took as long as thought.
private func outcomes(of applied: JSONField) throws -> String {
    let id = try applied["decisionId"].string()
    let executions = try WfFormatDocument(applied["workflow"]).workflow.tasks.map { task in
        let execution = TaskExecution(
            task: TaskSpec(workflow: "w", process: "p"), taskID: task.id, startedAt: 100_000, completedAt: 100_900,
            duration: task.runtimeSeconds)
        return ReportedExecution(execution, decisionID: id).json
    }
    return JSONValue.object(JSONObject([("executions", .array(executions))])).text()
}

@Test(.enabled(if: python != nil)) func questionsAndAnswersAreAsTheDocumentSays() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        var cases: [JSONValue] = []
        func add(_ schema: String, _ text: String) throws {
            cases.append(
                .object(JSONObject([("schema", .string(schema)), ("value", try JSONValue(parsing: Array(text.utf8)))])))
        }
        func ask(_ path: String, _ question: String, _ schemas: (String, String), status: Int = 200) async throws
            -> String
        {
            let answer = await server.ask(.post, path, question)
            #expect(answer.status == status, "\(path): \(answer.body)")
            try add(schemas.0, question)
            try add(schemas.1, answer.body)
            return answer.body
        }
        let predicted = try await ask("/v1/predict", Questions.task, ("PredictQuestion", "PredictAnswer"))
        _ = try await ask("/v1/schedule", Questions.whole, ("ScheduleQuestion", "ScheduleAnswer"))
        _ = try await ask("/v1/schedule", Questions.ready, ("ScheduleQuestion", "ScheduleAnswer"))
        var explained = [
            try await ask("/v1/cost", Questions.whole, ("CostQuestion", "CostAnswer")),
            try await ask("/v1/bottlenecks", Questions.whole, ("OptimizeQuestion", "BottlenecksAnswer")),
            try await ask("/v1/suggestions", Questions.whole, ("OptimizeQuestion", "SuggestionsAnswer")),
            try await ask("/v1/capacity", Questions.capacity, ("CapacityQuestion", "CapacityAnswer")),
        ]
        let optimized = try await ask("/v1/optimize", Questions.whole, ("OptimizeQuestion", "OptimizeAnswer"))
        let plan = JSONField(try JSONValue(parsing: Array(optimized.utf8)))
        let id = try plan["decisionId"].string()
        let names = try plan["recommended"].elements().map { "\"\(try $0.string())\"" }
        #expect(!names.isEmpty)
        let application = "{\"suggestions\":[\(names.joined(separator: ","))]}"
        let applied = try await ask("/v1/optimizations/\(id)/apply", application, ("ApplyQuestion", "ApplyAnswer"))
        explained.append(applied)
        let ends = try outcomes(of: JSONField(JSONValue(parsing: Array(applied.utf8))))
        for question in [ends, Questions.executions, Questions.event, "[\(Questions.event)]"] {
            _ = try await ask("/v1/executions", question, ("ExecutionsQuestion", "ExecutionsAnswer"), status: 202)
        }
        _ = try await ask(
            "/v1/models/predictor/promote", #"{"version":2,"force":"a test"}"#, ("PromoteQuestion", "Aliases"))
        _ = try await ask("/v1/models/predictor/rollback", "{}", ("RollbackQuestion", "Aliases"))
        await server.engine.followUps.settled()
        let followUp = try #require(try await server.engine.log.decisions(type: "follow-up", limit: 9).first).id
        let first = try JSONField(JSONValue(parsing: Array(predicted.utf8)))["decisionId"].string()
        for (path, schema) in [
            ("/v1/decisions/\(first)", "Decision"), ("/v1/decisions/\(id)", "Decision"),
            ("/v1/decisions/\(first)/explanation", "Explanation"), ("/v1/decisions/\(id)/explanation", "Explanation"),
            ("/v1/decisions/\(followUp)", "Decision"), ("/v1/decisions/\(followUp)/explanation", "Explanation"),
            ("/v1/models", "Models"), ("/health/live", "Health"), ("/health/ready", "Health"),
            ("/openapi.json", "OpenAPI"),
        ] {
            let answer = await server.ask(.get, path)
            #expect(answer.status == 200, "\(path): \(answer.body)")
            try add(schema, answer.body)
        }
        for body in explained {
            let id = try JSONField(JSONValue(parsing: Array(body.utf8)))["decisionId"].string()
            let answer = await server.ask(.get, "/v1/decisions/\(id)/explanation")
            let effects = try JSONField(JSONValue(parsing: Array(answer.body.utf8)))["factors"].elements()
            #expect(answer.status == 200 && effects.contains { $0["effect"].isPresent }, "\(answer.body)")
            try add("Explanation", answer.body)
        }
        try add("Error", await server.ask(.post, "/v1/predict", "").body)
        try add("Error", await server.ask(.get, "/nothing").body)

        let document = try folder.write(await server.ask(.get, "/openapi.json").body, to: "openapi.json")
        let values = try folder.write(JSONValue.array(cases).text(), to: "cases.json")
        let result = try runPython(validation, [document, values])
        #expect(result.output == "checked \(cases.count)\n", "\(result.output)\(result.errors)")
    }
}

@Test(.enabled(if: python != nil)) func theFiguresAreReadByTheClientOfPrometheus() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        for _ in 0..<3 { _ = await server.ask(.post, "/v1/predict", Questions.task) }
        _ = await server.ask(.post, "/v1/predict", "{")
        _ = await server.ask(.get, "/a\"b\\c")
        let page = await server.ask(.get, "/metrics")
        let path = try folder.write(page.body, to: "metrics.txt")
        let result = try runPython(
            """
            import sys
            from prometheus_client.parser import text_string_to_metric_families as parse
            found = {(s.name, tuple(sorted(s.labels.items()))): s.value for f in parse(open(sys.argv[1]).read()) for s in f.samples}
            route = ("route", "POST /v1/predict")
            model = (("name", "predictor"), ("version", "1"))
            print(found[("tactus_requests_total", (route, ("status", "200")))],
                  found[("tactus_requests_total", (route, ("status", "400")))],
                  found[("tactus_requests_total", (("route", "other"), ("status", "404")))],
                  found[("tactus_request_seconds_count", (route,))],
                  found[("tactus_request_seconds_bucket", (("le", "+Inf"), route))],
                  found[("tactus_decisions_total", (("source", "heuristic"), ("type", "predict")))],
                  found[("tactus_model_version", (("name", "predictor"),))],
                  found[("tactus_model_circuit", (model[0], ("state", "closed"), model[1]))],
                  found[("tactus_model_questions_total", model)], found[("tactus_model_cache_hits_total", model)], found[("tactus_model_late_total", model)],
                  found[("process_resident_memory_bytes", ())] > 1e6)
            """, [path])
        #expect(result.output == "3 1 1 4 4 3 1 1 1 2 0 True\n", "\(result.output)\(result.errors)\(page.body)")
    }
}
