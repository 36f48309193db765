import Kernels
import Tensors

/// One block of a Transformer's encoder: attention over the sequence, then two linear layers for each element, each with
/// a way around it; from [B, T, D] to the same shape.
///
/// By default each part sees a normalised input (Xiong et al., "On Layer Normalization in the Transformer Architecture",
/// 2020), which trains without warm-up; behind the last block then belongs one more ``LayerNorm``:
///
///     u = x + drop(attention(norm₁(x)))
///     y = u + drop(feedForward(norm₂(u)))
///
/// or each sum is normalised, as in Vaswani et al., 2017:
///
///     u = norm₁(x + drop(attention(x)))
///     y = norm₂(u + drop(feedForward(u)))
///
/// Dropout is where section 5.4 of that paper has it: on the output of each part, and only in calls with a generator.
public struct TransformerEncoderBlock: Layer {
    /// Where a part of a block is normalised.
    public enum NormPlacement: String, Sendable, CaseIterable {
        /// The input of each part: pre-norm.
        case before
        /// The sum of each part's input and output: post-norm.
        case after
    }

    /// The attention of each element to the sequence.
    public var attention: MultiHeadAttention
    /// norm₁
    public var attentionNorm: LayerNorm
    /// The linear layers of each element.
    public var feedForward: FeedForward
    /// norm₂
    public var feedForwardNorm: LayerNorm
    /// Where the parts are normalised.
    public let normPlacement: NormPlacement
    /// Of the output of each part.
    public let dropout: Dropout

    /// Fresh weights: Xavier's, Kaiming's before a ReLU or a GELU.
    ///
    /// - Parameters:
    ///   - width: D, a multiple of `heads`.
    ///   - hidden: units between the two linear layers, by default 4 D.
    ///   - dropout: the rate of dropout while it is trained.
    public init(
        width: Int, heads: Int, hidden: Int? = nil, activation: Tensor.Activation = .relu, dropout: Float = 0,
        norm normPlacement: NormPlacement = .before, using generator: inout SeededGenerator
    ) {
        self.init(
            attention: MultiHeadAttention(width: width, heads: heads, using: &generator),
            attentionNorm: LayerNorm(width: width),
            feedForward: FeedForward(
                width: width, hidden: hidden ?? 4 * width, activation: activation, using: &generator),
            feedForwardNorm: LayerNorm(width: width), dropout: dropout, norm: normPlacement)
    }

    /// Given parts, all of one width.
    public init(
        attention: MultiHeadAttention, attentionNorm: LayerNorm, feedForward: FeedForward, feedForwardNorm: LayerNorm,
        dropout: Float = 0, norm normPlacement: NormPlacement = .before
    ) {
        let width = attention.width
        precondition(
            attention.key.inputs == width && attentionNorm.width == width && feedForward.hidden.inputs == width
                && feedForwardNorm.width == width,
            "a block of the widths \(width), \(attention.key.inputs), \(attentionNorm.width), "
                + "\(feedForward.hidden.inputs) and \(feedForwardNorm.width)")
        self.attention = attention
        self.attentionNorm = attentionNorm
        self.feedForward = feedForward
        self.feedForwardNorm = feedForwardNorm
        self.normPlacement = normPlacement
        self.dropout = Dropout(rate: dropout)
    }

    /// `attention.query.weight`, and so on: `attention`, `attentionNorm`, `feedForward`, `feedForwardNorm`.
    public mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
        try attention.forEachParameter(named: "attention", body)
        try attentionNorm.forEachParameter(named: "attentionNorm", body)
        try feedForward.forEachParameter(named: "feedForward", body)
        try feedForwardNorm.forEachParameter(named: "feedForwardNorm", body)
    }
}

extension TransformerEncoderBlock {
    /// y for x of shape [B, T, D]; each element counts.
    public func callAsFunction(_ x: Tensor) -> Tensor { self(x, mask: nil) }

    /// y for x of shape [B, T, D] while the block is trained; each element counts.
    public func callAsFunction(_ x: Tensor, using generator: inout SeededGenerator) -> Tensor {
        self(x, mask: nil, using: &generator)
    }

    /// y for x of shape [B, T, D].
    ///
    /// - Parameters:
    ///   - mask: [B, T], 1 for an element and 0 for padding: it has no influence on the others and may be not a number.
    ///     What y has at its place means nothing.
    ///   - isCausal: whether an element attends only to itself and those before.
    public func callAsFunction(_ x: Tensor, mask: Tensor?, isCausal: Bool = false) -> Tensor {
        output(x, mask, isCausal) { $0 }
    }

    /// y for x of shape [B, T, D] while the block is trained: dropout draws from `generator`.
    public func callAsFunction(
        _ x: Tensor, mask: Tensor?, isCausal: Bool = false, using generator: inout SeededGenerator
    ) -> Tensor {
        output(x, mask, isCausal) { dropout($0, using: &generator) }
    }

    private func output(_ x: Tensor, _ mask: Tensor?, _ isCausal: Bool, dropping: (Tensor) -> Tensor) -> Tensor {
        let x = x.hidingRows(where: mask)
        switch normPlacement {
        case .before:
            let u = x + dropping(attention(attentionNorm(x), mask: mask, isCausal: isCausal))
            return u + dropping(feedForward(feedForwardNorm(u)))
        case .after:
            let u = attentionNorm(x + dropping(attention(x, mask: mask, isCausal: isCausal)))
            return feedForwardNorm(u + dropping(feedForward(u)))
        }
    }
}
