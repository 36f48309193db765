import Layers

/// How near an answer must come to what a version gave when it was made: to the bit on the kind of processor that gave it,
/// else within 1e-5.
struct GoldenComparison {
    private static let field = "processor"

    /// Whether the bits must be the same.
    let isExact: Bool

    /// For the answers in `archive`.
    init(_ archive: WeightArchive) {
        isExact = archive.metadata[Self.field] == ProcessorKind.current
    }

    /// Writes down which kind of processor gave the answers in `archive`.
    static func sign(_ archive: inout WeightArchive) { archive.metadata[field] = ProcessorKind.current }

    /// Whether `answer` is `expected`, or as near to it as 1e-5 of `scale`.
    func agrees(_ answer: Double, _ expected: Double, scale: Double) -> Bool {
        guard answer.isFinite else { return false }
        return isExact ? answer.bitPattern == expected.bitPattern : abs(answer - expected) <= 1e-5 * scale
    }

    /// How near it must come, in words.
    var words: String { isExact ? "to the bit, on the kind of processor that it was made on" : "within 1e-5" }
}
