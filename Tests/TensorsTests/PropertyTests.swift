import Foundation
import Kernels
import NumericalChecks
import Tensors
import Testing

@Test func nothingIsAllowed() {
    let empty = Tensor.zeros([0, 3])
    #expect((empty + Tensor.ones([3])).shape == [0, 3])
    #expect(empty.sum().scalar == 0)
    #expect(empty.mean().scalar == 0)
    #expect(empty.sum(alongAxis: 0) == .zeros([3]))
    #expect(empty.mean(alongAxis: 0) == .zeros([3]))
    #expect(empty.max(alongAxis: 1).shape == [0])
    #expect(empty.matmul(.ones([3, 2])).shape == [0, 2])
    #expect(Tensor.zeros([2, 0]).matmul(.zeros([0, 3])) == .zeros([2, 3]))
    #expect(empty.softmax().shape == [0, 3])
    #expect(Tensor.zeros([2, 0]).softmax().shape == [2, 0])
    #expect(empty.linear(weight: .ones([2, 3]), bias: .ones([2])).shape == [0, 2])
    #expect(empty.replacing(with: 1, where: .ones([3])).shape == [0, 3])
    #expect(empty.take([2, 2], alongAxis: 1).shape == [0, 2])
    #expect(empty.gelu().shape == [0, 3])
    #expect(gradients(of: { $0[0] * $0[1] }, at: [empty, .ones([3])], upstream: []) == [[], [0, 0, 0]])
}

@Test func whatIsNotANumberStaysOne() {
    let functions: [String: (Tensor) -> Tensor] = [
        "relu": { $0.relu() }, "tanh": { $0.tanh() }, "sigmoid": { $0.sigmoid() }, "softplus": { $0.softplus() },
        "gelu": { $0.gelu() }, "geluByTanh": { $0.geluByTanh() }, "exp": { $0.exp() }, "log": { $0.log() },
        "sqrt": { $0.sqrt() }, "squared": { $0.squared() }, "abs": { $0.abs() }, "clipped": { $0.clipped(to: 0...1) },
        "raised": { $0.raised(to: 2) }, "softmax": { $0.softmax() }, "logSumExp": { $0.logSumExp(alongAxis: 0) },
        "sum": { $0.sum() }, "variance": { $0.variance(alongAxis: 0, correction: 0) },
    ]
    let x = Tensor([.nan], shape: [1])
    for (name, function) in functions { #expect(function(x).scalars[0].isNaN, "\(name)") }
}

@Test func bothFormsOfTheGaussianRectifierAreAsStated() {
    let x = Tensor.linearSpace(from: -12, through: 12, count: 4801)
    let exact = x.scalars.map { Double($0) * 0.5 * erfc(-Double($0) * 0.5.squareRoot()) }
    for (value, (x, exact)) in zip(x.gelu().scalars, zip(x.scalars, exact)) {
        #expect(abs(Double(value) - exact) <= 2e-7 * abs(Double(x)), "\(x)")
    }
    for (value, exact) in zip(x.geluByTanh().scalars, exact) { #expect(abs(Double(value) - exact) < 5e-4) }
    let large = Tensor([-1e30, 1e30], shape: [2])
    for function in [{ $0.gelu() }, { $0.geluByTanh() }] as [(Tensor) -> Tensor] {
        #expect(function(large).scalars == [0, 1e30])
        #expect(gradients(of: { function($0[0]) }, at: [large], upstream: [1, 1]) == [[0, 1]])
    }
}

@Test func softplusKeepsItsDigits() {
    let x = Tensor([-80, -20, 0, 20, 80], shape: [5])
    let exact = x.scalars.map { Float(log1p(exp(Double($0)))) }
    for (value, exact) in zip(x.softplus().scalars, exact) { #expect(abs(value / exact - 1) < 3e-7) }
}

@Test func clippingPassesTheGradientAtTheEnds() {
    let x = Tensor([-2, -1, 0, 1, 2], shape: [5])
    #expect(x.clipped(to: -1...1).scalars == [-1, -1, 0, 1, 1])
    #expect(gradients(of: { $0[0].clipped(to: -1...1) }, at: [x], upstream: [1, 1, 1, 1, 1]) == [[0, 1, 1, 1, 0]])
}

@Test func powersOfZeroHaveTheDerivativesOfPyTorch() {
    let x = Tensor([0, 0, 0], shape: [3])
    let y = Tensor([0, 1, 2], shape: [3])
    #expect(x.raised(to: y).scalars == [1, 0, 0])
    #expect(gradients(of: { $0[0].raised(to: $0[1]) }, at: [x, y], upstream: [1, 1, 1]) == [[0, 1, 0], [0, 0, 0]])
    #expect(Tensor(-2).raised(to: 3).scalar == -8)
    #expect(Tensor(-2).raised(to: 0.5).scalar.isNaN)
}
