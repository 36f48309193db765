/// A rule that forecasts one target of a task from the completed executions of its type.
public enum ForecastRule: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// The median of all.
    case median
    /// The one that completed last.
    case last
    /// The median of the last five.
    case recent
    /// A line in plain units, a + b x, over the number that says the most: the size of the input, as a rule.
    case sizeLine = "size-line"
    /// A line through the logarithms over what is known at submission.
    case linear
    /// The line, and trees on what it leaves.
    case trees
    /// The same with trees that trust small groups less.
    case smoothTrees = "smooth-trees"
    /// The line, and trees on what it leaves that see the moment of submission too.
    case timedTrees = "timed-trees"
    /// The same with trees that trust small groups less.
    case smoothTimedTrees = "smooth-timed-trees"

    /// Where it stands among all, the simplest first.
    var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The rule in words, for reasons.
    var words: String {
        switch self {
        case .median: "median"
        case .last: "the last"
        case .recent: "median of the last five"
        case .sizeLine: "line over the size"
        case .linear: "linear model"
        case .trees: "line and trees"
        case .smoothTrees: "line and smooth trees"
        case .timedTrees: "line and trees over time"
        case .smoothTimedTrees: "line and smooth trees over time"
        }
    }

    /// Whether it means something only where the moments of executions are known.
    var needsMoments: Bool {
        switch self {
        case .median, .sizeLine, .linear, .trees, .smoothTrees: false
        case .last, .recent, .timedTrees, .smoothTimedTrees: true
        }
    }

    /// Whether it needs to know more of a task than its type.
    var hasFeatures: Bool { self == .sizeLine || self == .linear || hasTrees }

    /// Whether it needs a forest.
    var hasTrees: Bool { [.trees, .smoothTrees, .timedTrees, .smoothTimedTrees].contains(self) }
}

/// How a question stands to the executions that are known.
///
/// Rules are judged, and intervals measured, on held-out executions that stood to the others as the question does to what is
/// known: a rule that recognises a run is of no use in another one, and one that interpolates in time of none ahead of it.
public enum QuestionContext: Int, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// Among them: judged on executions left out at random.
    case among
    /// The next of them: judged, one after the other, from what had completed when they were submitted.
    case next
    /// Much later than all of them: judged on blocks of later ones.
    case ahead
    /// In a run of which nothing is known: judged on whole runs left out.
    case newRun
}
