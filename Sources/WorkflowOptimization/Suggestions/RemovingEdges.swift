import Simulation
import Workflows

/// Dependencies that are not needed: those beside which another path says the same, and those over which no data goes.
enum RemovingEdges: SuggestionSource {
    static let type = "remove-edge"
    /// An order that no file shows may still be meant: this is the chance that it was.
    private static let risk = 0.2
    /// Groups of dependencies without data that are tried: each takes a search for the data that it would part.
    static let groups = 8

    static func candidates(in context: SuggestionContext) -> [Candidate] {
        // Where both are the same edges, they say nothing new, and cost no time to keep.
        redundant(context) + serial(context)
    }

    // MARK: Redundant ones

    private static func redundant(_ context: SuggestionContext) -> [Candidate] {
        let workflow = context.workflow
        // One that carries a file says which data goes where, and costs the time of its transfer.
        let edges = workflow.graph.redundantEdges().edges.filter { !shareFile($0.parent, $0.child, workflow) }
        guard let first = edges.first else { return [] }
        let example = "\(context.id(first.child)) waits for \(context.id(first.parent)) in another way too"
        return [
            Candidate(
                id: "remove-edge-redundant", type: type,
                reason: edges.count == 1 ? example : "\(edges.count) dependencies say nothing new: \(example)", risk: 0,
                worth: .tidiness,
                edits: edges.map { .removeEdge(parent: context.id($0.parent), child: context.id($0.child)) })
        ]
    }

    private static func shareFile(_ parent: Int, _ child: Int, _ workflow: Workflow) -> Bool {
        let (written, read) = (workflow.tasks[parent].outputFiles, workflow.tasks[child].inputFiles)
        return written.contains { file in read.contains(file) }
    }

    // MARK: Those without data

    /// Dependencies without data, as one for each group of them that hang together, those first that the end waits for.
    private static func serial(_ context: SuggestionContext) -> [Candidate] {
        let (workflow, graph) = (context.workflow, context.workflow.graph)
        var edges: [(parent: Int, child: Int)] = []
        for child in 0..<graph.count {
            for parent in graph.parents(of: child) where !workflow.carriesData(from: parent, to: child) {
                edges.append((parent, child))
            }
        }
        guard !edges.isEmpty else { return [] }
        let groups = DisjointGroups(edges.map { [$0.parent, $0.child] }).groups
        var groupOf: [Int: Int] = [:]
        for (number, group) in groups.enumerated() { for task in group { groupOf[task] = number } }
        let members = Dictionary(grouping: edges) { groupOf[$0.child] ?? 0 }
        var (counts, seconds) = ([Int](repeating: 0, count: groups.count), [Double](repeating: 0, count: groups.count))
        for link in context.chain.links {
            guard let number = groupOf[link.task] else { continue }
            counts[number] += 1
            seconds[number] += context.weight(link)
        }
        let onChain = groups.indices.filter { counts[$0] > 1 }
            .sorted { seconds[$0] != seconds[$1] ? seconds[$0] > seconds[$1] : $0 < $1 }
        return onChain.prefix(Self.groups).compactMap { number in
            // Where too many tasks hand files to each other to be compared, nothing is suggested.
            guard context.hasTime(), let own = members[number],
                let edits = try? workflow.keepingData(
                    own.map { .removeEdge(parent: context.id($0.parent), child: context.id($0.child)) })
            else { return nil }
            let (first, last) = (context.id(own[0].parent), context.id(own[0].child))
            return Candidate(
                id: "remove-edge-\(Candidate.slug(first))", type: type,
                reason: own.count == 1
                    ? "no file goes from \(first) to \(last)"
                    : "no file goes over \(own.count) dependencies among \(groups[number].count) tasks, such as \(last) on \(first)",
                risk: risk, edits: edits)
        }
    }
}
