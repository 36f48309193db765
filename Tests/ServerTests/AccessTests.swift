import Files
import HTTPTypes
import Settings
import TestSupport
import Testing

@testable import Server

private let tokens = ["read", "decide", "operate"]

private func withTokens(_ settings: inout Settings) {
    settings.server.tokens = tokens.map { name in
        Settings.Token(
            name: name, role: Settings.Token.Role(rawValue: name) ?? .read,
            sha256: sha256(of: Array("secret-\(name)".utf8)))
    }
}

@Test func everyRouteNeedsItsRole() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder, withTokens)
        let open: Set = ["/health/live", "/health/ready", "/openapi.json"]
        for route in Route.all {
            let path = route.path.replacing("{id}", with: "x").replacing("{name}", with: "predictor")
            let nobody = await server.ask(route.method, path, "{}")
            #expect((nobody.status == 401) == !open.contains(path), "\(path)")
            if nobody.status == 401 {
                #expect(nobody.headers[.wwwAuthenticate] == "Bearer")
                #expect(await server.ask(route.method, path, "{}", token: "wrong").status == 401)
                // The digest itself opens nothing.
                let digest = sha256(of: Array("secret-operate".utf8))
                #expect(await server.ask(route.method, path, "{}", token: digest).status == 401)
            }
            for (rank, name) in tokens.enumerated() {
                let answer = await server.ask(route.method, path, "{}", token: "secret-\(name)")
                let needed = route.role.flatMap { tokens.firstIndex(of: $0.rawValue) } ?? 0
                #expect((answer.status == 403) == (rank < needed), "\(path) by \(name): \(answer.body)")
            }
        }
    }
}

@Test(arguments: [
    "/v1/models/predictor/promote", "/v1/models/predictor/rollback", "/v1/optimizations/x/apply", "/v1/executions",
])
func whatChangesThingsNeedsToOperate(path: String) async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder, withTokens)
        #expect(await server.ask(.post, path, "{}").status == 401)
        #expect(await server.ask(.post, path, "{}", token: "secret-decide").status == 403)
        #expect(server.engine.servedModel?.version == 1)
    }
}

@Test func theOneWhoPromotedIsInTheLog() async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder, withTokens)
        let answer = await server.ask(
            .post, "/v1/models/predictor/promote", #"{"version":3,"force":"a test"}"#, token: "secret-operate")
        #expect(answer.status == 200)
        let last = try server.models.registry.aliasLog(of: server.models.name).last
        #expect(last?.who == "operate" && last?.why == "forced: a test" && last?.to == 3)
    }
}

@Test(
    arguments: [
        ("localhost:8080", nil, 200), ("127.0.0.1", nil, 200), ("[::1]:8080", "http://localhost:3000", 200),
        (nil, nil, 200),
        ("evil.example", nil, 403), ("127.0.0.1.evil.example", nil, 403),
        ("localhost:8080", "https://evil.example", 403),
        ("localhost:8080", "null", 403), ("localhost", "http://127.0.0.1.evil.example", 403),
    ] as [(String?, String?, Int)])
func withoutTokensNoOtherSiteIsAnswered(authority: String?, origin: String?, status: Int) async throws {
    try await TemporaryFolder.with { folder in
        let server = try await TestServer(in: folder)
        var headers: HTTPFields = [:]
        headers[.origin] = origin
        let answer = await server.ask(.post, "/v1/predict", Questions.task, authority: authority, headers: headers)
        #expect(answer.status == status, "\(answer.body)")
    }
}

@Test(arguments: [
    ("127.0.0.1", true), ("localhost", true), ("::1", true), ("127.1.2.3", true), ("0.0.0.0", false), ("::", false),
    ("10.0.0.1", false), ("127.0.0.1.example", false), ("127.0.0", false), ("", false),
])
func onlyLoopbackIsListenedOnWithoutTokens(host: String, isAllowed: Bool) throws {
    var settings = Settings().server
    settings.host = host
    if isAllowed {
        #expect(throws: Never.self) { try InferenceServer.check(settings) }
    } else {
        #expect { try InferenceServer.check(settings) } throws: { ($0 as? InputError)?.field == "server.host" }
        settings.tokens = [Settings.Token(name: "a", role: .read, sha256: "0")]
        #expect(throws: Never.self) { try InferenceServer.check(settings) }
    }
}
