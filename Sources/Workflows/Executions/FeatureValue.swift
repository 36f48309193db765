/// What is known of a task before it runs, under one name: a quantity or a word.
public enum FeatureValue: Hashable, Sendable {
    /// A quantity, such as a number of lines or of bytes.
    case number(Double)
    /// A category, such as a kind of hardware or the name of a data set.
    case word(String)

    /// The quantity, where it is one.
    public var number: Double? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The category, where it is one.
    public var word: String? {
        if case .word(let value) = self { value } else { nil }
    }
}
