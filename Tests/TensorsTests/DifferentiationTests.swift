import Kernels
import NumericalChecks
import Tensors
import Testing

@Test func theValueAndEveryGradientComeInOrder() {
    let inputs = Inputs([Tensor([2, 3], shape: [2]), Tensor(5), Tensor([7], shape: [1])])
    let (value, gradients) = valueAndGradient(of: inputs) { model in
        (model.tensors[0] * model.tensors[1]).sum()
    }
    #expect(value == 25)
    // The third is not used: its gradient is zero, not missing.
    #expect(gradients.parameters == [[5, 5], [5], [0]])
}

@Test func aLossWithoutParametersHasNoGradient() {
    let result = valueAndGradient(of: Inputs([Tensor.ones([2, 2])])) { _ in Tensor(3) }
    #expect(result.value == 3)
    #expect(result.gradients.parameters == [[0, 0, 0, 0]])
}

@Test func aParameterCanBeTheLoss() {
    #expect(valueAndGradient(of: Inputs([Tensor(1), Tensor(4)])) { $0.tensors[0] }.gradients.parameters == [[1], [0]])
}

@Test func detachedTensorsAreConstants() {
    let (_, gradients) = valueAndGradient(of: Inputs([Tensor(3)])) { model in
        let x = model.tensors[0]
        return x * x.detached()
    }
    #expect(gradients.parameters == [[3]])
}

@Test func nothingIsTrackedOutside() {
    var kept: Tensor?
    _ = valueAndGradient(of: Inputs([Tensor(3)])) { model in
        kept = model.tensors[0] * 2
        return model.tensors[0]
    }
    #expect(kept?.isTracked == true)
    #expect(kept?.detached().isTracked == false)
    #expect((Tensor(1) + Tensor(2)).isTracked == false)
}

@Test func errorsPassThrough() {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
        try valueAndGradient(of: Inputs([Tensor(3)])) { _ in throw Stop() }
    }
}

@Test func aDifferentiationWithinAnotherTakesItsOwnParameters() {
    let (_, gradients) = valueAndGradient(of: Inputs([Tensor(3)])) { outer in
        // d(y³)/dy at y = 3 is 27; it is a number for the outer one.
        let inner = valueAndGradient(of: outer) { $0.tensors[0] * $0.tensors[0] * $0.tensors[0] }
        return outer.tensors[0] * inner.gradients.parameters[0][0]
    }
    #expect(gradients.parameters == [[27]])
}

@Test func aChainOfAHundredThousandOperationsIsReleasedWithoutRecursion() async throws {
    // In a task, whose stack is small.
    let gradients = await Task.detached {
        valueAndGradient(of: Inputs([Tensor(1)])) { model in
            var x = model.tensors[0]
            for _ in 0..<100_000 { x = x + 1 }
            return x * 2
        }.gradients
    }.value
    #expect(gradients.parameters == [[2]])
}

@Test func operationsRunInTasks() async {
    let x = Tensor([1, 2, 3], shape: [3])
    let results = await withTaskGroup(of: Float.self) { group in
        for factor in 0..<8 {
            group.addTask {
                valueAndGradient(of: Inputs([x])) { ($0.tensors[0] * Float(factor)).sum() }.gradients.parameters[0][1]
            }
        }
        return await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(results == Set((0..<8).map(Float.init)))
}

@Test func tensorsOfTwoDifferentiationsDoNotMix() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var kept = Tensor(0)
        _ = valueAndGradient(of: Inputs([Tensor.ones([2, 2])])) { model in
            kept = model.tensors[0]
            return kept.sum()
        }
        _ = valueAndGradient(of: Inputs([Tensor(3)])) { ($0.tensors[0] * kept).sum() }
    }
    #if DEBUG
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("a tensor [2, 2] of another differentiation: detach it first"))
    #endif
}

@Test func aPrimitiveCanBeAddedFromOutside() {
    func cubed(_ x: Tensor) -> Tensor {
        Tensor(x.scalars.map { $0 * $0 * $0 }, shape: x.shape, inputs: [x]) { upstream, adjoints in
            adjoints.add(zip(upstream, x.scalars).map { 3 * $0 * $1 * $1 }, to: x)
        }
    }
    let x = Tensor([1, -2, 0.5], shape: [3])
    #expect(gradients(of: { cubed($0[0]) }, at: [x], upstream: [1, 1, 2]) == [[3, 12, 1.5]])
}

@Test func gradientsHaveACommonNorm() {
    var gradients = Gradients([[3], [], [0, 4]])
    #expect(gradients.norm == 5)
    #expect(gradients.clip(toNorm: 10) == 5)
    #expect(gradients.parameters == [[3], [], [0, 4]])
    gradients.clip(toNorm: 1)
    #expect(abs(gradients.norm - 1) < 1e-6)
    #expect(gradients.firstNotFinite == nil)
    gradients.parameters[2][1] = .nan
    #expect(gradients.firstNotFinite == 2)
}

@Test func weightsChangeInPlace() {
    var x = Tensor([1, 2], shape: [2])
    let before = x
    x.update { span in for index in span.indices { span[index] *= 10 } }
    #expect(x.scalars == [10, 20])
    #expect(before.scalars == [1, 2])
}

@Test func tensorsPassThroughAsynchronousFunctions() async {
    // An over-aligned field would abort here in a release build of Swift 6.3.
    func passed<Value: Sendable>(_ value: Value) async -> Value {
        await Task.yield()
        return value
    }
    for index in 0..<10 {
        let x = Tensor(repeating: Float(index), shape: [2, 3])
        let both = await passed((await passed(x), 1, x.shape))
        #expect(both.0 == x && both.2 == [2, 3])
    }
}
