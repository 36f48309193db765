import Engine
import Files
import HTTPTypes
import Hummingbird
import Logging
import ModelFixtures
import NIOCore
import Settings
import TestSupport
import Workflows

@testable import Server

/// A server without a network, for tests of its routes.
struct TestServer {
    let engine: IntelligentScheduler
    let models: TestRegistry
    private let responder: RouteResponder

    /// A server whose registry holds three versions, of which the first answers, with the changes `change` of its settings.
    init(in folder: TemporaryFolder, _ change: (inout Settings) -> Void = { _ in }) async throws {
        var settings = Settings()
        settings.modelsPath = folder("models")
        settings.server.statePath = folder("state")
        // Time enough for every search on a busy machine.
        settings.targetLatencyMs = 20_000
        change(&settings)
        models = try TestRegistry(in: folder)
        for seconds in [10.0, 20, 30] {
            try models.publish(seconds: seconds, verdict: seconds == 30 ? "worse" : "better")
        }
        try models.promote(1)
        engine = try await IntelligentScheduler(settings: settings)
        responder = RouteResponder(engine, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The answer to a request.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, token: String? = nil,
        authority: String? = "localhost:8080", headers: HTTPFields = [:]
    ) async -> TestAnswer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        let head = HTTPRequest(
            method: method, scheme: "http", authority: authority, path: path, headerFields: headers)
        let buffer = ByteBuffer(string: body ?? "")
        let request = Request(head: head, body: RequestBody(buffer: buffer))
        guard let reply = try? await responder.reply(to: request) else {
            return TestAnswer(status: 0, headers: [:], body: "")
        }
        return TestAnswer(status: reply.status.code, headers: reply.headers, body: reply.body)
    }
}

/// What was answered.
struct TestAnswer {
    var status: Int
    var headers: HTTPFields
    var body: String

    var json: JSONField {
        get throws { JSONField(try JSONValue(parsing: Array(body.utf8), maximumDepth: 512)) }
    }

    /// The member `field` of an error.
    var field: String? { try? json["error"]["field"].string() }
    /// The message of an error.
    var message: String { (try? json["error"]["message"].string()) ?? "" }
}

/// A workflow in which a short task stands before the long one that holds everything back, on one node of one core.
enum Questions {
    static let workflow = #"""
        {"name":"two-1","schemaVersion":"1.5","workflow":{
          "specification":{"tasks":[
            {"id":"s1","name":"s1"},{"id":"s2","name":"s2"},{"id":"s3","name":"s3"},
            {"id":"long","name":"long","children":["end"]},{"id":"end","name":"end","parents":["long"]}]},
          "execution":{"tasks":[
            {"id":"s1","runtimeInSeconds":50},{"id":"s2","runtimeInSeconds":50},{"id":"s3","runtimeInSeconds":50},
            {"id":"long","runtimeInSeconds":100},{"id":"end","runtimeInSeconds":10}]}}}
        """#
    static let cluster = #"{"nodes":[{"name":"n1","cores":2,"pricePerHour":1.5,"memoryBytes":8e9}]}"#
    static let whole = #"{"workflow":\#(workflow),"cluster":\#(cluster)}"#
    static let task = #"{"task":{"workflow":"w","process":"p","inputBytes":1e6,"cores":1}}"#
    static let ready = #"""
        {"ready":[{"id":"a","process":"p","workflow":"w","cores":1},{"id":"b","durationSeconds":5,"cores":8}],
         "state":{"now":1000,"nodes":[{"name":"n1","cores":8,"freeCores":4,"running":[{"id":"x","endsAt":1010}]}]},
         "constraints":{"deadlineAt":5000,"pools":[],"excludedNodes":[]}}
        """#
    /// Four days of hours on which demand goes from 2 to 6 cores.
    static let capacity: String = {
        let points = (0..<96).map {
            "{\"at\":\($0 * 3600),\"value\":\($0 == 40 ? "null" : "\(4 + ($0 % 24 < 12 ? 2 : -2))")}"
        }
        return #"{"series":[\#(points.joined(separator: ","))],"horizonSeconds":7200,"cluster":\#(cluster),"risk":0.1}"#
    }()
    static let executions = #"""
        {"executions":[{"workflow":"w","process":"p","run":"r","taskId":"1","node":"n1","submittedAt":100000,
          "startedAt":100001,"completedAt":100011,"cpu":0.9,"memory":1e7,"duration":10,"exit":0,"features":{"x":1}}]}
        """#
    static let event = #"""
        {"specversion":"1.0","id":"1","source":"/engine","type":"task.completed","datacontenttype":"application/json",
         "data":{"workflow":"w","process":"p","duration":10,"completedAt":100011}}
        """#
}
