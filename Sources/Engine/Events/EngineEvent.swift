import Decisions
import Files

/// Something that happened in an engine, beside answers.
public struct EngineEvent: Sendable, Hashable {
    /// From 1, without gaps: a reader that misses a number was too slow.
    public var number: Int
    /// When, in Unix seconds.
    public var at: Double
    /// What.
    public var kind: Kind

    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// A version took over from another, or from rules alone.
        case swapped(Swap)
        /// No version answers any more: rules alone do.
        case unloaded(alias: ServedAlias, from: ModelReference?)
        /// A version could not take over; what answered goes on.
        case swapFailed(alias: ServedAlias, version: Int?, step: SwapStep, reason: String)
        /// The last question that a version had begun before another took over is answered.
        case drained(ModelReference)
        /// A version is no longer held in memory.
        case released(ModelReference)
        /// An alias was taken from a version that broke a guardrail.
        case withdrawn(alias: ServedAlias, model: ModelReference, reason: String)
    }

    /// A version that took over.
    public struct Swap: Sendable, Hashable {
        /// Whose part it took.
        public var alias: ServedAlias
        /// What answered before; nil where rules alone did.
        public var from: ModelReference?
        /// What answers now.
        public var to: ModelReference
        /// Whether it was held ready.
        public var wasHot: Bool
        /// Seconds that the switch itself took.
        public var switchSeconds: Double
    }
}

/// A name of the registry with the alias of it that is followed.
public struct ServedAlias: Sendable, Hashable {
    /// The name.
    public var name: CheckedName
    /// The alias, such as `champion`.
    public var alias: CheckedName
}

extension EngineEvent: CustomStringConvertible {
    /// Whether something did not go as it should.
    public var isFailure: Bool {
        if case .swapFailed = kind { true } else { false }
    }

    /// Whether much memory is free after it.
    public var freesMemory: Bool {
        switch kind {
        case .released: true
        case .swapped(let swap): !swap.wasHot
        case .unloaded, .swapFailed, .drained, .withdrawn: false
        }
    }

    /// The event in one line.
    public var description: String {
        switch kind {
        case .swapped(let swap): "serves \(swap.to.words)\(swap.alias.suffix)"
        case .unloaded(let alias, _): "serves no version of \(alias.name)\(alias.suffix): a heuristic answers"
        case .swapFailed(_, _, _, let reason): reason
        case .drained(let model): "\(model.words) has answered what it had begun"
        case .released(let model): "\(model.words) is released"
        case .withdrawn(let alias, let model, let reason):
            "\(model.words) is no longer the \(alias.alias): \(reason)"
        }
    }
}

extension ServedAlias {
    /// Says which alias it is, unless it is the usual one.
    var suffix: String { alias.description == "champion" ? "" : " as \(alias)" }
}

extension ModelReference {
    /// The version in words.
    var words: String { "\(name) \(version)" }
}
