import Files

extension ModelRegistry {
    /// Every version with its aliases, as it stands on the wire: `{"models":[{"name","version",…}]}`.
    public func listing() throws -> JSONValue {
        let models = try names().flatMap { name in
            let aliases = try aliases(of: name)
            return try versions(of: name).map { version in
                let (manifest, digest) = try manifest(of: name, version)
                let own = aliases.filter { $0.value == version }.map(\.key).sorted()
                return JSONValue.object(
                    JSONObject([
                        ("name", .string(name.description)), ("version", .integer(version)),
                        ("kind", .string(manifest.kind)), ("digest", .string(digest)),
                        ("aliases", .array(own.map(JSONValue.string))), ("created", .number(manifest.created)),
                    ]))
            }
        }
        return .object(JSONObject([("models", .array(models))]))
    }
}
