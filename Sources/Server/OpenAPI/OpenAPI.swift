import Files

/// The interface as an OpenAPI 3.1 document, made from the table of routes.
enum OpenAPI {
    /// The document's text.
    static let text = document.text()

    private static var document: JSONValue {
        var paths = JSONObject()
        for route in Route.all {
            var methods = paths[route.path]?.object ?? JSONObject()
            methods[route.method.rawValue.lowercased()] = operation(route)
            paths[route.path] = .object(methods)
        }
        let info = JSONObject([
            ("title", .string("Tactus")), ("version", .string("1")),
            (
                "summary",
                .string("Predicts what tasks need, schedules them, and optimizes workflows, from what has been run.")
            ),
            ("license", .object(JSONObject([("name", .string("Apache-2.0")), ("identifier", .string("Apache-2.0"))]))),
        ])
        let bearer = JSONObject([("type", .string("http")), ("scheme", .string("bearer"))])
        let components = JSONObject([
            ("schemas", .object(schemas)), ("securitySchemes", .object(JSONObject([("token", .object(bearer))]))),
        ])
        return .object(
            JSONObject([
                ("openapi", .string("3.1.0")), ("info", .object(info)), ("paths", .object(paths)),
                ("components", .object(components)),
            ]))
    }

    /// All schemas by name.
    static var schemas: JSONObject {
        var all = JSONObject()
        for text in [questionSchemas, answerSchemas, planningSchemas, optimizationSchemas] {
            guard let part = try? JSONValue(parsing: Array(text.utf8)).object else {
                preconditionFailure("the schemas of the OpenAPI document are no JSON")
            }
            for (name, schema) in part.members { all[name] = schema }
        }
        return all
    }

    private static func operation(_ route: Route) -> JSONValue {
        var operation = JSONObject([
            ("summary", .string(route.summary)),
            ("operationId", .string(route.operationID)),
        ])
        if let role = route.role {
            operation["description"] = .string("Needs the role \(role.rawValue) where the server has tokens.")
            let token = JSONObject([("token", .array([]))])
            operation["security"] = .array([.object(JSONObject()), .object(token)])
        }
        if !route.parameters.isEmpty { operation["parameters"] = .array(route.parameters.map(parameter)) }
        if let question = route.question {
            operation["requestBody"] = .object(
                JSONObject([
                    ("required", .bool(question != "RollbackQuestion")),
                    ("content", content("application/json", question)),
                ]))
        }
        let success = JSONObject([
            ("description", .string("The answer.")),
            ("content", route.answer.map { content("application/json", $0) } ?? content("text/plain", nil)),
        ])
        let failure = JSONObject([
            ("description", .string("What is wrong, and in which field.")),
            ("content", content("application/json", "Error")),
        ])
        operation["responses"] = .object(
            JSONObject([("\(route.status.code)", .object(success)), ("default", .object(failure))]))
        return .object(operation)
    }

    private static func parameter(_ name: String) -> JSONValue {
        .object(
            JSONObject([
                ("name", .string(name)), ("in", .string("path")), ("required", .bool(true)),
                ("schema", .object(JSONObject([("type", .string("string"))]))),
            ]))
    }

    private static func content(_ type: String, _ schema: String?) -> JSONValue {
        let shown =
            schema.map { ("$ref", JSONValue.string("#/components/schemas/\($0)")) } ?? ("type", .string("string"))
        return .object(JSONObject([(type, .object(JSONObject([("schema", .object(JSONObject([shown])))])))]))
    }
}

extension Route {
    /// A name for generated clients: `postV1Predict`.
    var operationID: String {
        let words = path.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
        return method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
