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

    /// All that a sequence leaves, from what the layers remember before it: sequences without a step keep it.
    @Test(arguments: [false, true])
    func aSequenceGoesOnFromAState(isMasked: Bool) throws {
        let memory = Self.memory(layers: 2, seed: 7)
        var generator = SeededGenerator(seed: 8)
        var graph = ONNXGraph(name: "memory")
        let x = graph.input("x", shape: ["N", "T", 3])
        let mask = isMasked ? graph.input("mask", shape: ["N", "T"]) : nil
        let state = LSTM.ExportedState(
            hidden: graph.input("hidden", shape: [2, "N", 5]), cells: graph.input("cells", shape: [2, "N", 5]))
        let last = graph.node(
            "Unsqueeze", memory.export(x, from: state, mask: mask, to: &graph), graph.constant([1]))
        let (states, final) = memory.exportRun(x, from: state, mask: mask, to: &graph)
        // One behind the other on the axis of the steps, as there is one output to compare.
        let parts = [final.hidden, final.cells].map {
            graph.node("Transpose", $0, attributes: ["perm": [1, 0, 2]])
        }
        let all = graph.nodes("Concat", [states, last] + parts, results: 1, attributes: ["axis": 1])[0]
        graph.output(all, named: "all", shape: ["N", "R", 5])
        let cases = Self.batches.flatMap { batch in
            [1, 2, 7].flatMap { steps in
                masks(batch: batch, steps: steps, isRandom: { generator.uniform() < 0.5 }).map { mask in
                    let x = Tensor.normal([batch, steps, 3], using: &generator)
                    let state = LSTM.State(
                        hidden: .normal([2, batch, 5], using: &generator),
                        cells: .normal([2, batch, 5], using: &generator))
                    var inputs = ["x": x, "hidden": state.hidden, "cells": state.cells]
                    if isMasked { inputs["mask"] = mask }
                    let used = isMasked ? mask : nil
                    let last = memory(x, from: state, mask: used).reshaped([batch, 1, 5])
                    let (states, final) = memory.run(x, from: state, mask: used)
                    let parts = [final.hidden, final.cells].map { $0.transposed(0, 1) }
                    return ONNXCase(inputs, .concatenated([states, last] + parts, alongAxis: 1))
                }
            }
        }
        let (differences, _) = try compareWithONNX(graph, cases)
        #expect(differences.count == 54 && differences.allSatisfy { $0 < 1e-5 }, "\(differences)")
    }
}
