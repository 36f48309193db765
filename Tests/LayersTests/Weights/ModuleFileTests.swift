import Files
import Kernels
import Layers
import TestSupport
import Tensors
import Testing

private func network(hidden: Int = 3, seed: UInt64) -> Sequential {
    var generator = SeededGenerator(seed: seed)
    return Sequential {
        Linear(inputs: 2, outputs: hidden, activation: .tanh, using: &generator)
        Linear(inputs: hidden, outputs: 1, using: &generator)
    }
}

private let x = Tensor([1, -2, 0.5, 4], shape: [2, 2])

@Test func weightsComeBackFromAFile() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let (written, path) = (network(seed: 1), folder("network.safetensors"))
        try written.writeWeights(to: path)
        var other = network(seed: 2)
        #expect(other(x) != written(x))
        try other.readWeights(from: path)
        #expect(other(x) == written(x))
        #expect(try Safetensors.read(from: path).entries.map(\.name) == written.parameterShapes.map(\.name))
        #expect(try contents(ofFolder: folder.path) == ["network.safetensors"])
    }
}

/// What a file holds instead of the network's parameters, and the field of the error that says so.
private let wrong: [(name: String, field: String?, archive: @Sendable (inout WeightArchive) -> Void)] = [
    ("shape", "layer0.weight", { network(hidden: 4, seed: 1).write(to: &$0) }),
    ("missing", "layer1.weight", { network(seed: 1).layers[0].write(to: &$0, prefix: "layer0.") }),
    (
        "too much", "layer2.bias",
        {
            network(seed: 1).write(to: &$0)
            $0.set("layer2.bias", Tensor.zeros([1]))
        }
    ),
    (
        "not finite", "layer1.bias",
        {
            network(seed: 1).write(to: &$0)
            $0.set("layer1.bias", Tensor([.nan], shape: [1]))
        }
    ),
]

@Test(arguments: wrong.indices)
func aFileOfAnotherModuleIsRefusedWhole(place: Int) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var archive = WeightArchive()
        wrong[place].archive(&archive)
        try Safetensors.write(archive, to: folder("w"))
        var module = network(seed: 7)
        let error = #expect(throws: InputError.self) { try module.readWeights(from: folder("w")) }
        #expect(error?.file == folder("w") && error?.field == wrong[place].field, "\(String(describing: error))")
        #expect(module(x) == network(seed: 7)(x))
    }
}

@Test func aFileThatIsMissingIsNamed() throws {
    var module = network(seed: 7)
    let error = #expect(throws: InputError.self) { try module.readWeights(from: "/none/w") }
    #expect(error?.file == "/none/w")
}

@Test func aTensorIsAnArray() throws {
    var archive = WeightArchive()
    archive.set("x", x)
    #expect(try archive.floats("x", shape: [2, 2]) == x.scalars)
}
