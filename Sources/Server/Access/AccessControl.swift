import Files
import HTTPTypes
import Settings

/// Who may ask what.
///
/// Without tokens everyone who reaches the loopback address may do everything, but no page that a browser shows: a request
/// whose `Host` or `Origin` is another than this machine is refused.
struct AccessControl: Sendable {
    private let tokens: [String: Settings.Token]

    init(_ tokens: [Settings.Token]) {
        self.tokens = Dictionary(tokens.map { ($0.sha256, $0) }) { first, _ in first }
    }

    /// The name of the one who asks.
    /// - Throws: `RequestError` 401 without a known token, 403 for what the token does not allow.
    func admit(_ head: HTTPRequest, needing role: Settings.Token.Role?) throws -> String {
        guard let role else { return "anyone" }
        if tokens.isEmpty {
            try refuseOtherSites(head)
            return "loopback"
        }
        guard let token = Self.bearer(head).flatMap({ tokens[sha256(of: Array($0.utf8))] }) else {
            var error = RequestError(
                .unauthorized, "unauthorized", "a token is needed: Authorization: Bearer TOKEN", field: "Authorization")
            error.headers[.wwwAuthenticate] = "Bearer"
            throw error
        }
        guard token.role >= role else {
            throw RequestError(
                .forbidden, "forbidden", "\(token.name) may \(token.role.rawValue), and this needs \(role.rawValue)",
                field: "Authorization")
        }
        return token.name
    }

    private static func bearer(_ head: HTTPRequest) -> Substring? {
        guard let value = head.headerFields[.authorization] else { return nil }
        let words = value.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return words[1]
    }

    private func refuseOtherSites(_ head: HTTPRequest) throws {
        if let host = head.authority, !Settings.Server.isLoopback(Self.name(inAuthority: host)) {
            throw RequestError(
                .forbidden, "forbidden", "without tokens only this machine is answered, by a name of its own",
                field: "Host")
        }
        if let origin = head.headerFields[.origin] {
            let authority = origin.split(separator: "//", maxSplits: 1).last.map(String.init) ?? origin
            guard Settings.Server.isLoopback(Self.name(inAuthority: authority)) else {
                throw RequestError(
                    .forbidden, "forbidden", "without tokens no other site is answered", field: "Origin")
            }
        }
    }

    /// `[::1]:8080` is `::1`, `localhost:8080` is `localhost`.
    private static func name(inAuthority authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }
}
