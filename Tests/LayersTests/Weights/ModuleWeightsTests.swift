import Files
import Kernels
import Layers
import Tensors
import Testing

@Test func aModelComesBackFromItsArchive() throws {
    var generator = SeededGenerator(seed: 1)
    let model = LSTM(inputs: 2, hidden: 3, layers: 2, using: &generator)
    var other = LSTM(inputs: 2, hidden: 3, layers: 2, using: &generator)
    var archive = WeightArchive()
    model.write(to: &archive, prefix: "memory.")
    #expect(archive.entries.map(\.name) == model.parameterShapes.map { "memory." + $0.name })
    #expect(archive.entries.map(\.shape) == model.parameterShapes.map(\.shape.axes))
    let x = Tensor.normal([4, 5, 2], using: &generator)
    #expect(other(x) != model(x))
    try other.read(from: Safetensors.decode(Safetensors.encode(archive)), prefix: "memory.")
    #expect(other(x) == model(x))
}

@Test func aModelThatCannotBeReadStaysAsItWas() throws {
    var generator = SeededGenerator(seed: 2)
    let stored = Linear(inputs: 2, outputs: 3, using: &generator)
    var model = Linear(inputs: 2, outputs: 3, using: &generator)
    let before = model
    func expectRefusal(_ problem: String, _ change: (inout WeightArchive) -> Void) {
        var archive = WeightArchive()
        stored.write(to: &archive)
        change(&archive)
        let error = #expect(throws: InputError.self) { try model.read(from: archive) }
        #expect(error?.field == "bias" && error?.problem == problem)
        #expect(model.weight == before.weight && model.bias == before.bias)
    }
    expectRefusal("is of shape [2], not [3]") { $0.set("bias", shape: [2], .float32([1, 2])) }
    expectRefusal("does not hold 32-bit floating-point numbers") { $0.set("bias", shape: [3], .float64([1, 2, 3])) }
    expectRefusal("holds a value that is not finite") { $0.set("bias", shape: [3], .float32([1, 2, .infinity])) }
    expectRefusal("the array is missing") { archive in
        var less = WeightArchive()
        for entry in archive.entries where entry.name != "bias" {
            less.set(entry.name, shape: entry.shape, entry.elements)
        }
        archive = less
    }
}
