/// The files that tasks hand to each other.
///
/// For each child either the files that its parents write are looked through, or the writers of the files that it reads,
/// whichever are fewer: where each file has one writer that is linear in the files, and it is linear in the dependencies
/// where tasks write few of them.
package struct SharedFiles {
    private let graph: WorkflowGraph
    private let files: FileNumbers
    /// Files that are looked through until all children up to and with each are done.
    package let steps: [Int]
    /// Whether for a child the writers of the files that it reads are looked through.
    private let asksWriters: [Bool]

    /// The files of `workflow`.
    package init(_ workflow: Workflow) {
        graph = workflow.graph
        files = workflow.files
        var (steps, asksWriters): ([Int], [Bool]) = ([], [])
        steps.reserveCapacity(graph.count)
        asksWriters.reserveCapacity(graph.count)
        var total = 0
        for child in 0..<graph.count {
            let (written, writing) = Self.steps(child, graph, files)
            total += min(written, writing)
            steps.append(total)
            asksWriters.append(writing < written)
        }
        (self.steps, self.asksWriters) = (steps, asksWriters)
    }

    /// Files that the parents of `child` write, and writers of the files that it reads.
    private static func steps(_ child: Int, _ graph: WorkflowGraph, _ files: FileNumbers) -> (
        written: Int, writing: Int
    ) {
        let parents = graph.parents(of: child)
        guard !parents.isEmpty, files.reads.count(of: child) > 0 else { return (0, 0) }
        return (
            parents.reduce(0) { $0 + files.writes.count(of: $1) },
            files.reads[child].reduce(0) { $0 + files.writers.count(of: $1) }
        )
    }

    /// Every dependency with the bytes of the files that the parent writes and the child reads, the children in the order
    /// of the file.
    package func edges() -> [(parent: Int, child: Int, bytes: Double)] {
        let bytes = bytes()
        var edges: [(parent: Int, child: Int, bytes: Double)] = []
        edges.reserveCapacity(bytes.count)
        for child in 0..<graph.count {
            for parent in graph.parents(of: child) { edges.append((parent, child, bytes[edges.count])) }
        }
        return edges
    }

    /// The bytes alone, of the parents of one child behind those of the child before it.
    package func bytes() -> [Double] {
        // The last child that reads a file, and the bytes from each task to the child at hand.
        var readBy = [Int](repeating: -1, count: files.sizes.count)
        var fromTask = [Double](repeating: 0, count: graph.count)
        var bytes: [Double] = []
        bytes.reserveCapacity(graph.edgeCount)
        for child in 0..<graph.count {
            let parents = graph.parents(of: child)
            if files.reads.count(of: child) == 0 {
                for _ in parents { bytes.append(0) }
            } else if !asksWriters[child] {
                for file in files.reads[child] { readBy[file] = child }
                for parent in parents {
                    var sum = 0.0
                    for file in files.writes[parent] where readBy[file] == child { sum += files.sizes[file] }
                    bytes.append(sum)
                }
            } else {
                for file in files.reads[child] {
                    for writer in files.writers[file] { fromTask[writer] += files.sizes[file] }
                }
                for parent in parents { bytes.append(fromTask[parent]) }
                for file in files.reads[child] {
                    for writer in files.writers[file] { fromTask[writer] = 0 }
                }
            }
        }
        return bytes
    }
}
