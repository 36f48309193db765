import Files
import Foundation
import Kernels
import Layers
import Prediction
import Registry
import Workflows

extension ResidualPredictor: PublishablePredictor {
    /// What its corrections are applied to.
    public var heuristic: StatisticsPredictor { base }
    /// A network of a fixed size over sequences of a bounded length.
    public var isBounded: Bool { true }
    /// That of the base, and which names of runs and nodes were forgotten.
    public var revision: Int? { base.changesElsewhere + memory.timesForgotten }

    /// A type counts where a gate is open for a kind of question.
    public var networkShares: [NetworkShare] {
        ResourceTarget.allCases.enumerated().map { place, target in
            NetworkShare(
                target: target, types: calibrations.types.values.count { $0.hasGate(of: place) },
                of: calibrations.types.count)
        }
    }

    /// Everything that it consists of: weights, the base, the last steps of each type, and what was learned of the types.
    public func archive() throws -> WeightArchive {
        var archive = WeightArchive()
        network.write(to: &archive, prefix: "network.")
        try base.write(to: &archive)
        memory.write(to: &archive, prefix: "steps.")
        archive.set("calibrations", text: try calibrations.text())
        return archive
    }

    /// Reads what ``archive()`` wrote.
    /// - Throws: `InputError` that names the array that does not fit.
    public init(_ archive: WeightArchive, architecture: Network.Architecture) throws {
        var generator = SeededGenerator(seed: 0)
        var network = Network(architecture, using: &generator)
        try network.read(from: archive, prefix: "network.")
        self.init(
            architecture: architecture, network: network, base: try StatisticsPredictor(archive),
            memory: try StepMemory(archive, prefix: "steps."),
            calibrations: try Calibrations(archive.text("calibrations")))
    }
}

extension Calibrations {
    /// As JSON.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Reads what ``text()`` wrote.
    init(_ text: String) throws {
        do {
            self = try JSONDecoder().decode(Calibrations.self, from: Data(text.utf8))
        } catch is DecodingError {
            throw InputError("cannot be read: of another layout, to be trained again", field: "calibrations")
        }
        guard isSound else { throw InputError("holds a number that nothing can be measured by", field: "calibrations") }
    }
}
