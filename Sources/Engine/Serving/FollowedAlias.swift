/// An alias of the registry that is followed, whatever its versions are read into.
protocol FollowedAlias: Sendable {
    var alias: ServedAlias { get }
    /// What swaps came to.
    var figures: SwapFigures { get }
    /// Why what the alias names is not what answers; nil where it is.
    var problem: String? { get }

    /// Serves what the alias names if it is not what is served; `retries` says whether what failed is tried again.
    func follow(retries: Bool) async -> SwapChange
    /// Takes `version` through every step and holds it ready.
    /// - Throws: ``SwapFailure``.
    func prepare(_ version: Int) async throws
    /// Lets go of `version`, where it was prepared and is not promoted after all.
    func discardPrepared(_ version: Int)
}

extension ServedModel: FollowedAlias {}

/// What a check of the registry led to.
enum SwapChange: Sendable, Equatable {
    case none
    case swapped(to: Int?)
    case failed(version: Int?, problem: String)
}

extension SwapChange {
    /// The change of `alias` in words; nil where nothing changed.
    func words(_ alias: ServedAlias) -> String? {
        switch self {
        case .none: nil
        case .swapped(let version):
            version.map { "serves \(alias.name) \($0)" }
                ?? "serves no version of \(alias.name): a heuristic answers"
        case .failed(_, let problem): problem
        }
    }
}
