import Kernels
import Layers
import Tensors
import Testing

/// Tokens into a Transformer, and from each element one token again.
private struct TokenModel: Module {
    var tokens: Embedding
    var positions: PositionalEncoding
    var block: TransformerEncoderBlock
    var norm: LayerNorm
    var head: Linear

    init(kinds: Int, width: Int, longest: Int, norm placement: TransformerEncoderBlock.NormPlacement, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        tokens = Embedding(count: kinds, width: width, using: &generator)
        positions = PositionalEncoding(width: width, longest: longest)
        block = TransformerEncoderBlock(
            width: width, heads: 2, hidden: width, activation: .gelu, norm: placement, using: &generator)
        norm = LayerNorm(width: width)
        head = Linear(inputs: width, outputs: kinds, using: &generator)
    }

    /// Logits [B, T, kinds].
    func callAsFunction(_ sequences: [[Int]]) -> Tensor { head(norm(block(positions(tokens(sequences))))) }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try tokens.forEachParameter(named: "tokens", body)
        try block.forEachParameter(named: "block", body)
        try norm.forEachParameter(named: "norm", body)
        try head.forEachParameter(named: "head", body)
    }
}

/// The place of the largest element in each row of the innermost axis.
private func answers(_ logits: Tensor) -> [Int] {
    let width = logits.shape[-1]
    return (0..<logits.count / width).map { row in
        (0..<width).reduce(0) { logits.scalars[row * width + $1] > logits.scalars[row * width + $0] ? $1 : $0 }
    }
}

@Test(arguments: TransformerEncoderBlock.NormPlacement.allCases)
func aTransformerLearnsToCopyASequenceBackwards(placement: TransformerEncoderBlock.NormPlacement) {
    var generator = SeededGenerator(seed: 1)
    let (kinds, steps) = (5, 4)
    /// Random tokens, and the same ones backwards.
    func sample(_ count: Int) -> (sequences: [[Int]], wanted: [Int]) {
        let sequences = (0..<count).map { _ in (0..<steps).map { _ in Int(generator.next() % UInt64(kinds)) } }
        return (sequences, sequences.flatMap { $0.reversed() })
    }
    let (x, y) = sample(48)
    var model = TokenModel(kinds: kinds, width: 16, longest: steps, norm: placement, seed: 2)
    #expect(crossEntropy(logits: model(x), classes: y).scalar > 1)
    #expect(train(&model, steps: 70, rate: 0.02) { crossEntropy(logits: $0(x), classes: y) } < 0.02)
    // What it has learned holds for sequences that it has not seen.
    let (others, wanted) = sample(32)
    let right = zip(answers(model(others)), wanted).count { $0 == $1 }
    #expect(Float(right) / Float(wanted.count) > 0.9)
}

@Test func attentionLearnsToLookUpByKey() {
    var generator = SeededGenerator(seed: 3)
    // Each element holds a key and a value; the query holds a key, and wanted is that key's value.
    let (count, steps, keys) = (32, 5, 5)
    var (context, queries, wanted): ([Float], [Float], [Float]) = ([], [], [])
    for _ in 0..<count {
        let order = (0..<keys).shuffled(using: &generator)
        let values = (0..<steps).map { _ in 2 * generator.uniform() - 1 }
        for place in 0..<steps { context += (0..<keys).map { $0 == order[place] ? 1 : 0 } + [values[place]] }
        let chosen = Int(generator.next() % UInt64(steps))
        queries += (0..<keys + 1).map { $0 == order[chosen] ? 1 : 0 }
        wanted.append(values[chosen])
    }
    let x = Tensor(queries, shape: [count, 1, keys + 1])
    let c = Tensor(context, shape: [count, steps, keys + 1])
    let y = Tensor(wanted, shape: [count, 1])
    var attention = MultiHeadAttention(width: keys + 1, heads: 1, using: &generator)
    func loss(_ attention: MultiHeadAttention) -> Tensor {
        let heard = attention(x, over: c).slice(keys..<keys + 1, alongAxis: 2)
        return meanSquaredError(heard.reshaped([count, 1]), y)
    }
    #expect(loss(attention).scalar > 0.25)
    #expect(train(&attention, steps: 150, rate: 0.05) { loss($0) } < 0.005)
}

@Test func aSequenceOfLayersLearnsParity() {
    let bits = (0..<16).map { number in (0..<4).map { Float(number >> $0 & 1) } }
    let x = Tensor(bits.flatMap(\.self), shape: [16, 4])
    let y = Tensor(bits.map { Float(Int($0.reduce(0, +)) % 2) }, shape: [16, 1])
    var generator = SeededGenerator(seed: 4)
    var network = Sequential {
        Linear(inputs: 4, outputs: 16, activation: .tanh, using: &generator)
        LayerNorm(width: 16)
        Linear(inputs: 16, outputs: 1, using: &generator)
    }
    #expect(binaryCrossEntropy(logits: network(x), targets: y).scalar > 0.5)
    #expect(train(&network, steps: 150, rate: 0.03) { binaryCrossEntropy(logits: $0(x), targets: y) } < 0.02)
    #expect(zip(network(x).scalars, y.scalars).allSatisfy { ($0 > 0) == ($1 == 1) })
}

/// The mean of the vectors of some words, and a class from it.
private struct BagOfWords: Module {
    var words: Embedding
    var head: Sequential

    init(count: Int, width: Int, classes: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        words = Embedding(count: count, width: width, using: &generator)
        head = Sequential {
            Dropout(rate: 0.2)
            Linear(inputs: width, outputs: classes, using: &generator)
        }
    }

    func callAsFunction(_ texts: [[Int]]) -> Tensor { head(words(texts).mean(alongAxis: 1)) }

    func callAsFunction(_ texts: [[Int]], using generator: inout SeededGenerator) -> Tensor {
        head(words(texts).mean(alongAxis: 1), using: &generator)
    }

    mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try words.forEachParameter(named: "words", body)
        try head.forEachParameter(named: "head", body)
    }
}

@Test func anEmbeddingLearnsTheClassesOfWords() {
    var generator = SeededGenerator(seed: 5)
    /// Each word belongs to the class that it is modulo 3; of five words, four are of the text's own class.
    func sample(_ count: Int) -> (texts: [[Int]], classes: [Int]) {
        let classes = (0..<count).map { _ in Int(generator.next() % 3) }
        let texts = classes.map { label in
            (0..<5).map { place in 3 * Int(generator.next() % 7) + (place < 4 ? label : Int(generator.next() % 3)) }
        }
        return (texts, classes)
    }
    let (texts, classes) = sample(96)
    var model = BagOfWords(count: 21, width: 4, classes: 3, seed: 6)
    #expect(crossEntropy(logits: model(texts), classes: classes).scalar > 0.9)
    var dropping = SeededGenerator(seed: 7)
    _ = train(&model, steps: 100, rate: 0.05) {
        crossEntropy(logits: $0(texts, using: &dropping), classes: classes, labelSmoothing: 0.05)
    }
    #expect(crossEntropy(logits: model(texts), classes: classes).scalar < 0.1)
    let (others, wanted) = sample(60)
    #expect(zip(answers(model(others)), wanted).count { $0 == $1 } > 54)
}

@Test func quantilesCoverWhatTheySay() {
    var generator = SeededGenerator(seed: 8)
    let quantiles: [Float] = [0.1, 0.5, 0.9]
    /// Normal around 2 + x with the standard deviation 0.2 + |x|: how far the quantiles are apart depends on x.
    func sample(_ count: Int) -> (x: Tensor, y: Tensor) {
        let x = Tensor.uniform([count, 1], bound: 1, using: &generator)
        let y = x.scalars.map { 2 + $0 + (0.2 + abs($0)) * generator.normal() }
        return (x, Tensor(y, shape: [count]))
    }
    let (x, y) = sample(600)
    var model = Sequential {
        Linear(inputs: 1, outputs: 12, activation: .relu, using: &generator)
        QuantileHead(inputs: 12, quantiles: quantiles, using: &generator)
    }
    let before = pinballLoss(model(x), y, quantiles: quantiles).scalar
    let after = train(&model, steps: 200, rate: 0.03) { pinballLoss($0(x), y, quantiles: quantiles) }
    // The quantiles of the noise itself have a loss of about 0.175.
    #expect(before > 0.5 && after < 0.19)
    let (others, found) = sample(2000)
    let predicted = model(others)
    for place in quantiles.indices {
        let below = (0..<2000).count { found.scalars[$0] <= predicted.scalars[$0 * 3 + place] }
        #expect(abs(Float(below) / 2000 - quantiles[place]) < 0.04, "\(quantiles[place])")
    }
    // Where the noise is wide the interval is, too.
    let ends = model(Tensor([0, 0.9], shape: [2, 1])).scalars
    #expect(ends[5] - ends[3] > 2 * (ends[2] - ends[0]))
}
