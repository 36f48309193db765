import Engine
import Files
import HTTPTypes
import Settings

/// One thing that the server can be asked.
struct Route: Sendable {
    /// How it is asked.
    let method: HTTPRequest.Method
    /// The path; a part in braces varies.
    let path: String
    /// What one must be allowed to do; nil where everyone may ask.
    let role: Settings.Token.Role?
    /// What it is for, in a line.
    let summary: String
    /// The schema of the body; nil where there is none.
    let question: String?
    /// The schema of the answer; nil where it is no JSON.
    let answer: String?
    /// The status of an answer.
    let status: HTTPResponse.Status
    /// Whether a short question is answered at once, so that handing it to another thread would take longer.
    let isQuick: Bool
    /// Whether a part of the path varies.
    let isVarying: Bool
    /// Gives the answer.
    let respond: @Sendable (Exchange) async throws -> Reply

    init(
        _ method: HTTPRequest.Method, _ path: String, role: Settings.Token.Role?, _ summary: String,
        question: String? = nil, answer: String?, status: HTTPResponse.Status = .ok, isQuick: Bool = false,
        respond: @escaping @Sendable (Exchange) async throws -> Reply
    ) {
        self.method = method
        self.path = path
        self.role = role
        self.summary = summary
        self.question = question
        self.answer = answer
        self.status = status
        self.isQuick = isQuick
        isVarying = path.contains("{")
        self.respond = respond
    }

    /// Bytes of a body up to which a question counts as short: a few tasks.
    static let short = 1 << 12

    /// The answer: of what is quick on the thread of the connection, of all else on those that everything shares, so that the
    /// other connections of that thread do not wait.
    func answer(_ exchange: Exchange) async throws -> Reply {
        if isQuick, exchange.body.count <= Self.short { return try await respond(exchange) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { try await respond(exchange) }
    }

    /// The names of the parts that vary.
    var parameters: [String] { path.matches(of: /\{(\w+)\}/).map { String($0.1) } }

    /// Whether `path`, without a query, is one of this route.
    func matches(_ path: String) -> Bool {
        let (mine, theirs) = (Self.parts(of: self.path), Self.parts(of: path))
        return mine.count == theirs.count
            && zip(mine, theirs).allSatisfy { $0 == $1 || ($0.hasPrefix("{") && !$1.isEmpty) }
    }

    /// What stands between the slashes.
    static func parts(of path: String) -> [Substring] { path.split(separator: "/", omittingEmptySubsequences: false) }
}

/// A question with what is needed to answer it.
struct Exchange: Sendable {
    let engine: IntelligentScheduler
    let metrics: ServerMetrics
    /// What stands for the varying parts of the path.
    let parameters: [String: String]
    let body: [UInt8]
    /// Who asks.
    let caller: String
    /// When the body had arrived.
    let arrived = ContinuousClock.now

    /// The body as it was sent.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The varying part `name` of the path.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// Reads the body's JSON with `read`; a long one on a thread of its own.
    func question<Question: Sendable>(_ read: @escaping @Sendable (JSONField) throws -> Question) async throws
        -> Question
    {
        let (body, depth) = (body, engine.settings.server.maxJSONDepth)
        let parse: @Sendable () throws -> Question = {
            let document: JSONValue
            do {
                document = try JSONValue(parsing: body, maximumDepth: depth)
            } catch var error as InputError {
                error.field = "body"
                throw error
            }
            return try read(JSONField(document))
        }
        return body.count < Self.long ? try parse() : try await offload(parse)
    }

    /// Bytes from which on a body counts as long.
    private static let long = 1 << 15
}

/// An answer.
struct Reply: Sendable {
    var status = HTTPResponse.Status.ok
    var headers: HTTPFields = [:]
    var contentType: String
    var body: String

    init(_ body: String, contentType: String = "application/json") {
        self.body = body
        self.contentType = contentType
    }

    init(_ json: JSONValue) {
        self.init(json.text())
    }
}
