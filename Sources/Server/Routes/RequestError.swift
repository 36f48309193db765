import Engine
import Files
import HTTPTypes

/// An error as its asker is told it: no path, no trace.
struct RequestError: Error {
    var status: HTTPResponse.Status
    /// A word for programs.
    var code: String
    /// What is wrong, for a person.
    var message: String
    /// The field, or part of the request, that is wrong.
    var field: String?
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String, field: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
    }

    /// What `error`, thrown while a question was answered, is to its asker.
    init(_ error: any Error) {
        switch error {
        case let error as RequestError: self = error
        case let error as EngineError: self.init(error)
        // An error in a file is none of the asker's.
        case let error as InputError where error.file == nil:
            let place = [error.field, error.line.map { "line \($0)" }].compactMap { $0 }
            self.init(
                .badRequest, "invalid", (place + [error.problem]).joined(separator: ": "), field: error.field ?? "body")
        default: self.init(.internalServerError, "internal", "the server could not answer")
        }
    }

    private init(_ error: EngineError) {
        switch error {
        case .unknownDecision(let id):
            self.init(.notFound, "not-found", "no decision has the id \"\(id)\"", field: "id")
        case .unknownModel(let name):
            self.init(.notFound, "not-found", "the registry has no model \(name)", field: "name")
        case .unknownVersion(let name, let version):
            self.init(.notFound, "not-found", "\(name) has no version \(version)", field: "version")
        case .refused(let why): self.init(.conflict, "refused", why, field: nil)
        case .overloaded:
            self.init(.serviceUnavailable, "overloaded", "too many searches wait; try again in a second")
            headers[.retryAfter] = "1"
        case .notRecorded:
            self.init(.serviceUnavailable, "not-recorded", "the journal could not be written, so nothing was decided")
        }
    }

    /// `{"error":{"code","message","field"}}`
    var json: JSONValue {
        var object = JSONObject([("code", .string(code)), ("message", .string(message))])
        object["field"] = field.map(JSONValue.string)
        return .object(JSONObject([("error", .object(object))]))
    }
}
