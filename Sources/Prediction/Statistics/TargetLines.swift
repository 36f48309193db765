/// The lines of a target with the sums that they are solved from: a row that is added leaves them as they would be if they
/// were fitted on it too.
struct TargetLines: Sendable {
    private var moments: LineMoments?
    private var sizeMoments: SizeLineMoments?
    /// The line through the logarithms.
    private(set) var line: LinearModel?
    /// The line in plain units.
    private(set) var sizeLine: SizeLine?

    /// Those that `rules` need, through `rows`, whose columns are of `kinds`.
    init(_ rows: ArraySlice<TargetRow>, rules: [ForecastRule], kinds: [FeatureColumns.Kind]) {
        if rules.contains(where: { $0 == .linear || $0.hasTrees }) {
            moments = LineMoments(penalties: LinearModel.penalties(kinds.map { $0 == .word }, features: kinds.count))
        }
        if rules.contains(.sizeLine) { sizeMoments = SizeLineMoments(kinds: kinds) }
        add(rows)
    }

    /// Adds `rows`, in O(p²) for each, and solves for the lines anew, in O(p³).
    mutating func add(_ rows: ArraySlice<TargetRow>) {
        for row in rows {
            moments?.add(row.features, target: row.value)
            sizeMoments?.add(row.features, target: row.value)
        }
        line = moments.flatMap { LinearModel($0) }
        sizeLine = sizeMoments.flatMap { SizeLine($0) }
    }

    /// Has `rows` instead of those that it had.
    mutating func replace(_ rows: ArraySlice<TargetRow>) {
        moments = moments.map { LineMoments(penalties: $0.penalties) }
        sizeMoments = sizeMoments.map { SizeLineMoments(kinds: $0.kinds) }
        add(rows)
    }

    /// What it takes to add one row, in units of ``FitWork``.
    var updateUnits: Int {
        (moments.map { LinearModel.updateUnits(features: $0.penalties.count) } ?? 0)
            + (sizeMoments.map { SizeLine.units(rows: 2, features: $0.kinds.count) } ?? 0)
    }

    /// What it takes to fit them on `rows`, in units of ``FitWork``.
    static func units(rows: Int, features: Int) -> Int {
        LinearModel.units(rows: rows, features: features) + SizeLine.units(rows: rows, features: features)
    }
}
