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

    /// The files of `workflow`.
    package init(_ workflow: Workflow) {
        graph = workflow.graph
        files = workflow.files
        var steps: [Int] = []
        steps.reserveCapacity(graph.count)
        var total = 0
        for child in 0..<graph.count {
            let (written, writing) = Self.steps(child, graph, files)
            total += min(written, writing)
            steps.append(total)
        }
        self.steps = steps
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
        // The last child that reads a file, and the bytes from each task to the child at hand.
        var readBy = [Int](repeating: -1, count: files.sizes.count)
        var bytes = [Double](repeating: 0, count: graph.count)
        var edges: [(parent: Int, child: Int, bytes: Double)] = []
        edges.reserveCapacity(graph.edgeCount)
        for child in 0..<graph.count {
            let parents = graph.parents(of: child)
            let (written, writing) = Self.steps(child, graph, files)
            if written <= writing {
                for file in files.reads[child] { readBy[file] = child }
                for parent in parents {
                    var sum = 0.0
                    if written > 0 {
                        for file in files.writes[parent] where readBy[file] == child { sum += files.sizes[file] }
                    }
                    edges.append((parent, child, sum))
                }
            } else {
                for file in files.reads[child] {
                    for writer in files.writers[file] { bytes[writer] += files.sizes[file] }
                }
                for parent in parents { edges.append((parent, child, bytes[parent])) }
                for file in files.reads[child] {
                    for writer in files.writers[file] { bytes[writer] = 0 }
                }
            }
        }
        return edges
    }
}
