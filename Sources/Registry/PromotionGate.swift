import Files

extension ModelManifest {
    /// Why this version is not promoted without force; nil if its evaluation lets it pass.
    ///
    /// A version must have been scored, and be worse than the best baseline on no target. A forecaster of series must have
    /// skill on average; a series on which it has none is not its to answer.
    public var promotionRefusal: String? {
        if metrics.isEmpty { return "it was scored on no target" }
        if let skill = meanSkill {
            return skill > 0
                ? nil : "its skill over the best reference, on average over series and horizons, is not above zero"
        }
        let losses = metrics.filter { $0.verdict == "worse" }.map(\.target)
        return losses.isEmpty ? nil : "it is worse than the best baseline at \(losses.joined(separator: ", "))"
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

    /// What the gate says of a promotion for the reason `force`, as a sentence; nil where it lets the version pass.
    public func promotionRefusal(force: String?) -> String? {
        guard force == nil, let promotionRefusal else { return nil }
        return "\(name) \(version) is not promoted: \(promotionRefusal); force with a reason does it all the same"
    }
}

extension ModelRegistry {
    /// Lets `alias` name `version`, which is verified first, if its evaluation lets it pass, or for the reason `force`.
    ///
    /// - Returns: all aliases afterwards.
    /// - Throws: `InputError` that says why it is not promoted.
    public func promote(
        _ name: CheckedName, to version: Int, alias: CheckedName, force: String?, at: Double, who: String
    ) throws -> [String: Int] {
        try promote(
            verify(name, version).manifest, as: name, to: version, alias: alias, force: force, at: at, who: who)
    }

    /// The same for a version that was just loaded, and so verified; only its manifest is read again.
    public func promote(
        _ loaded: ModelVersion, alias: CheckedName, force: String?, at: Double, who: String
    ) throws -> [String: Int] {
        let (name, version) = (try CheckedName(loaded.manifest.name), loaded.manifest.version)
        let (manifest, digest) = try manifest(of: name, version)
        guard digest == loaded.digest else {
            throw InputError("\(name) \(version) has another manifest than when it was loaded", file: path)
        }
        return try promote(manifest, as: name, to: version, alias: alias, force: force, at: at, who: who)
    }

    private func promote(
        _ manifest: ModelManifest, as name: CheckedName, to version: Int, alias: CheckedName, force: String?,
        at: Double, who: String
    ) throws -> [String: Int] {
        if let refusal = manifest.promotionRefusal(force: force) { throw InputError(refusal) }
        return try setAlias(
            alias, of: name, to: version, at: at, who: who,
            why: force.map { "forced: \($0)" }
                ?? (manifest.meanSkill == nil
                    ? "not worse than the best baseline on any target" : "it has skill over the best reference"))
    }
}
