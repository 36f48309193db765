import Engine
import Files
import HTTPTypes
import Prediction
import Registry
import Scheduling
import Workflows

extension Route {
    /// Everything that the server can be asked. The router and the OpenAPI document are made from this table.
    static let all: [Route] = decisions + optimizations + records + models + operations

    private static let decisions = [
        Route(
            .post, "/v1/predict", role: .decide, "What will these tasks need?", question: "PredictQuestion",
            answer: "PredictAnswer", isQuick: true
        ) { exchange in
            let question = try await exchange.question { try PredictQuestion($0) }
            return Reply(try await exchange.engine.predict(question, text: exchange.text).body)
        },
        Route(
            .post, "/v1/schedule", role: .decide, "Which task runs where, and when?", question: "ScheduleQuestion",
            answer: "ScheduleAnswer"
        ) { exchange in
            let (policy, budgetMs) = (exchange.engine.policy, exchange.engine.settings.targetLatencyMs)
            let question = try await exchange.question { try ScheduleQuestion($0, policy: policy, budgetMs: budgetMs) }
            return Reply(try await exchange.engine.schedule(question))
        },
        Route(
            .post, "/v1/capacity", role: .decide,
            "What will the cluster be asked for, and how many nodes does that need?",
            question: "CapacityQuestion", answer: "CapacityAnswer"
        ) { exchange in
            let settings = exchange.engine.settings
            let question = try await exchange.question { try CapacityQuestion($0, settings) }
            return Reply(try await exchange.engine.capacity(question).body)
        },
        Route(
            .post, "/v1/cost", role: .decide,
            "Which nodes, and how much of them, does this workflow need to end in time for the least money?",
            question: "CostQuestion", answer: "CostAnswer"
        ) { exchange in
            let (question, document) = try await exchange.question { field in
                let document = try WfFormatDocument(field["workflow"])
                return (try CostQuestion(field, about: document), document)
            }
            return Reply(try await exchange.engine.cost(question, about: document).body)
        },
    ]

    private static let optimizations =
        [
            optimization(.optimize, "What holds this workflow back, what to change, and what does that lead to?"),
            optimization(.bottlenecks, "What holds this workflow back?"),
            optimization(.suggestions, "What to change about this workflow?"),
        ] + [
            Route(
                .post, "/v1/optimizations/{id}/apply", role: .operate, "Carry out what a decision suggested.",
                question: "ApplyQuestion", answer: "ApplyAnswer"
            ) { exchange in
                let names = try await exchange.question { field in
                    try field.refuseUnknown(["suggestions"])
                    return try field["suggestions"].elements().map { try $0.string() }
                }
                let id = exchange.parameter("id")
                return Reply(try await exchange.engine.apply(names, of: id))
            }
        ]

    private static func optimization(_ request: IntelligentScheduler.OptimizationRequest, _ summary: String) -> Route {
        let name = request.rawValue
        return Route(
            .post, "/v1/\(name)", role: .decide, summary, question: "OptimizeQuestion",
            answer: name.prefix(1).uppercased() + name.dropFirst() + "Answer"
        ) { exchange in
            let settings = exchange.engine.settings
            var question = try await exchange.question { try OptimizationQuestion($0, settings) }
            question.askedAt = exchange.arrived
            return Reply(try await exchange.engine.answer(question, request))
        }
    }

    private static let records = [
        Route(
            .post, "/v1/executions", role: .operate, "Report how tasks ended; they are learned at once.",
            question: "ExecutionsQuestion", answer: "ExecutionsAnswer", status: .accepted
        ) { exchange in
            let executions = try await exchange.question { try ReportedExecution.list($0) }
            let count = try await exchange.engine.record(executions)
            return Reply(.object(JSONObject([("accepted", .integer(count))])))
        },
        Route(
            .get, "/v1/decisions/{id}", role: .read, "A decision, with its question and its answer.", answer: "Decision"
        ) {
            let record = try await $0.engine.decision($0.parameter("id"))
            return try await offload { Reply(try record.json()) }
        },
        Route(.get, "/v1/decisions/{id}/explanation", role: .read, "Why a decision is as it is.", answer: "Explanation")
        {
            Reply(try await $0.engine.explanation(of: $0.parameter("id")).json)
        },
    ]

    private static let models = [
        Route(.get, "/v1/models", role: .read, "All versions of all models.", answer: "Models") {
            Reply(try await $0.engine.models())
        },
        Route(
            .post, "/v1/models/{name}/promote", role: .operate, "Let a version answer from now on.",
            question: "PromoteQuestion", answer: "Aliases"
        ) { exchange in
            let name = try CheckedName(exchange.parameter("name"), field: "name")
            let (version, alias, force) = try await exchange.question { field in
                try field.refuseUnknown(["version", "alias", "force"])
                let alias = try field["alias"].ifPresent { try $0.string() } ?? "champion"
                let force = try field["force"].ifPresent { try $0.string() }
                if force?.isEmpty == true { throw field["force"].failure("is empty: the reason is expected") }
                if let force { try ModelRegistry.check(reason: force, field: "force") }
                return (try field["version"].int(), try CheckedName(alias, field: "alias"), force)
            }
            let aliases = try await exchange.engine.promote(
                name, to: version, alias: alias, force: force, who: exchange.caller)
            return Reply(Self.json(name, aliases))
        },
        Route(
            .post, "/v1/models/{name}/rollback", role: .operate, "Undo the last promotion that is not yet undone.",
            question: "RollbackQuestion", answer: "Aliases"
        ) { exchange in
            let name = try CheckedName(exchange.parameter("name"), field: "name")
            if !exchange.body.isEmpty { try await exchange.question { try $0.refuseUnknown([]) } }
            return Reply(Self.json(name, try await exchange.engine.rollback(name, who: exchange.caller)))
        },
    ]

    private static func json(_ name: CheckedName, _ aliases: [String: Int]) -> JSONValue {
        let members = aliases.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.integer($0.value)) }
        return .object(
            JSONObject([("name", .string(name.description)), ("aliases", .object(JSONObject(members)))]))
    }

    private static let operations = [
        Route(.get, "/health/live", role: nil, "Whether the process answers.", answer: "Health", isQuick: true) { _ in
            Reply(.object(JSONObject([("status", .string("live"))])))
        },
        Route(.get, "/health/ready", role: nil, "Whether it decides, and with which version.", answer: "Health") {
            Reply($0.engine.health)
        },
        Route(.get, "/metrics", role: .read, "Figures for Prometheus.", answer: nil) {
            Reply($0.metrics.text(of: $0.engine), contentType: "text/plain; version=0.0.4; charset=utf-8")
        },
        Route(.get, "/openapi.json", role: nil, "This interface as OpenAPI 3.1.", answer: "OpenAPI") { _ in
            Reply(OpenAPI.text)
        },
    ]
}
