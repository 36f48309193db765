import Files

extension ModelManifest {
    /// Why this version is not promoted without force; nil if its evaluation lets it pass.
    ///
    /// A version must have been scored, and be worse than the best baseline on no target.
    public var promotionRefusal: String? {
        if metrics.isEmpty { return "it was scored on no target" }
        let losses = metrics.filter { $0.verdict == "worse" }.map(\.target)
        return losses.isEmpty ? nil : "it is worse than the best baseline at \(losses.joined(separator: ", "))"
    }
}

extension ModelRegistry {
    /// Lets `alias` name `version` if its evaluation lets it pass, or for the reason `force`.
    ///
    /// - Returns: all aliases afterwards.
    /// - Throws: `InputError` that says why it is not promoted.
    public func promote(
        _ name: CheckedName, to version: Int, alias: CheckedName, force: String?, at: Double, who: String
    ) throws -> [String: Int] {
        if let refusal = try manifest(of: name, version).manifest.promotionRefusal, force == nil {
            throw InputError(
                "\(name) \(version) is not promoted: \(refusal); force with a reason (--force REASON) does it all the same"
            )
        }
        return try promote(
            name, to: version, alias: alias, at: at, who: who,
            why: force.map { "forced: \($0)" } ?? "not worse than the best baseline on any target")
    }
}
