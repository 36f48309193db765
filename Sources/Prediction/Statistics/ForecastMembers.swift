import Foundation

/// One observed value with its moments of submission and completion (NaN for none), its run, and the features of its task.
struct TargetRow: Sendable {
    var submitted: Double
    var moment: Double
    var run: String?
    var value: Double
    var features: [Double]
}

/// The rules for one target of one type, fitted on some of its executions.
struct ForecastMembers: Sendable {
    /// λ of trees that trust small groups, and of those that do not.
    static let shrinkages = SIMD2<Float>(1, 12)
    /// Fewer rows than these grow no trees.
    static let leastTreeRows = 8

    private var sorted: [Double]
    private var lines: TargetLines
    /// The line that trees stand on: the one at the time when they were grown.
    private let treeLine: LinearModel?
    private let forest: ExtraTrees?
    private let timedForest: ExtraTrees?
    /// The centre that trees stand on where there is no line: ln of the median when they were grown.
    private let center: Double

    /// The moment that times are counted from.
    private let start: Double

    /// What ``MembersFit`` has come to.
    init(
        sorted: [Double], lines: TargetLines, forest: ExtraTrees?, timedForest: ExtraTrees?, center: Double,
        start: Double
    ) {
        self.sorted = sorted
        self.lines = lines
        treeLine = lines.line
        self.forest = forest
        self.timedForest = timedForest
        self.center = center
        self.start = start
    }

    /// Whether `rule` can answer.
    func has(_ rule: ForecastRule) -> Bool {
        switch rule {
        case .median, .last, .recent: true
        case .sizeLine: lines.sizeLine != nil
        case .linear: lines.line != nil
        case .trees, .smoothTrees: forest != nil
        case .timedTrees, .smoothTimedTrees: timedForest != nil
        }
    }

    /// What an answer by all rules takes, in units of ``FitWork``.
    var answerUnits: Int {
        let forests = (forest == nil ? 0 : 1) + (timedForest == nil ? 0 : 1)
        return 500 + forests * ExtraTrees.treeCount * ExtraTrees.answerUnits
    }

    /// What ``insert(_:)`` takes, in units of ``FitWork``.
    var insertUnits: Int { lines.updateUnits }

    /// A row that has come to the type since the fit: the median and the lines are what they would be if it had been
    /// there, and trees stay as they are.
    mutating func insert(_ row: TargetRow) {
        Prediction.insert(row.value, intoSorted: &sorted)
        lines.add([row])
    }

    /// The rows of the type, after the oldest were dropped.
    mutating func replace(_ rows: ArraySlice<TargetRow>) {
        sorted = rows.map(\.value).sorted()
        lines.replace(rows)
    }

    /// ln of what each of `rules` forecasts for a task with `features` that is submitted at `moment`, `past` being the
    /// executions that had completed by then.
    func logarithms(
        _ rules: [ForecastRule], of features: [Double], at moment: Double?, past: ArraySlice<TargetRow>
    ) -> [Double] {
        let middle = log(median(ofSorted: sorted))
        let base = lines.line?.logarithm(features) ?? middle
        let ground = treeLine?.logarithm(features) ?? center
        var (trees, timed): (SIMD2<Float>?, SIMD2<Float>?)
        return rules.map { rule in
            switch rule {
            case .median: return middle
            case .last: return Self.recent(1, past) ?? middle
            case .recent: return Self.recent(5, past) ?? middle
            case .sizeLine: return lines.sizeLine?.logarithm(features) ?? middle
            case .linear: return base
            case .trees, .smoothTrees:
                guard let forest else { return base }
                let answers = trees ?? forest(features.map { Float($0) }, shrinkages: Self.shrinkages)
                trees = answers
                return ground + Double(answers[rule == .trees ? 0 : 1])
            case .timedTrees, .smoothTimedTrees:
                guard let timedForest else { return base }
                let time = moment.map { Float($0 - start) } ?? .greatestFiniteMagnitude
                let answers = timed ?? timedForest(features.map { Float($0) } + [time], shrinkages: Self.shrinkages)
                timed = answers
                return ground + Double(answers[rule == .timedTrees ? 0 : 1])
            }
        }
    }

    private static func recent(_ count: Int, _ past: ArraySlice<TargetRow>) -> Double? {
        past.isEmpty ? nil : log(median(ofSorted: past.suffix(count).map(\.value).sorted()))
    }
}

/// What a fit says of each of its own rows without having seen it, as ln of the forecast.
struct HeldOutTrees: Sendable {
    var line: [Double]
    var sizeLine: [Double]
    /// For each λ what the trees add to the line.
    var trees: [[Float]] = []
    /// The same for trees over time.
    var timedTrees: [[Float]] = []
}
