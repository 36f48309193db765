/// The files that tasks hand to each other.
///
/// For each child either the files that its parents write are looked through, or the writers of the files that it reads,
/// whichever are fewer: where each file has one writer that is linear in the files, and it is linear in the dependencies
/// where tasks write few of them.
package struct SharedFiles {
    private let graph: WorkflowGraph
    private let sizes: [Double]
    /// Numbers of the files that each task reads and writes, in order and each once.
    private let reads: [[Int]]
    private let writes: [[Int]]
    /// The tasks that write each file.
    private let writers: [[Int]]
    /// Files that are looked through until all children up to and with each are done.
    package let steps: [Int]

    /// Numbers the files of `workflow`.
    package init(_ workflow: Workflow) {
        graph = workflow.graph
        var numbers: [String: Int] = [:]
        var sizes: [Double] = []
        func numbered(_ files: [String]) -> [Int] {
            let found = files.map { file -> Int in
                if let number = numbers[file] { return number }
                numbers[file] = sizes.count
                sizes.append(workflow.fileBytes[file] ?? 0)
                return sizes.count - 1
            }
            guard found.count > 1 else { return found }
            var unique: [Int] = []
            for file in found.sorted() where unique.last != file { unique.append(file) }
            return unique
        }
        let tasks = workflow.tasks
        reads = tasks.indices.map { numbered(tasks[$0].inputFiles) }
        writes = tasks.indices.map { numbered(tasks[$0].outputFiles) }
        var writers = [[Int]](repeating: [], count: sizes.count)
        for (task, files) in writes.enumerated() {
            for file in files { writers[file].append(task) }
        }
        self.sizes = sizes
        self.writers = writers
        var steps: [Int] = []
        steps.reserveCapacity(workflow.tasks.count)
        var total = 0
        for child in workflow.tasks.indices {
            let (written, writing) = Self.steps(child, workflow.graph, reads, writes, writers)
            total += min(written, writing)
            steps.append(total)
        }
        self.steps = steps
    }

    /// Files that the parents of `child` write, and writers of the files that it reads.
    private static func steps(
        _ child: Int, _ graph: WorkflowGraph, _ reads: [[Int]], _ writes: [[Int]], _ writers: [[Int]]
    ) -> (written: Int, writing: Int) {
        let parents = graph.parents(of: child)
        guard !parents.isEmpty, !reads[child].isEmpty else { return (0, 0) }
        return (
            parents.reduce(0) { $0 + writes[$1].count }, reads[child].reduce(0) { $0 + writers[$1].count }
        )
    }

    /// Every dependency with the bytes of the files that the parent writes and the child reads, the children in the order
    /// of the file.
    package func edges() -> [(parent: Int, child: Int, bytes: Double)] {
        // The last child that reads a file, and the bytes from each task to the child at hand.
        var readBy = [Int](repeating: -1, count: sizes.count)
        var bytes = [Double](repeating: 0, count: graph.count)
        var edges: [(parent: Int, child: Int, bytes: Double)] = []
        edges.reserveCapacity(graph.edgeCount)
        for child in 0..<graph.count {
            let parents = graph.parents(of: child)
            let (written, writing) = Self.steps(child, graph, reads, writes, writers)
            if written <= writing {
                for file in reads[child] { readBy[file] = child }
                for parent in parents {
                    var sum = 0.0
                    if written > 0 {
                        for file in writes[parent] where readBy[file] == child { sum += sizes[file] }
                    }
                    edges.append((parent, child, sum))
                }
            } else {
                for file in reads[child] {
                    for writer in writers[file] { bytes[writer] += sizes[file] }
                }
                for parent in parents { edges.append((parent, child, bytes[parent])) }
                for file in reads[child] {
                    for writer in writers[file] { bytes[writer] = 0 }
                }
            }
        }
        return edges
    }
}
