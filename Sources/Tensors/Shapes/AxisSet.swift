/// Some axes of a shape, counted from the outermost.
struct AxisSet: Sendable {
    private var bits = 0

    /// The `axes` of `shape`, each named once; negative ones count from the innermost.
    init(_ axes: [Int], of shape: Shape) {
        for axis in axes {
            precondition(insert(shape.place(of: axis)), "an axis twice in \(axes) of the shape \(shape)")
        }
    }

    /// No axes.
    init() {}

    func contains(_ axis: Int) -> Bool { bits >> axis & 1 == 1 }

    /// Whether the axis was not there.
    mutating func insert(_ axis: Int) -> Bool {
        defer { bits |= 1 << axis }
        return !contains(axis)
    }
}
