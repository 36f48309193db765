import Workflows

/// Tasks of a workflow in columns, each behind all that it waits for; where there are too many to be told apart, those of one
/// kind and column together.
struct GraphLayout {
    /// A task, or several.
    struct Box {
        /// The tasks, in the order of the file.
        var tasks: [Int]
        var column: Int
        /// The place in the column, from 0.
        var row: Int
    }

    /// Tasks, and dependencies, that can be told apart.
    static let (mostTasks, mostEdges) = (150, 2_500)
    /// Columns, and kinds in a column.
    static let (mostColumns, mostKinds) = (60, 8)
    private static let sweeps = 6

    private(set) var boxes: [Box] = []
    /// Dependencies between boxes of different columns, and of how many tasks they are.
    private(set) var edges: [(from: Int, to: Int, count: Int)] = []
    private(set) var columns = 0
    /// The most boxes in one column.
    private(set) var rows = 0
    /// Whether each box is one task.
    private(set) var showsTasks = true
    /// The box of each task.
    private(set) var boxOf: [Int]

    /// A layout of `graph`, whose tasks are of `kinds`.
    init(_ graph: WorkflowGraph, kinds: [String]) {
        precondition(kinds.count == graph.count, "\(kinds.count) kinds for \(graph.count) tasks")
        boxOf = Array(0..<graph.count)
        guard graph.count > 0 else { return }
        let levels = graph.levels
        let depth = (levels.max() ?? 0) + 1
        columns = min(depth, Self.mostColumns)
        let columnOf = levels.map { $0 * columns / depth }
        showsTasks =
            graph.count <= Self.mostTasks && graph.edgeCount <= Self.mostEdges && depth <= Self.mostColumns
        if showsTasks {
            boxes = graph.topologicalOrder.sorted().map { Box(tasks: [$0], column: columnOf[$0], row: 0) }
        } else {
            group(kinds, columnOf)
        }
        connect(graph)
        order()
    }

    private mutating func group(_ kinds: [String], _ columnOf: [Int]) {
        var counts: [String: Int] = [:]
        for kind in kinds { counts[kind, default: 0] += 1 }
        let named = Set(
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostKinds).map(\.key))
        var places: [String: Int] = [:]
        for (task, kind) in kinds.enumerated() {
            let key = "\(columnOf[task]) " + (named.contains(kind) ? "k\(kind)" : "")
            if let place = places[key] {
                boxes[place].tasks.append(task)
            } else {
                places[key] = boxes.count
                boxes.append(Box(tasks: [task], column: columnOf[task], row: 0))
            }
            boxOf[task] = places[key] ?? 0
        }
    }

    private mutating func connect(_ graph: WorkflowGraph) {
        var counts: [[Int]: Int] = [:]
        for child in 0..<graph.count {
            for parent in graph.parents(of: child) where boxes[boxOf[parent]].column < boxes[boxOf[child]].column {
                counts[[boxOf[parent], boxOf[child]], default: 0] += 1
            }
        }
        edges = counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key[0], $0.key[1], $0.value) }
    }

    /// Puts each box at the mean height of its neighbours, column by column, there and back.
    ///
    /// The barycentre rule of Sugiyama, Tagawa, Toda, "Methods for visual understanding of hierarchical system structures",
    /// 1981.
    private mutating func order() {
        var members = [[Int]](repeating: [], count: columns)
        for box in boxes.indices { members[boxes[box].column].append(box) }
        rows = members.map(\.count).max() ?? 0
        var (before, after) = ([[Int]](repeating: [], count: boxes.count), [[Int]](repeating: [], count: boxes.count))
        for edge in edges {
            before[edge.to].append(edge.from)
            after[edge.from].append(edge.to)
        }
        var heights = [Double](repeating: 0, count: boxes.count)
        func place(_ column: Int) {
            for (row, box) in members[column].enumerated() {
                boxes[box].row = row
                heights[box] = height(box, of: members[column].count)
            }
        }
        for column in members.indices { place(column) }
        for sweep in 0..<Self.sweeps {
            let isForward = sweep % 2 == 0
            for column in isForward ? Array(members.indices) : members.indices.reversed() {
                let wanted = members[column].map { box in
                    let others = isForward ? before[box] : after[box]
                    let mean = others.reduce(0) { $0 + heights[$1] } / Double(max(others.count, 1))
                    return (box: box, height: others.isEmpty ? heights[box] : mean)
                }
                // Equal ones stay as they are.
                let sorted = wanted.indices.sorted { (wanted[$0].height, $0) < (wanted[$1].height, $1) }
                members[column] = sorted.map { wanted[$0].box }
                place(column)
            }
        }
    }

    /// How far down a box stands, in rows of the highest column; each column stands in the middle.
    private func height(_ box: Int, of count: Int) -> Double { Double(boxes[box].row) + Double(rows - count) / 2 }

    /// The same of every box.
    var heights: [Double] {
        var counts = [Int](repeating: 0, count: columns)
        for box in boxes { counts[box.column] += 1 }
        return boxes.indices.map { height($0, of: counts[boxes[$0].column]) }
    }
}
