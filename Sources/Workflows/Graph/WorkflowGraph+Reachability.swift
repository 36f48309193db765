extension WorkflowGraph {
    /// Dependencies that say nothing new, for another path leads from the parent to the child: those that the transitive
    /// reduction lacks (Aho, Garey, Ullman, "The transitive reduction of a directed graph", 1972).
    ///
    /// A dependency between consecutive ``levels`` is never redundant, which is known in linear time. For each of the others
    /// the search asks ``Reachability``, at most `steps` steps in all.
    ///
    /// - Returns: the dependencies, by parents and children in the order of the file, and how many were left undecided when
    ///   the steps were used up.
    public func redundantEdges(steps: Int? = nil) -> (edges: [(parent: Int, child: Int)], undecided: Int) {
        let levels = levels
        var long: [(parent: Int, child: Int)] = []
        for parent in 0..<count {
            for child in children(of: parent) where levels[child] > levels[parent] + 1 { long.append((parent, child)) }
        }
        guard !long.isEmpty else { return ([], 0) }
        var search = Reachability(self, levels: levels)
        search.stepsLeft = steps ?? 16 * (count + edgeCount)
        var found: [(parent: Int, child: Int)] = []
        var undecided = 0
        for edge in long {
            switch search.hasPath(around: edge) {
            case true?: found.append(edge)
            case false?: break
            case nil: undecided += 1
            }
        }
        return (found, undecided)
    }
}

/// Says whether a task lies behind another.
///
/// Two depth-first walks, one in the order of the file and one against it, give each task an interval that holds the
/// intervals of all tasks behind it: where it does not, there is no path. Where the one lies behind the other in the tree of
/// the first walk, there is. Else tasks are searched through, only those whose level and intervals leave it open.
///
/// Yildirim, Chaoji, Zaki, "GRAIL: Scalable reachability index for large graphs", 2010; the walks are fixed here, not random.
///
/// - Complexity: linear in tasks and dependencies to prepare; a question takes as many steps as tasks are searched through.
struct Reachability {
    private struct Walk {
        /// When each task was left, and the least such number among those behind it.
        var left: [Int32]
        var least: [Int32]
        /// When each task was entered, and the last that was entered below it in the tree.
        var entered: [Int32]
        var last: [Int32]

        init(_ graph: WorkflowGraph, isReversed: Bool) {
            let none = [Int32](repeating: -1, count: graph.count)
            (left, least, entered, last) = (none, none, none, none)
            let order = isReversed ? graph.topologicalOrder.reversed() : graph.topologicalOrder
            var (entries, exits): (Int32, Int32) = (0, 0)
            var stack: [(task: Int, next: Int)] = []
            for root in order where entered[root] < 0 && graph.parents(of: root).isEmpty {
                stack.append((root, 0))
                entered[root] = entries
                entries += 1
                while let (task, next) = stack.last {
                    let children = graph.children(of: task)
                    guard next < children.count else {
                        var low = exits
                        for child in children { low = min(low, least[child]) }
                        (left[task], least[task], last[task]) = (exits, low, entries - 1)
                        exits += 1
                        stack.removeLast()
                        continue
                    }
                    stack[stack.count - 1].next += 1
                    let child = children[isReversed ? children.endIndex - 1 - next : children.startIndex + next]
                    guard entered[child] < 0 else { continue }
                    entered[child] = entries
                    entries += 1
                    stack.append((child, 0))
                }
            }
        }

        func mayReach(_ a: Int, _ b: Int) -> Bool { least[a] <= least[b] && left[b] <= left[a] }
        func reachesInTree(_ a: Int, _ b: Int) -> Bool { entered[a] <= entered[b] && entered[b] <= last[a] }
    }

    private let graph: WorkflowGraph
    private let levels: [Int]
    private let walks: (Walk, Walk)
    private var seen: [Int32]
    private var question: Int32 = 0
    private var stack: [Int] = []
    /// Steps that may still be made.
    var stepsLeft = Int.max

    init(_ graph: WorkflowGraph, levels: [Int]? = nil) {
        self.graph = graph
        self.levels = levels ?? graph.levels
        walks = (Walk(graph, isReversed: false), Walk(graph, isReversed: true))
        seen = [Int32](repeating: 0, count: graph.count)
    }

    /// Whether `b` lies behind `a`, or is it; nil where the steps do not suffice.
    mutating func reaches(_ a: Int, _ b: Int) -> Bool? {
        begin()
        return search(from: a, to: b)
    }

    /// Whether a path leads from the parent of `edge` to its child beside the edge itself.
    mutating func hasPath(around edge: (parent: Int, child: Int)) -> Bool? {
        begin()
        let (children, parents) = (graph.children(of: edge.parent), graph.parents(of: edge.child))
        if children.count <= parents.count {
            for child in children where child != edge.child {
                guard let isFound = search(from: child, to: edge.child) else { return nil }
                if isFound { return true }
            }
        } else {
            for parent in parents where parent != edge.parent {
                // What a search from the same task to another end has seen says nothing about this end.
                begin()
                guard let isFound = search(from: edge.parent, to: parent) else { return nil }
                if isFound { return true }
            }
        }
        return false
    }

    private mutating func begin() {
        question += 1
    }

    private func isOpen(_ a: Int, _ b: Int) -> Bool {
        levels[a] < levels[b] && walks.0.mayReach(a, b) && walks.1.mayReach(a, b)
    }

    private mutating func search(from start: Int, to end: Int) -> Bool? {
        stepsLeft -= 1
        guard stepsLeft >= 0 else { return nil }
        if start == end { return true }
        guard seen[start] != question, isOpen(start, end) else { return false }
        stack.removeAll(keepingCapacity: true)
        stack.append(start)
        seen[start] = question
        while let task = stack.popLast() {
            if walks.0.reachesInTree(task, end) { return true }
            for child in graph.children(of: task) {
                stepsLeft -= 1
                guard stepsLeft >= 0 else { return nil }
                if child == end { return true }
                guard seen[child] != question, isOpen(child, end) else { continue }
                seen[child] = question
                stack.append(child)
            }
        }
        return false
    }
}
