import Files

/// Which tasks wait for which: a directed graph without cycles over the places 0..<n.
///
/// Neighbours lie one behind the other, those of task i at `offsets[i]..<offsets[i + 1]`, so that walking the graph
/// allocates nothing.
public struct WorkflowGraph: Sendable, Hashable {
    /// The number of tasks, n.
    public let count: Int
    @usableFromInline let parentOffsets: [Int]
    @usableFromInline let parentPlaces: [Int]
    @usableFromInline let childOffsets: [Int]
    @usableFromInline let childPlaces: [Int]
    /// All tasks, each behind its parents; of those that are ready together, the one that stands first in the file.
    public let topologicalOrder: [Int]

    /// The graph of `edges`, pairs of a parent and its child; an edge that stands twice counts once.
    ///
    /// - Parameter names: of the tasks, for errors.
    /// - Throws: `InputError` that names the tasks of a cycle in their order.
    /// - Complexity: linear in tasks and edges, but for sorting the edges.
    public init(names: [String], edges: [(parent: Int, child: Int)]) throws {
        let count = names.count
        precondition(
            edges.allSatisfy { (0..<count).contains($0.parent) && (0..<count).contains($0.child) },
            "an edge leaves the \(count) tasks")
        let sorted = edges.sorted { ($0.parent, $0.child) < ($1.parent, $1.child) }
        var unique: [(parent: Int, child: Int)] = []
        for edge in sorted where unique.last.map({ $0 != edge }) ?? true { unique.append(edge) }
        self.count = count
        (childOffsets, childPlaces) = Self.adjacency(count, unique.map { ($0.parent, $0.child) })
        (parentOffsets, parentPlaces) = Self.adjacency(count, unique.map { ($0.child, $0.parent) })
        topologicalOrder = try Self.order(
            names: names, childOffsets: childOffsets, childPlaces: childPlaces, parentOffsets: parentOffsets,
            parentPlaces: parentPlaces)
    }

    /// The parents of a task, in the order of the file.
    @inlinable public func parents(of task: Int) -> ArraySlice<Int> {
        parentPlaces[parentOffsets[task]..<parentOffsets[task + 1]]
    }

    /// The children of a task, in the order of the file.
    @inlinable public func children(of task: Int) -> ArraySlice<Int> {
        childPlaces[childOffsets[task]..<childOffsets[task + 1]]
    }

    /// Whether `child` waits for `parent` directly.
    public func hasEdge(from parent: Int, to child: Int) -> Bool {
        place(of: parent, amongParentsOf: child) != nil
    }

    /// Where `parent` stands among the parents of `child`, from 0; nil where it is none.
    ///
    /// - Complexity: logarithmic in the parents.
    public func place(of parent: Int, amongParentsOf child: Int) -> Int? {
        let parents = parents(of: child)
        var (low, high) = (parents.startIndex, parents.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if parents[middle] < parent { low = middle + 1 } else { high = middle }
        }
        return low < parents.endIndex && parents[low] == parent ? low - parents.startIndex : nil
    }

    /// The number of dependencies.
    public var edgeCount: Int { childPlaces.count }

    private static func adjacency(_ count: Int, _ edges: [(from: Int, to: Int)]) -> (offsets: [Int], places: [Int]) {
        var offsets = [Int](repeating: 0, count: count + 1)
        for edge in edges { offsets[edge.from + 1] += 1 }
        for place in 0..<count { offsets[place + 1] += offsets[place] }
        var next = offsets
        var places = [Int](repeating: 0, count: edges.count)
        for edge in edges {
            places[next[edge.from]] = edge.to
            next[edge.from] += 1
        }
        return (offsets, places)
    }

    /// Kahn's order with a heap, so that the first ready task of the file comes first.
    private static func order(
        names: [String], childOffsets: [Int], childPlaces: [Int], parentOffsets: [Int], parentPlaces: [Int]
    ) throws -> [Int] {
        let count = names.count
        var waiting = (0..<count).map { parentOffsets[$0 + 1] - parentOffsets[$0] }
        var ready = BinaryHeap((0..<count).filter { waiting[$0] == 0 })
        var order: [Int] = []
        order.reserveCapacity(count)
        while let task = ready.popLeast() {
            order.append(task)
            for child in childPlaces[childOffsets[task]..<childOffsets[task + 1]] {
                waiting[child] -= 1
                if waiting[child] == 0 { ready.insert(child) }
            }
        }
        guard order.count == count else {
            let cycle = cycle(waiting: waiting, parentOffsets: parentOffsets, parentPlaces: parentPlaces)
            throw InputError(
                "the tasks form a cycle: \((cycle + cycle.prefix(1)).map { names[$0] }.joined(separator: " -> "))")
        }
        return order
    }

    /// One cycle among the tasks that still wait: each of them has a parent that waits too, so going from parent to
    /// parent must come back.
    private static func cycle(waiting: [Int], parentOffsets: [Int], parentPlaces: [Int]) -> [Int] {
        guard var task = waiting.firstIndex(where: { $0 > 0 }) else { return [] }
        var path: [Int] = []
        var seen: [Int: Int] = [:]
        while seen[task] == nil {
            seen[task] = path.count
            path.append(task)
            let parents = parentPlaces[parentOffsets[task]..<parentOffsets[task + 1]]
            guard let parent = parents.first(where: { waiting[$0] > 0 }) else { return path }
            task = parent
        }
        return path[(seen[task] ?? 0)...].reversed()
    }
}
