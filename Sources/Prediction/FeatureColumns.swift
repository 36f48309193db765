import Foundation
import Workflows

/// What is known of tasks at their submission, as columns of numbers.
///
/// Numbers stand as they are, or as ln(1 + x) where they are sizes or counts: never negative and somewhere over 100, or
/// above zero with the largest twice the least.
/// A word with 2 to 20 values becomes one column of 0 and 1 for each value. A column that never varies is left out.
public struct FeatureColumns: Sendable {
    /// What a column holds.
    public enum Kind: Sendable {
        /// A number as it is.
        case number
        /// ln(1 + x) of a size or a count.
        case logarithm
        /// 1 where the word is the column's, else 0.
        case word
    }

    private enum Column: Sendable {
        case number(String, isLogarithm: Bool)
        case word(String, value: String)
    }

    private let columns: [Column]

    /// The names, such as `inputBytes` or `hardware_type=p100`; sorted.
    public var names: [String] {
        columns.map {
            switch $0 {
            case .number(let name, _): name
            case .word(let name, let value): "\(name)=\(value)"
            }
        }
    }

    /// What each column holds, in the order of ``names``.
    public var kinds: [Kind] {
        columns.map {
            switch $0 {
            case .number(_, let isLogarithm): isLogarithm ? .logarithm : .number
            case .word: .word
            }
        }
    }

    /// For each column whether it stands for a word.
    public var areWords: [Bool] { kinds.map { $0 == .word } }

    private static func isSize(_ range: (low: Double, high: Double)) -> Bool {
        range.low >= 0 && range.high > 100 || range.low > 0 && range.high >= 2 * range.low
    }

    /// What is known of some tasks: the range of each number, and the values of each word.
    struct Survey: Sendable {
        /// The values of one feature.
        fileprivate struct Values<Value: Hashable & Sendable>: Sendable {
            var count = 0
            /// Those that differ, up to one more than a word may have to be a column.
            var different: Set<Value> = []

            mutating func add(_ value: Value) {
                count += 1
                if different.count <= mostWords { different.insert(value) }
            }

            /// Whether there are few and each came twice or more, in the mean: somebody chooses among them.
            var areSettings: Bool { different.count <= mostWords && count >= 2 * different.count }
        }

        /// Features that are left out.
        let excluded: Set<String>
        fileprivate var ranges: [String: (low: Double, high: Double)] = [:]
        fileprivate var numbers: [String: Values<Double>] = [:]
        fileprivate var words: [String: Values<String>] = [:]

        /// Of no task yet.
        init(excluding excluded: Set<String> = []) { self.excluded = excluded }

        mutating func add(_ task: TaskSpec) {
            FeatureColumns.forEachKnown(of: task) { name, value in
                guard !excluded.contains(name) else { return }
                switch value {
                case .number(let value) where value.isFinite:
                    let range = ranges[name] ?? (value, value)
                    ranges[name] = (min(range.low, value), max(range.high, value))
                    numbers[name, default: Values()].add(value)
                case .word(let word): words[name, default: Values()].add(word)
                default: break
                }
            }
        }

        /// What is new of `task`; nil where nothing is. Attempts do not count: a task that is tried again is the same.
        func novelty(of task: TaskSpec) -> Novelty? {
            var found: Novelty?
            FeatureColumns.forEachKnown(of: task) { name, value in
                guard name != "attempt", !excluded.contains(name) else { return }
                let isConstant: Bool
                switch value {
                case .number(let value):
                    guard let range = ranges[name], value < range.low || value > range.high,
                        numbers[name]?.areSettings == true
                    else { return }
                    isConstant = range.low == range.high
                case .word(let word):
                    guard let words = words[name], words.areSettings, words.different.count == 1,
                        !words.different.contains(word)
                    else { return }
                    isConstant = true
                }
                let own = Novelty(feature: name, wasConstant: isConstant)
                found = found.map { min($0, own) } ?? own
            }
            return found
        }
    }

    /// A feature of a task that lies outside of what it was in all executions: the value of a setting beyond those tried. Nobody
    /// knows what it changes.
    struct Novelty: Comparable, Sendable {
        var feature: String
        /// Whether it had one and the same value in all of them, so that no column stands for it.
        var wasConstant: Bool

        /// Constants come first.
        static func < (a: Novelty, b: Novelty) -> Bool {
            (a.wasConstant ? 0 : 1, a.feature) < (b.wasConstant ? 0 : 1, b.feature)
        }
    }

    /// Values of a word that become columns, at the most.
    private static let mostWords = 20

    /// The columns that `tasks` have, without the features that are `excluded`.
    public init(_ tasks: some Sequence<TaskSpec>, excluding excluded: Set<String> = []) {
        var survey = Survey(excluding: excluded)
        for task in tasks { survey.add(task) }
        self.init(survey)
    }

    /// The columns that the tasks of `survey` have.
    init(_ survey: Survey) {
        let numeric = survey.ranges.filter { $0.value.low < $0.value.high }.sorted { $0.key < $1.key }
            .map { Column.number($0.key, isLogarithm: Self.isSize($0.value)) }
        let verbal = survey.words.filter { (2...Self.mostWords).contains($0.value.different.count) }
            .sorted { $0.key < $1.key }
            .flatMap { name, values in values.different.sorted().map { Column.word(name, value: $0) } }
        columns = numeric + verbal
    }

    /// What is known of `task` by fields of its own: no feature stands for one of them.
    private static func ownFields(of task: TaskSpec) -> [(name: String, value: FeatureValue?)] {
        [
            ("inputBytes", task.inputBytes.map(FeatureValue.number)), ("cores", task.cores.map(FeatureValue.number)),
            ("memoryRequestBytes", task.memoryRequestBytes.map(FeatureValue.number)),
            ("attempt", .number(Double(task.attempt))),
        ]
    }

    /// Everything that is known of `task`, by name.
    public static func known(of task: TaskSpec) -> [String: FeatureValue] {
        var known = task.features
        for (name, value) in ownFields(of: task) { known[name] = value }
        return known
    }

    /// Calls `body` with everything that is known of `task`, in any order.
    private static func forEachKnown(of task: TaskSpec, _ body: (String, FeatureValue) -> Void) {
        let own = ownFields(of: task)
        for case (let name, let value?) in own { body(name, value) }
        for (name, value) in task.features where !own.contains(where: { $0.name == name }) { body(name, value) }
    }

    /// One number for each column; NaN where it is not known of `task`.
    public func values(of task: TaskSpec) -> [Double] {
        values(of: task, logarithms: true)
    }

    /// The same, with sizes and counts as they are.
    public func plainValues(of task: TaskSpec) -> [Double] {
        values(of: task, logarithms: false)
    }

    private func values(of task: TaskSpec, logarithms: Bool) -> [Double] {
        let known = Self.known(of: task)
        return columns.map { column in
            switch column {
            case .number(let name, let isLogarithm):
                guard let value = known[name]?.number, value.isFinite else { return .nan }
                return isLogarithm && logarithms ? log1p(max(value, 0)) : value
            case .word(let name, let value):
                guard let word = known[name]?.word else { return .nan }
                return word == value ? 1 : 0
            }
        }
    }
}
