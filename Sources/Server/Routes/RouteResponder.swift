import Engine
import Files
import Hummingbird
import Logging
import NIOHTTP1
import Foundation
import Settings

/// Takes a request to its route: admission, body, answer, errors in one form, figures.
struct RouteResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    private let engine: IntelligentScheduler
    private let logger: Logger
    private let access: AccessControl
    private let metrics = ServerMetrics()
    private let memory: BodyMemory
    /// Routes without varying parts, by method and path.
    private let fixed: [String: Route]
    private let varying: [Route]

    init(_ engine: IntelligentScheduler, logger: Logger) {
        self.engine = engine
        self.logger = logger
        access = AccessControl(engine.settings.server.tokens)
        memory = BodyMemory(limit: 8 * engine.settings.server.maxBodyBytes)
        let (varying, fixed) = (Route.all.filter(\.isVarying), Route.all.filter { !$0.isVarying })
        self.varying = varying
        self.fixed = Dictionary(uniqueKeysWithValues: fixed.map { ("\($0.method.rawValue) \($0.path)", $0) })
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        let reply = try await reply(to: request)
        var headers = reply.headers
        headers[.contentType] = reply.contentType
        return Response(
            status: reply.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: reply.body)))
    }

    /// The answer to `request`, whatever it is.
    /// - Throws: only what the framework itself answers: a request that is no HTTP.
    func reply(to request: Request) async throws -> Reply {
        let began = ContinuousClock.now
        let found = route(for: request)
        let name = found.map { "\($0.method.rawValue) \($0.path)" } ?? "other"
        var reply: Reply
        do {
            reply = try await answer(request, by: found)
        } catch let error as HTTPParserError {
            metrics.count(name, status: 400, took: ContinuousClock.now - began)
            throw error
        } catch {
            let told = RequestError(error)
            if told.status == .internalServerError { logger.error("\(name) failed: \(Self.problem(error))") }
            reply = Reply(told.json)
            reply.status = told.status
            reply.headers = told.headers
        }
        metrics.count(name, status: reply.status.code, took: ContinuousClock.now - began)
        return reply
    }

    /// What went wrong, without paths.
    private static func problem(_ error: any Error) -> String {
        (error as? InputError)?.problem ?? "an unexpected error of the type \(type(of: error))"
    }

    private func route(for request: Request) -> Route? {
        let path = request.uri.path
        return fixed["\(request.method.rawValue) \(path)"]
            ?? varying.first { $0.method == request.method && $0.matches(path) }
    }

    private func answer(_ request: Request, by route: Route?) async throws -> Reply {
        guard let route else { throw missing(request) }
        let caller = try access.admit(request.head, needing: route.role)
        var body: [UInt8] = []
        defer { memory.giveBack(body.count) }
        if route.question != nil { try await read(request, into: &body) }
        let exchange = Exchange(
            engine: engine, metrics: metrics, parameters: try Self.parameters(of: request.uri.path, in: route),
            body: body, caller: caller)
        var reply = try await route.answer(exchange)
        reply.status = route.status
        return reply
    }

    /// 404, or 405 where the path can be asked in another way.
    private func missing(_ request: Request) -> RequestError {
        let path = request.uri.path
        let methods = Route.all.filter { $0.matches(path) }.map(\.method.rawValue)
        guard !methods.isEmpty else {
            return RequestError(
                .notFound, "not-found", "there is no such path; GET /openapi.json lists all", field: "path")
        }
        let allowed = methods.joined(separator: ", ")
        var error = RequestError(
            .methodNotAllowed, "method-not-allowed", "this path is asked by \(allowed)", field: "method")
        error.headers[.allow] = allowed
        return error
    }

    private static func parameters(of path: String, in route: Route) throws -> [String: String] {
        guard route.isVarying else { return [:] }
        var parameters: [String: String] = [:]
        for (mine, theirs) in zip(Route.parts(of: route.path), Route.parts(of: path))
        where mine.hasPrefix("{") {
            let name = String(mine.dropFirst().dropLast())
            guard let value = String(theirs).removingPercentEncoding else {
                throw RequestError(.badRequest, "invalid", "\(name) is no valid part of a path", field: name)
            }
            parameters[name] = value
        }
        return parameters
    }

    /// Reads the body of `request`, every byte of which is taken from the memory for bodies.
    private func read(_ request: Request, into bytes: inout [UInt8]) async throws {
        let limit = engine.settings.server.maxBodyBytes
        let tooLarge = RequestError(
            .contentTooLarge, "too-large", "the body has more than \(limit) bytes", field: "body")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        do {
            for try await part in request.body {
                guard bytes.count + part.readableBytes <= limit else { throw tooLarge }
                try memory.take(part.readableBytes)
                bytes.append(contentsOf: part.readableBytesView)
            }
        } catch let error where !(error is RequestError || error is HTTPParserError) {
            throw RequestError(.badRequest, "incomplete", "the body did not arrive whole", field: "body")
        }
    }
}
