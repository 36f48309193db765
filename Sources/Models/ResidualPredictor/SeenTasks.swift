import Foundation
import Prediction
import Workflows

/// What the tasks of one type have had so far: how far each of their numbers went, and which words there were.
///
/// It tells a question that lies far outside of that, for which a network is not to be trusted: it was judged on no such
/// question, while statistics extrapolate by rules.
struct SeenTasks: Sendable, Equatable {
    /// The numbers of one name: the range of sign(x) ln(1 + |x|).
    private struct Range: Sendable, Equatable {
        var low: Double
        var high: Double
    }

    /// The words of one name, each with how often it was seen; nil where there are too many to count.
    private typealias Words = [String: Int]?

    private var count = 0
    private var numbers: [String: Range] = [:]
    private var words: [String: Words] = [:]
    /// Tasks up to the last one that had a name which is not kept: none of the later ones had a name that is not known.
    private var lastForgetting = 0

    /// Names of features that are kept: who reports outcomes decides how many there are.
    private static let nameLimit = 256
    /// Words of one name that are counted.
    private static let wordLimit = 20
    /// How far beyond a range is far, in logarithms: from here on nothing but the extrapolation of sizes answers in the
    /// statistics (``SizeExtrapolation/share(at:)``)...
    private static let margin = 0.3
    /// ...and as a share of the range's width, as wide ranges are seen to their ends by chance only.
    private static let marginShare = 0.25
    /// A name or a word that was never seen is a surprise where the probability of any such is no more than this.
    private static let surprise = 0.05

    /// What `tasks` have had.
    init(_ tasks: some Sequence<TaskSpec> = []) {
        for task in tasks { insert(task) }
    }

    /// The names that are kept.
    var names: Set<String> { Set(numbers.keys).union(words.keys) }

    private static func scaled(_ value: Double) -> Double { value < 0 ? -log1p(-value) : log1p(value) }

    /// Takes note of one more.
    mutating func insert(_ task: TaskSpec) {
        count += 1
        note("attempt", Double(task.attempt))
        if let bytes = task.inputBytes { note("inputBytes", bytes) }
        if let cores = task.cores { note("cores", cores) }
        if let bytes = task.memoryRequestBytes { note("memoryRequestBytes", bytes) }
        guard numbers.count + words.count + task.features.count > Self.nameLimit else {
            for (name, value) in task.features { note(name, value) }
            return
        }
        // Which ones are kept must not hang on the order of a dictionary.
        for (name, value) in task.features.sorted(by: { $0.key < $1.key }) {
            if numbers[name] == nil && words[name] == nil && numbers.count + words.count >= Self.nameLimit {
                lastForgetting = count
            } else {
                note(name, value)
            }
        }
    }

    private mutating func note(_ name: String, _ value: FeatureValue) {
        switch value {
        case .number(let number): note(name, number)
        case .word(let word): note(name, word)
        }
    }

    private mutating func note(_ name: String, _ value: Double) {
        guard value.isFinite else { return }
        let own = Self.scaled(value)
        guard let range = numbers[name] else { return numbers[name] = Range(low: own, high: own) }
        numbers[name] = Range(low: min(range.low, own), high: max(range.high, own))
    }

    private mutating func note(_ name: String, _ word: String) {
        guard case .some(.some(var known)) = words[name, default: [:]] as Words? else { return }
        known[word, default: 0] += 1
        words[name] = .some(known.count > Self.wordLimit ? nil : known)
    }

    /// What about `task` lies far outside of what was seen, in words; nil where nothing does.
    ///
    /// - Parameter countsNewNames: whether a name that none of them had is a surprise: to a model that has read all that they had.
    func surprise(in task: TaskSpec, countsNewNames: Bool = true) -> String? {
        let given: [(String, Double?)] = [
            ("attempt", Double(task.attempt)), ("inputBytes", task.inputBytes), ("cores", task.cores),
            ("memoryRequestBytes", task.memoryRequestBytes),
        ]
        for (name, value) in given where countsNewNames || knows(name) {
            if let value, let found = surprise(name, value) { return found }
        }
        guard !task.features.isEmpty else { return nil }
        // Told in the order of the names: which one is told must not hang on the order of a dictionary.
        var found: (name: String, why: String)?
        for (name, value) in task.features
        where (countsNewNames || knows(name)) && name < found?.name ?? "\u{10FFFF}" {
            let why =
                switch value {
                case .number(let number): surprise(name, number)
                case .word(let word): surprise(name, word)
                }
            if let why { found = (name, why) }
        }
        return found?.why
    }

    private func knows(_ name: String) -> Bool { numbers[name] != nil || words[name] != nil }

    private func surprise(_ name: String, _ value: Double) -> String? {
        guard value.isFinite else { return nil }
        guard let range = numbers[name] else { return words[name] == nil ? unknown(name) : nil }
        let margin = max(Self.margin, Self.marginShare * (range.high - range.low))
        let own = Self.scaled(value)
        if own > range.high + margin { return "\(name) lies far above what its executions had" }
        if own < range.low - margin { return "\(name) lies far below what its executions had" }
        return nil
    }

    private func surprise(_ name: String, _ word: String) -> String? {
        guard let known = words[name] else { return numbers[name] == nil ? unknown(name) : nil }
        guard let known, known[word] == nil else { return nil }
        // The probability of a word that was never seen is about the share of those seen once (Good, "The population
        // frequencies of species and the estimation of population parameters", 1953).
        let seen = known.values.reduce(0, +)
        let once = known.values.count { $0 == 1 }
        guard Double(max(once, 1)) <= Self.surprise * Double(seen) else { return nil }
        return "none of its executions had this \(name)"
    }

    private func unknown(_ name: String) -> String? {
        guard Double(count - lastForgetting) * Self.surprise >= 1 else { return nil }
        return "\(name) is not known of its executions"
    }
}
