import Files
import Kernels
import Layers

extension GCNOptimizer {
    /// Everything that it consists of: the networks' weights, what their features are normalised by, the scale of the key, and
    /// from where on tasks are placed one by one, if ever.
    public func archive() -> WeightArchive {
        var archive = WeightArchive()
        ordering.write(to: &archive, prefix: "ordering.")
        scales.write(to: &archive)
        archive.set("scale", shape: [1], .float64([scale]))
        if serialFrom < .infinity { archive.set("serialFrom", shape: [1], .float64([serialFrom])) }
        bottlenecks?.write(to: &archive)
        gains?.write(to: &archive)
        return archive
    }

    /// The shapes of its networks: numbers by name, as in a manifest.
    public var architectureFields: [String: Int] {
        let others = [(GCNBottlenecks.prefix, bottlenecks?.architecture), (GCNGains.prefix, gains?.architecture)]
        return others.reduce(into: architecture.fields) { fields, other in
            for (name, value) in other.1?.fields ?? [:] { fields[other.0 + name] = value }
        }
    }

    /// The shape of a further network, whose fields begin with `prefix`; nil where there are none.
    private static func architecture(_ prefix: String, in fields: [String: Int]) throws -> GCNArchitecture? {
        let own = fields.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
        return own.isEmpty ? nil : try GCNArchitecture(Dictionary(uniqueKeysWithValues: own), prefix: prefix)
    }

    /// Reads what ``archive()`` wrote.
    ///
    /// - Parameter fields: ``architectureFields``; a version without any for bottlenecks or gains has no network for them.
    /// - Throws: `InputError` that names the array that is missing, of another shape, not finite or out of bounds, or that
    ///   does not belong there; or the field.
    public init(_ archive: WeightArchive, fields: [String: Int]) throws {
        let others = [GCNBottlenecks.prefix, GCNGains.prefix]
        let architecture = try GCNArchitecture(
            fields.filter { field in !others.contains { field.key.hasPrefix($0) } })
        var generator = SeededGenerator(seed: 0)
        var network = GCNNetwork(architecture, outputs: 1, using: &generator)
        try network.read(from: archive, prefix: "ordering.")
        let scales = try GraphScales(archive)
        let scale = try archive.doubles("scale")
        guard scale.count == 1, (1e-6...1e6).contains(scale[0]) else {
            throw InputError("is not one number from 1e-6 to 1e6", field: "scale")
        }
        let serialFrom = try archive["serialFrom"] == nil ? [.infinity] : archive.doubles("serialFrom")
        guard serialFrom.count == 1, serialFrom[0] >= 0 else {
            throw InputError("is not one number from 0 on", field: "serialFrom")
        }
        self.init(
            architecture: architecture, ordering: network, scales: scales, scale: scale[0], serialFrom: serialFrom[0])
        bottlenecks = try Self.architecture(GCNBottlenecks.prefix, in: fields).map {
            try GCNBottlenecks(archive, architecture: $0)
        }
        gains = try Self.architecture(GCNGains.prefix, in: fields).map { try GCNGains(archive, architecture: $0) }
        try archive.checkThatAllBelong(to: self.archive())
    }
}

extension WeightArchive {
    /// - Throws: `InputError` that names an array which `other` has not.
    func checkThatAllBelong(to other: WeightArchive) throws {
        let known = Set(other.entries.map(\.name))
        if let extra = entries.first(where: { !known.contains($0.name) }) {
            throw InputError("has no counterpart in the model", field: extra.name)
        }
    }
}

extension GraphScales {
    func write(to archive: inout WeightArchive, prefix: String = "") {
        nodes.write(to: &archive, prefix: prefix + "nodes.")
        edges.write(to: &archive, prefix: prefix + "edges.")
    }

    /// Reads what ``write(to:prefix:)`` wrote.
    init(_ archive: WeightArchive, prefix: String = "") throws {
        self.init(
            nodes: try FeatureScales(archive, prefix: prefix + "nodes.", width: NodeFeatures.count),
            edges: try FeatureScales(archive, prefix: prefix + "edges.", width: EdgeFeatures.count))
    }
}

extension FeatureScales {
    fileprivate func write(to archive: inout WeightArchive, prefix: String) {
        archive.set(prefix + "means", shape: [means.count], .float32(means))
        archive.set(prefix + "factors", shape: [factors.count], .float32(factors))
    }

    fileprivate init(_ archive: WeightArchive, prefix: String, width: Int) throws {
        func floats(_ name: String, _ range: ClosedRange<Float>) throws -> [Float] {
            let values = try archive.floats(prefix + name, shape: [width])
            guard values.allSatisfy(range.contains) else {
                throw InputError(
                    "holds a value that is not in \(range.lowerBound) to \(range.upperBound)", field: prefix + name)
            }
            return values
        }
        self.init(means: try floats("means", -1e6...1e6), factors: try floats("factors", 0...1e6))
    }
}
