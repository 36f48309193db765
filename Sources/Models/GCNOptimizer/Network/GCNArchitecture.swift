import Files

/// The shape of a graph network, kept in the manifest of a version.
public struct GCNArchitecture: Hashable, Sendable {
    /// Units of each layer.
    public var hidden: [Int]
    /// Whether tasks hear from their parents and children.
    public var hasMessages: Bool
    /// Whether tasks hear the mean over all tasks.
    public var hasContext: Bool

    /// The shape that is trained unless another is asked for: 64, 32 and 16 units.
    public init(hidden: [Int] = [64, 32, 16], hasMessages: Bool = true, hasContext: Bool = true) {
        precondition(!hidden.isEmpty && hidden.allSatisfy { $0 > 0 }, "layers of \(hidden) units")
        self.hidden = hidden
        self.hasMessages = hasMessages
        self.hasContext = hasContext
    }
}

extension GCNArchitecture {
    private static let mostLayers = 8
    private static let mostUnits = 512

    /// Numbers by name, as in a manifest.
    public var fields: [String: Int] {
        var fields = [
            "layers": hidden.count, "messages": hasMessages ? 1 : 0, "context": hasContext ? 1 : 0,
            "nodeFeatures": NodeFeatures.count, "edgeFeatures": EdgeFeatures.count,
        ]
        for (place, units) in hidden.enumerated() { fields["hidden\(place + 1)"] = units }
        return fields
    }

    /// The shape as a manifest states it.
    ///
    /// - Parameter prefix: before the names of its fields there.
    /// - Throws: `InputError` that names a field that is missing or out of bounds.
    public init(_ fields: [String: Int], prefix: String = "") throws {
        let path = "architecture.\(prefix)"
        func field(_ name: String, _ range: ClosedRange<Int>) throws -> Int {
            guard let value = fields[name] else { throw InputError("is missing", field: path + name) }
            guard range.contains(value) else {
                throw InputError("is \(value), not \(range.lowerBound) to \(range.upperBound)", field: path + name)
            }
            return value
        }
        let layers = try field("layers", 1...Self.mostLayers)
        self.init(
            hidden: try (1...layers).map { try field("hidden\($0)", 1...Self.mostUnits) },
            hasMessages: try field("messages", 0...1) == 1, hasContext: try field("context", 0...1) == 1)
        _ = try field("nodeFeatures", NodeFeatures.count...NodeFeatures.count)
        _ = try field("edgeFeatures", EdgeFeatures.count...EdgeFeatures.count)
        if let extra = fields.keys.filter({ self.fields[$0] == nil }).min() {
            throw InputError("is not known", field: path + extra)
        }
    }
}
