import Files

extension ModelRegistry {
    /// Every version with its aliases, as it stands on the wire: `{"models":[{"name","version",…}]}`.
    ///
    /// A version whose manifest cannot be read is of the kind `unknown` and has a `problem`; so have all versions of a
    /// name whose aliases cannot be read. A problem holds no path.
    public func listing() throws -> JSONValue {
        let models = try names().flatMap { name in
            let aliases = Result { try self.aliases(of: name) }
            return try versions(of: name).map { entry(of: name, $0, aliases) }
        }
        return .object(JSONObject([("models", .array(models))]))
    }

    private func entry(of name: CheckedName, _ version: Int, _ aliases: Result<[String: Int], any Error>) -> JSONValue {
        let read = Result { try manifest(of: name, version) }
        let found = try? read.get()
        let own = ((try? aliases.get()) ?? [:]).filter { $0.value == version }.map(\.key).sorted()
        var entry = JSONObject([
            ("name", .string(name.description)), ("version", .integer(version)),
            ("kind", .string(found?.manifest.kind ?? "unknown")), ("digest", .string(found?.digest ?? "")),
            ("aliases", .array(own.map(JSONValue.string))), ("created", .number(found?.manifest.created ?? 0)),
        ])
        entry["problem"] = (Self.problem(read) ?? Self.problem(aliases)).map(JSONValue.string)
        return .object(entry)
    }

    /// What went wrong, without the folders in which it did.
    private static func problem(_ result: Result<some Any, any Error>) -> String? {
        guard case .failure(let error) = result else { return nil }
        guard var told = error as? InputError else { return "an unexpected error" }
        told.file = told.file.map(lastComponent(of:))
        return told.description
    }
}
