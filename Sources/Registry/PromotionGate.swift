import Files

extension ModelManifest {
    /// The champion that a version would take the place of.
    public struct Incumbent: Sendable {
        /// Its version.
        public var version: Int
        /// SHA-256 of its manifest; nil where that cannot be read.
        public var digest: String?
    }

    /// Why this version is not let be the `champion` in place of `incumbent`; nil if its evaluation lets it pass.
    ///
    /// It must beat the best baseline: be better, with an interval, at a target and worse at none. It must beat the
    /// incumbent in the same way, on executions that neither had seen. A forecaster of series must beat the best reference on
    /// a series, and have skill on average; a series on which it has none is not its to answer.
    /// - Parameter cause: why it was not compared with the incumbent, where that is known.
    public func championRefusal(over incumbent: Incumbent?, cause: String? = nil) -> String? {
        heuristicRefusal ?? incumbent.flatMap { refusal(over: $0, cause: cause) }
    }

    private var heuristicRefusal: String? {
        if metrics.isEmpty { return "it was scored on no target" }
        if let skill = meanSkill, skill <= 0 {
            return "its skill over the best reference, on average over series and horizons, is not above zero"
        }
        let losses = metrics.filter { $0.verdict == "worse" }.map(\.target)
        if meanSkill == nil, !losses.isEmpty {
            return "it is worse than the best baseline at \(losses.joined(separator: ", "))"
        }
        guard metrics.contains(where: { $0.verdict == "better" }) else {
            return "it is better than the best baseline at no target: each interval holds zero"
        }
        return nil
    }

    private func refusal(over incumbent: Incumbent, cause: String?) -> String? {
        let compared = metrics.compactMap { metric in metric.champion.map { (metric.target, $0) } }.filter {
            $0.1.version == incumbent.version && $0.1.digest != nil && $0.1.digest == incumbent.digest
        }
        guard !compared.isEmpty else {
            return "it was not compared with the champion, version \(incumbent.version), on "
                + (meanSkill == nil ? "executions" : "values") + " new to both" + (cause.map { ": \($0)" } ?? "")
        }
        let losses = compared.filter { $0.1.high < 0 }.map(\.0)
        if !losses.isEmpty {
            return "it is worse than the champion, version \(incumbent.version), at \(losses.joined(separator: ", "))"
        }
        guard compared.contains(where: { $0.1.low > 0 }) else {
            return
                "it is better than the champion, version \(incumbent.version), at no target: each interval holds zero"
        }
        return nil
    }

    /// Why this version is given no alias at all, not even that of a challenger, which decides nothing; nil if its
    /// evaluation lets it pass.
    ///
    /// It must have been scored, and be worse than the best baseline not at every target.
    public var challengerRefusal: String? {
        if metrics.isEmpty { return "it was scored on no target" }
        guard metrics.allSatisfy({ $0.verdict == "worse" }) else { return nil }
        return "it is worse than the best baseline at \(metrics.map(\.target).joined(separator: ", ")): at every target"
    }

    /// The mean skill over series and horizons; nil where it does not forecast series.
    public var meanSkill: Double? { Self.mean(metrics.filter { $0.horizonSeconds != nil }) }

    /// The mean skill over the horizons of the series `name`; nil where it was not scored on it.
    public func skill(on name: String) -> Double? {
        Self.mean(metrics.filter { $0.horizonSeconds != nil && $0.target == name })
    }

    private static func mean(_ metrics: [Metric]) -> Double? {
        metrics.isEmpty ? nil : metrics.reduce(0) { $0 + $1.accuracy } / Double(metrics.count)
    }

    fileprivate func sentence(_ refusal: String?, force: String?) -> String? {
        guard force == nil, let refusal else { return nil }
        return "\(name) \(version) is not promoted: \(refusal); force with a reason does it all the same"
    }
}

extension ModelRegistry {
    /// The alias that decides.
    public static let champion = "champion"

    /// What the gate says of letting `alias` name the version that `manifest` describes, as a sentence; nil where it lets
    /// it pass.
    ///
    /// The champion must beat the heuristics and the champion so far. Other aliases, such as the challenger, decide
    /// nothing: there it is enough not to be worse than the heuristics at every target.
    public func promotionRefusal(
        of manifest: ModelManifest, alias: CheckedName, force: String?
    ) throws -> String? {
        try refusal(of: manifest, alias: alias, force: force, aliases: aliases(of: CheckedName(manifest.name)))
    }

    private func refusal(
        of manifest: ModelManifest, alias: CheckedName, force: String?, aliases: [String: Int]
    ) throws -> String? {
        // It has the place already, and nothing is decided.
        guard aliases[alias.description] != manifest.version else { return nil }
        guard alias.description == Self.champion else {
            return manifest.sentence(manifest.challengerRefusal, force: force)
        }
        let incumbent = try incumbent(of: manifest, aliases: aliases)
        return manifest.sentence(manifest.championRefusal(over: incumbent), force: force)
    }

    /// The champion that the version of `manifest` would take the place of; nil where there is none, or it is the champion.
    public func incumbent(of manifest: ModelManifest) throws -> ModelManifest.Incumbent? {
        try incumbent(of: manifest, aliases: aliases(of: CheckedName(manifest.name)))
    }

    private func incumbent(
        of manifest: ModelManifest, aliases: [String: Int]
    ) throws -> ModelManifest.Incumbent? {
        let name = try CheckedName(manifest.name)
        guard let version = aliases[Self.champion], version != manifest.version else { return nil }
        // Whatever is wrong with the champion, it is no reason to forbid putting another in its place by force.
        return .init(version: version, digest: try? self.manifest(of: name, version).digest)
    }

    /// Lets `alias` name `version`, which is verified first, if its evaluation lets it pass, or for the reason `force`.
    ///
    /// Where it names that version already, nothing is changed.
    /// - Returns: all aliases afterwards.
    /// - Throws: `InputError` that says why it is not promoted.
    public func promote(
        _ name: CheckedName, to version: Int, alias: CheckedName, force: String?, at: Double, who: String
    ) throws -> [String: Int] {
        try promote(name, to: version, alias: alias, force: force, at: at, who: who) {
            try verify(name, version).manifest
        }
    }

    /// The same for a version that was just loaded, and so verified; only its manifest is read again.
    public func promote(
        _ loaded: ModelVersion, alias: CheckedName, force: String?, at: Double, who: String
    ) throws -> [String: Int] {
        let (name, version) = (try CheckedName(loaded.manifest.name), loaded.manifest.version)
        return try promote(name, to: version, alias: alias, force: force, at: at, who: who) {
            let (manifest, digest) = try manifest(of: name, version)
            guard digest == loaded.digest else {
                throw InputError("\(name) \(version) has another manifest than when it was loaded", file: path)
            }
            return manifest
        }
    }

    private func promote(
        _ name: CheckedName, to version: Int, alias: CheckedName, force: String?, at: Double, who: String,
        check: () throws -> ModelManifest
    ) throws -> [String: Int] {
        if let force { try Self.check(reason: force, field: "force") }
        return try setAlias(alias, of: name, to: version, at: at, who: who) { aliases in
            let manifest = try check()
            if let refusal = try refusal(of: manifest, alias: alias, force: force, aliases: aliases) {
                throw InputError(refusal)
            }
            return force.map { "forced: \($0)" } ?? manifest.merit(as: alias, over: aliases[Self.champion])
        }
    }
}

extension ModelManifest {
    /// What the gate found for it.
    fileprivate func merit(as alias: CheckedName, over champion: Int?) -> String {
        guard alias.description == ModelRegistry.champion else { return "not worse than the best baseline everywhere" }
        let beaten = meanSkill == nil ? "beats the best baseline" : "has skill over the best reference"
        guard let champion, champion != version else { return beaten }
        return beaten + " and beats version \(champion)"
    }
}
