import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

@Test func aQueryForWhichNoKeyCountsGetsZeros() {
    var generator = SeededGenerator(seed: 1)
    let inputs = (0..<3).map { _ in Tensor.normal([2, 3, 5, 2], using: &generator) }
    let mask = Tensor([0, 0, 0, 0, 0, 1, 0, 1, 1, 1], shape: [2, 5])
    func attention(_ inputs: [Tensor]) -> Tensor {
        scaledDotProductAttention(queries: inputs[0], keys: inputs[1], values: inputs[2], mask: mask)
    }
    let y = attention(inputs)
    #expect(y.slice(0..<1, alongAxis: 0) == .zeros([1, 3, 5, 2]))
    #expect(y.scalars.allSatisfy { $0.isFinite })
    #expect(y.slice(1..<2, alongAxis: 0).scalars.allSatisfy { $0 != 0 })
    for gradient in gradients(of: attention, at: inputs, upstream: [Float](repeating: 1, count: y.count)) {
        #expect(gradient[..<30].allSatisfy { $0 == 0 })
        #expect(gradient.allSatisfy { $0.isFinite })
    }
    // Causal, with the first keys masked: the first queries see nothing.
    let late = Tensor([0, 0, 1, 1, 1, 0, 0, 1, 1, 1], shape: [2, 5])
    let causal = scaledDotProductAttention(
        queries: inputs[0], keys: inputs[1], values: inputs[2], mask: late, isCausal: true)
    #expect(causal.slice(0..<2, alongAxis: 2) == .zeros([2, 3, 2, 2]))
    #expect(causal.slice(2..<3, alongAxis: 2).scalars == inputs[2].slice(2..<3, alongAxis: 2).scalars)
}

@Test func maskedKeysMayBeNotANumber() {
    var generator = SeededGenerator(seed: 2)
    let q = Tensor.normal([1, 2, 3, 2], using: &generator)
    let (k, v) = (Tensor.normal([1, 2, 4, 2], using: &generator), Tensor.normal([1, 2, 4, 3], using: &generator))
    let mask = Tensor([1, 0, 1, 0], shape: [1, 4])
    func broken(_ x: Tensor, _ value: Float) -> Tensor {
        Tensor(
            x.scalars.enumerated().map { $0 / x.shape[3] % 2 == 1 ? value : $1 }, shape: x.shape)
    }
    func attention(_ inputs: [Tensor]) -> Tensor {
        scaledDotProductAttention(queries: inputs[0], keys: inputs[1], values: inputs[2], mask: mask)
    }
    let clean = [q, k, v]
    let upstream = attention(clean).scalars.map { _ in generator.normal() }
    for value in [Float.nan, .infinity, -.infinity, 1e30] {
        let dirty = [q, broken(k, value), broken(v, value)]
        #expect(attention(dirty) == attention(clean))
        #expect(
            gradients(of: attention, at: dirty, upstream: upstream)
                == gradients(of: attention, at: clean, upstream: upstream))
    }
}

@Test func largeScoresDoNotOverflow() {
    // Scores of 0 and ±10⁶: all of the weight is on the second key, or on the first.
    let q = Tensor([1000, -1000], shape: [1, 1, 2, 1])
    let (k, v) = (Tensor([0, 1000], shape: [1, 1, 2, 1]), Tensor([3, 5], shape: [1, 1, 2, 1]))
    #expect(scaledDotProductAttention(queries: q, keys: k, values: v).scalars == [5, 3])
    // All far below 0, where the exponentials alone would vanish.
    let low = scaledDotProductAttention(queries: q, keys: .zeros([1, 1, 2, 1]) - 1, values: v).scalars
    #expect(largestDifference(low, [4, 4]) < 1e-6)
}

@Test func aCausalQueryDoesNotSeeWhatComesLater() {
    var generator = SeededGenerator(seed: 3)
    let attention = MultiHeadAttention(width: 6, heads: 2, using: &generator)
    let x = Tensor.normal([2, 5, 6], using: &generator)
    let changed = x + Tensor((0..<60).map { $0 / 6 % 5 == 3 ? 1 : 0 }, shape: [2, 5, 6])
    let (y, other) = (attention(x, mask: nil, isCausal: true), attention(changed, mask: nil, isCausal: true))
    #expect(y.slice(0..<3, alongAxis: 1) == other.slice(0..<3, alongAxis: 1))
    #expect(y.slice(3..<4, alongAxis: 1) != other.slice(3..<4, alongAxis: 1))
    #expect(attention(x).slice(0..<1, alongAxis: 1) != attention(changed).slice(0..<1, alongAxis: 1))
}

@Test func paddingHasNoInfluenceOnABlockNorOnItsGradients() {
    for norm in TransformerEncoderBlock.NormPlacement.allCases {
        var generator = SeededGenerator(seed: 4)
        let block = TransformerEncoderBlock(width: 6, heads: 3, hidden: 5, norm: norm, using: &generator)
        let short = Tensor.normal([1, 3, 6], using: &generator)
        let padded = Tensor.concatenated([short, Tensor(repeating: .nan, shape: [1, 2, 6])], alongAxis: 1)
        let mask = Tensor([1, 1, 1, 0, 0], shape: [1, 5])
        func visible(_ y: Tensor) -> Tensor { y.slice(0..<3, alongAxis: 1) }
        #expect(largestDifference(visible(block(padded, mask: mask)).scalars, block(short).scalars) < 1e-6)
        let (_, expected) = valueAndGradient(of: block) { $0(short).squared().sum() }
        let (_, found) = valueAndGradient(of: block) { visible($0(padded, mask: mask)).squared().sum() }
        for (one, other) in zip(found.parameters, expected.parameters) { #expect(largestDifference(one, other) < 1e-5) }
        // Two blocks: what the first has at padded places is not seen by the second.
        let twice = visible(block(block(padded, mask: mask), mask: mask))
        #expect(largestDifference(twice.scalars, block(block(short)).scalars) < 1e-6)
    }
}

@Test func theContextsMaskHidesItsElements() {
    var generator = SeededGenerator(seed: 5)
    let attention = MultiHeadAttention(width: 4, heads: 2, contextWidth: 3, using: &generator)
    let x = Tensor.normal([2, 5, 4], using: &generator)
    let context = Tensor.normal([2, 2, 3], using: &generator)
    let longer = Tensor.concatenated([Tensor(repeating: .nan, shape: [2, 1, 3]), context], alongAxis: 1)
    let mask = Tensor([0, 1, 1, 0, 1, 1], shape: [2, 3])
    #expect(
        largestDifference(attention(x, over: longer, mask: mask).scalars, attention(x, over: context).scalars) < 1e-6)
    let (_, gradients) = valueAndGradient(of: attention) { $0(x, over: longer, mask: mask).sum() }
    #expect(gradients.firstNotFinite == nil)
}

@Test func sequencesWithoutElementsOrRowsAreAttendedTo() {
    var generator = SeededGenerator(seed: 6)
    let block = TransformerEncoderBlock(width: 4, heads: 2, using: &generator)
    #expect(block(.zeros([0, 3, 4])).shape == [0, 3, 4])
    #expect(block(.zeros([2, 0, 4])).shape == [2, 0, 4])
    let attention = MultiHeadAttention(width: 4, heads: 2, using: &generator)
    for x in [Tensor.zeros([0, 3, 4]), .zeros([2, 0, 4])] {
        let (_, gradients) = valueAndGradient(of: block) { $0(x).sum() }
        #expect(gradients.parameters.allSatisfy { $0.allSatisfy { $0 == 0 } })
    }
    let (_, gradients) = valueAndGradient(of: attention) { $0(.ones([2, 3, 4]), over: .zeros([2, 0, 4])).sum() }
    // The bias of the output projection is all that the answer stands on.
    #expect(gradients.parameters.dropLast().allSatisfy { $0.allSatisfy { $0 == 0 } })
    #expect(gradients.parameters.last == [6, 6, 6, 6])
    // No context: each head hears zeros, and the output projection adds its bias, which is 0 at first.
    #expect(attention(.ones([2, 3, 4]), over: .zeros([2, 0, 4])) == .zeros([2, 3, 4]))
}

@Test func aBlockDropsOnlyWithAGenerator() {
    var generator = SeededGenerator(seed: 7)
    let block = TransformerEncoderBlock(width: 4, heads: 2, dropout: 0.5, using: &generator)
    let x = Tensor.normal([3, 5, 4], using: &generator)
    var (first, same) = (SeededGenerator(seed: 8), SeededGenerator(seed: 8))
    #expect(block(x) == block(x, mask: .ones([3, 5])))
    #expect(block(x, using: &first) == block(x, mask: nil, using: &same))
    #expect(block(x, using: &first) != block(x))
    // Where both parts are dropped, what is left is the way around them.
    let y = block(x, using: &first)
    #expect(abs(zip(x.scalars, y.scalars).count { $0 == $1 } - 15) < 14)
}

@Test func partsOfABlockHaveNames() {
    var generator = SeededGenerator(seed: 9)
    let block = TransformerEncoderBlock(width: 4, heads: 2, using: &generator)
    let expected: [(String, Shape)] = [
        ("attention.query.weight", [4, 4]), ("attention.query.bias", [4]), ("attention.key.weight", [4, 4]),
        ("attention.key.bias", [4]), ("attention.value.weight", [4, 4]), ("attention.value.bias", [4]),
        ("attention.output.weight", [4, 4]), ("attention.output.bias", [4]), ("attentionNorm.weight", [4]),
        ("attentionNorm.bias", [4]), ("feedForward.hidden.weight", [16, 4]), ("feedForward.hidden.bias", [16]),
        ("feedForward.output.weight", [4, 16]), ("feedForward.output.bias", [4]), ("feedForwardNorm.weight", [4]),
        ("feedForwardNorm.bias", [4]),
    ]
    #expect(block.parameterShapes.map(\.name) == expected.map(\.0))
    #expect(block.parameterShapes.map(\.shape) == expected.map(\.1))
}

@Test func positionsAreSinusoids() {
    let encoding = PositionalEncoding(width: 5, longest: 101)
    let table = encoding.table
    func entry(_ place: Int, _ column: Int) -> Float { table.scalars[place * 5 + column] }
    #expect((0..<5).map { entry(0, $0) } == [0, 1, 0, 1, 0])
    // sin 1, cos 1, and with the period 10000^(2/5) = 39.8107: sin and cos of 2.5118864.
    #expect(abs(entry(1, 0) - 0.841471) < 1e-6 && abs(entry(1, 1) - 0.540302) < 1e-6)
    #expect(abs(entry(100, 2) - 0.588907) < 1e-6 && abs(entry(100, 3) + 0.808201) < 1e-6)
    #expect(encoding(.zeros([2, 101, 5])).slice(1..<2, alongAxis: 0).reshaped([101, 5]) == table)
    #expect(encoding(.ones([1, 1, 5])).scalars == [1, 2, 1, 2, 1])
    #expect(encoding.parameterCount == 0)
}
