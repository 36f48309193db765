import Kernels
import Layers
import Tensors
import TestSupport
import Testing

@Suite(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
struct LSTMONNXTests {
    private static let batches = [1, 2, 13]

    /// An LSTM of 3 inputs and 5 units whose biases are not what they are at first.
    private static func memory(layers: Int, seed: UInt64) -> LSTM {
        var generator = SeededGenerator(seed: seed)
        var memory = LSTM(inputs: 3, hidden: 5, layers: layers, using: &generator)
        for place in memory.layers.indices { memory.layers[place].bias = .normal([20], using: &generator) }
        return memory
    }

    @Test(arguments: [1, 2, 3])
    func theLastStateIsOurs(layers: Int) throws {
        let memory = Self.memory(layers: layers, seed: 1)
        var generator = SeededGenerator(seed: 2)
        var graph = ONNXGraph(name: "memory")
        let x = graph.input("x", shape: ["N", "T", 3])
        graph.output(memory.export(x, to: &graph), named: "state", shape: ["N", 5])
        let cases = Self.batches.flatMap { batch in
            [1, 2, 11].map { steps in
                let x = Tensor.normal([batch, steps, 3], using: &generator)
                return ONNXCase(["x": x], memory(x))
            }
        }
        let (differences, reading) = try compareWithONNX(graph, cases)
        #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
        #expect(reading.operators.count { $0 == "LSTM" } == layers)
        #expect(reading.constants.contains("layer\(layers - 1).recurrentWeight"))
    }

    @Test func theStatesOfAllStepsAreOurs() throws {
        let memory = Self.memory(layers: 2, seed: 3)
        var generator = SeededGenerator(seed: 4)
        var graph = ONNXGraph(name: "memory")
        let x = graph.input("x", shape: ["N", "T", 3])
        graph.output(memory.exportStates(x, to: &graph), named: "states", shape: ["N", "T", 5])
        let cases = Self.batches.map { batch in
            let x = Tensor.normal([batch, 7, 3], using: &generator)
            return ONNXCase(["x": x], memory.states(x))
        }
        let (differences, _) = try compareWithONNX(graph, cases)
        #expect(differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
    }

    @Test(arguments: [1, 2])
    func underAnyMaskTheStatesAreOurs(layers: Int) throws {
        let memory = Self.memory(layers: layers, seed: 5)
        var generator = SeededGenerator(seed: 6)
        var last = ONNXGraph(name: "last")
        let (x, mask) = (last.input("x", shape: ["N", "T", 3]), last.input("mask", shape: ["N", "T"]))
        var all = last
        last.output(memory.export(x, mask: mask, to: &last), named: "state", shape: ["N", 5])
        all.output(memory.exportStates(x, mask: mask, to: &all), named: "states", shape: ["N", "T", 5])
        let questions = Self.batches.flatMap { batch in
            [1, 2, 7].flatMap { steps in
                masks(batch: batch, steps: steps, isRandom: { generator.uniform() < 0.5 }).map { mask in
                    (x: Tensor.normal([batch, steps, 3], using: &generator), mask: mask)
                }
            }
        }
        let ofLast = try compareWithONNX(
            last, questions.map { ONNXCase(["x": $0.x, "mask": $0.mask], memory($0.x, mask: $0.mask)) }
        ).differences
        #expect(ofLast.count == 54 && ofLast.allSatisfy { $0 < 1e-5 }, "\(ofLast)")
        let ofAll = try compareWithONNX(
            all, questions.map { ONNXCase(["x": $0.x, "mask": $0.mask], memory.states($0.x, mask: $0.mask)) }
        ).differences
        #expect(ofAll.count == 54 && ofAll.allSatisfy { $0 < 1e-5 }, "\(ofAll)")
    }

    /// The state that a part leaves, with or without a step, is that in which the next one begins.
    @Test(arguments: [false, true])
    func sequencesMayComeInParts(isMasked: Bool) throws {
        let memory = Self.memory(layers: 2, seed: 7)
        var generator = SeededGenerator(seed: 8)
        var graph = ONNXGraph(name: "parts")
        var (state, states): (LSTM.ExportedState?, [ONNXValue]) = (nil, [])
        var last: ONNXValue?
        for place in 0..<3 {
            let x = graph.input("x\(place)", shape: ["N", .dynamic("T\(place)"), 3])
            let mask = isMasked ? graph.input("mask\(place)", shape: ["N", .dynamic("T\(place)")]) : nil
            last = memory.export(x, from: state, mask: mask, to: &graph)
            let run = memory.exportRun(x, from: state, mask: mask, to: &graph)
            states.append(run.states)
            state = run.final
        }
        // The last state once more, as one step behind the others.
        states.append(graph.node("Unsqueeze", last, graph.constant([1])))
        let all = graph.nodes("Concat", states, results: 1, attributes: ["axis": 1])[0]
        graph.output(all, named: "states", shape: ["N", "R", 5])
        let cases = Self.batches.flatMap { batch in
            [[1, 1, 1], [3, 2, 4], [1, 5, 2]].flatMap { lengths in
                let steps = lengths.reduce(0, +)
                return masks(batch: batch, steps: steps, isRandom: { generator.uniform() < 0.3 }).map { mask in
                    let x = Tensor.normal([batch, steps, 3], using: &generator)
                    var (inputs, start) = ([String: Tensor](), 0)
                    for (place, length) in lengths.enumerated() {
                        inputs["x\(place)"] = x.slice(start..<start + length, alongAxis: 1)
                        if isMasked { inputs["mask\(place)"] = mask.slice(start..<start + length, alongAxis: 1) }
                        start += length
                    }
                    let mask = isMasked ? mask : nil
                    let last = memory(x, mask: mask).reshaped([batch, 1, 5])
                    return ONNXCase(inputs, .concatenated([memory.states(x, mask: mask), last], alongAxis: 1))
                }
            }
        }
        let (differences, _) = try compareWithONNX(graph, cases)
        #expect(differences.count == 54 && differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
    }
}
