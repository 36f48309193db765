import Files
import HTTPTypes
import Settings
import TestSupport
import Testing

@testable import Server

/// The path, the body, the status, and the field that the answer must name.
private let badInput: [(path: String, body: String, status: Int, field: String)] =
    [
        ("/v1/predict", "", 400, "body"), ("/v1/predict", "{", 400, "body"), ("/v1/predict", "[]", 400, "body"),
        ("/v1/predict", "{}", 400, "task"), ("/v1/predict", #"{"task":{}}"#, 400, "task.process"),
        ("/v1/predict", #"{"task":{"process":""}}"#, 400, "task.process"),
        ("/v1/predict", #"{"task":{"process":5}}"#, 400, "task.process"),
        ("/v1/predict", #"{"task":{"process":"p","colour":1}}"#, 400, "task.colour"),
        ("/v1/predict", #"{"task":{"process":"p","inputBytes":-1}}"#, 400, "task.inputBytes"),
        ("/v1/predict", #"{"tasks":[]}"#, 400, "tasks"),
        ("/v1/predict", #"{"tasks":[{"process":"p"},3]}"#, 400, "tasks[1]"),
        ("/v1/predict", #"{"task":{"process":"p"},"task":{}}"#, 400, "body"),
        ("/v1/predict", #"{"task":{"process":"\ud800"}}"#, 400, "body"),
        ("/v1/predict", #"{"task":{"process":"p","inputBytes":1e999}}"#, 400, "body"),
        ("/v1/schedule", "{}", 400, "workflow"), ("/v1/schedule", #"{"ready":[]}"#, 400, "state"),
        ("/v1/schedule", #"{"ready":[],"state":{"nodes":[]}}"#, 400, "state.nodes"),
        (
            "/v1/schedule", #"{"ready":[{"id":"a"},{"id":"a"}],"state":{"nodes":[{"name":"n","cores":1}]}}"#, 400,
            "ready[1].id"
        ),
        ("/v1/schedule", #"{"workflow":\#(Questions.workflow),"cluster":{"nodes":[]}}"#, 400, "cluster.nodes"),
        (
            "/v1/schedule", #"{"workflow":\#(Questions.workflow),"cluster":{"nodes":[{"name":"n","cores":0}]}}"#, 400,
            "cluster.nodes[0].cores"
        ),
        (
            "/v1/schedule", #"{"workflow":\#(Questions.workflow),"cluster":{"nodes":[{"name":"n","cores":0.5}]}}"#, 400,
            "workflow.workflow.specification.tasks[0].id"
        ),
        ("/v1/schedule", #"{"workflow":{"schemaVersion":"1.4"},"cluster":{}}"#, 400, "workflow.schemaVersion"),
        (
            "/v1/schedule", #"{"workflow":\#(Questions.workflow),"cluster":\#(Questions.cluster),"policy":"magic"}"#,
            400, "policy"
        ),
        (
            "/v1/schedule", #"{"workflow":\#(Questions.workflow),"cluster":\#(Questions.cluster),"budgetMs":0}"#, 400,
            "budgetMs"
        ),
        (
            "/v1/cost", #"{"workflow":\#(Questions.workflow),"cluster":{"nodes":[{"name":"n","cores":2}]}}"#, 400,
            "cluster.nodes[0].pricePerHour"
        ),
        (
            "/v1/cost", #"{"workflow":\#(Questions.workflow),"cluster":\#(Questions.cluster),"deadline":9}"#, 400,
            "deadline"
        ),
        (
            "/v1/cost", #"{"workflow":\#(Questions.workflow),"cluster":\#(Questions.cluster),"deadlineSeconds":9}"#,
            400,
            "deadlineSeconds"
        ),
        (
            "/v1/cost", #"{"workflow":\#(Questions.workflow),"cluster":\#(Questions.cluster),"maxFailureRate":-1}"#,
            400,
            "maxFailureRate"
        ),
        (
            "/v1/cost", #"{"workflow":\#(Questions.workflow),"cluster":\#(Questions.cluster),"durations":"guessed"}"#,
            400, "durations"
        ),
        ("/v1/optimize", #"{"workflow":\#(Questions.workflow)}"#, 400, "cluster"),
        (
            "/v1/optimize",
            #"{"workflow":\#(Questions.workflow),"cluster":\#(Questions.cluster),"objectives":["fame"]}"#, 400,
            "objectives[0]"
        ),
        ("/v1/capacity", "{}", 400, "series"), ("/v1/capacity", #"{"series":"cpu"}"#, 400, "series"),
        ("/v1/capacity", #"{"series":[{"at":0,"value":1},{"at":0,"value":1}]}"#, 400, "series[1].at"),
        (
            "/v1/capacity", #"{"series":[{"at":0,"value":1},{"at":60,"value":1}],"horizonSeconds":59}"#, 400,
            "horizonSeconds"
        ),
        (
            "/v1/capacity", #"{"series":[{"at":0,"value":1},{"at":60,"value":1}],"horizonSeconds":1e9}"#, 400,
            "horizonSeconds"
        ),
        ("/v1/capacity", #"{"series":[{"at":0,"value":1},{"at":60,"value":1}],"unit":"feet"}"#, 400, "unit"),
        ("/v1/capacity", #"{"series":[{"at":0,"value":1},{"at":60,"value":1}],"risk":1}"#, 400, "risk"),
        (
            "/v1/capacity", #"{"series":[{"at":0,"value":1},{"at":60,"value":1}],"cluster":{"nodes":[]}}"#, 400,
            "cluster.nodes"
        ),
        ("/v1/capacity", #"{"series":[{"at":0,"value":1},{"at":60,"value":1}],"serie":1}"#, 400, "serie"),
        ("/v1/optimizations/nothing/apply", #"{"suggestions":["a"]}"#, 404, "id"),
        (
            "/v1/executions", #"{"executions":[{"process":"p","completedAt":1,"startedAt":2}]}"#, 400,
            "executions[0].completedAt"
        ),
        ("/v1/executions", #"{"executions":[{"process":"p","cpu":1e12}]}"#, 400, "executions[0].cpu"),
        (
            "/v1/executions", #"{"executions":[{"process":"p","startedAt":0,"completedAt":1e12}]}"#, 400,
            "executions[0].completedAt"
        ),
        ("/v1/executions", #"{"executions":[{"process":"p","status":"lost"}]}"#, 400, "executions[0].status"),
        ("/v1/executions", #"{"specversion":"0.3","id":"1","source":"s","type":"t","data":{}}"#, 400, "specversion"),
        ("/v1/models/predictor/promote", #"{"version":9}"#, 404, "version"),
        ("/v1/models/predictor/promote", #"{"version":"1"}"#, 400, "version"),
        ("/v1/models/predictor/promote", #"{"version":2,"force":""}"#, 400, "force"),
        (
            "/v1/models/predictor/promote",
            #"{"version":2,"force":""# + String(repeating: "é", count: 501) + #""}"#, 400, "force"
        ),
        ("/v1/models/nonesuch/promote", #"{"version":1}"#, 404, "name"),
        ("/v1/models/..%2F..%2Fetc/promote", #"{"version":1}"#, 400, "name"),
        ("/v1/models/%ff/promote", #"{"version":1}"#, 400, "name"),
        ("/v1/models/predictor/rollback", #"{"version":1}"#, 400, "version"), ("/v1/magic", "{}", 404, "path"),
        ("/v1/predict/", "{}", 404, "path"), ("//v1/predict", "{}", 404, "path"),
        ("/v1/models//promote", "{}", 404, "path"),
        ("/v1/decisions/1", "{}", 405, "method"),
    ]

/// All of it goes to one server, which answers on.
@Test func badInputNamesTheField() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        for (path, body, status, field) in badInput {
            let answer = await server.ask(.post, path, body)
            #expect(answer.status == status && answer.field == field, "\(path) \(body): \(answer.body)")
            #expect(!answer.body.contains(folder.path) && !answer.body.contains(".swift"), "\(path) \(body)")
            #expect(try Set(answer.json["error"].object().keys).isSubset(of: ["code", "message", "field"]))
        }
        #expect(await server.ask(.post, "/v1/predict", #"{"task":{"process":"p"}}"#).status == 200)
    }
}

@Test func aCycleAndATaskThatFitsNowhereAreNamed() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        let cycle = Questions.workflow.replacing(
            #"{"id":"s1","name":"s1"}"#, with: #"{"id":"s1","parents":["end"],"children":["long"]}"#)
        let circular = await server.ask(
            .post, "/v1/schedule", #"{"workflow":\#(cycle),"cluster":\#(Questions.cluster)}"#)
        #expect(circular.status == 400 && circular.message.contains("the tasks form a cycle"), "\(circular.body)")
        #expect(circular.field == "workflow.workflow.specification.tasks")
        let small = await server.ask(
            .post, "/v1/schedule",
            #"{"workflow":\#(Questions.workflow),"cluster":{"nodes":[{"name":"n","cores":0.5}]}}"#)
        #expect(small.message.contains("\"s1\" fits on no node: it needs 1 cores"))
    }
}

@Test func aRefusedPromotionIsAConflict() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        let refused = await server.ask(.post, "/v1/models/predictor/promote", #"{"version":3}"#)
        #expect(refused.status == 409 && refused.message.contains("worse than the best baseline"))
        #expect(await server.ask(.post, "/v1/models/predictor/rollback").status == 200)
        #expect(await server.ask(.post, "/v1/models/predictor/rollback", "{}").status == 409)
        let answer = await server.ask(.post, "/v1/predict", Questions.task)
        #expect(try answer.json["reason"].string() == "predictor has no champion")
    }
}

@Test func bodiesAndDepthAreBounded() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder) {
            $0.server.maxBodyBytes = 2000
            $0.server.maxJSONDepth = 10
        }
        func nested(_ depth: Int) -> String {
            #"{"task":{"process":"p","features":"# + String(repeating: "[", count: depth)
                + String(repeating: "]", count: depth) + "}}"
        }
        let deep = await server.ask(.post, "/v1/predict", nested(9))
        #expect(deep.status == 400 && deep.message.contains("nested deeper than 10"), "\(deep.body)")
        #expect(!(await server.ask(.post, "/v1/predict", nested(8)).message.contains("nested")))
        let long = await server.ask(.post, "/v1/predict", Questions.task + String(repeating: " ", count: 2000))
        #expect(long.status == 413 && long.field == "body")
        var headers: HTTPFields = [:]
        headers[.contentLength] = "2001"
        #expect(await server.ask(.post, "/v1/predict", "", headers: headers).status == 413)
    }
}
