import Simulation

extension QueueOrder {
    /// Tetris: on a node with room, the task with the largest a + e p, where a is the dot product of what it asks for and what
    /// is free there, both as parts of the node, and p the negative of what remains of its workflow in core-seconds. The
    /// weight e = mean |a| / mean |p| of the candidates brings both to one size.
    ///
    /// Grandl, Ananth, Kandula, Rao, Akella, "Multi-resource packing for cluster schedulers", 2014, sections 3.2 and 3.3.
    static let tetris = QueueOrder.best(window: 256) { candidates, node in
        var (alignments, remaining) = (0.0, 0.0)
        for candidate in candidates {
            alignments += alignment(of: candidate, to: node)
            remaining += candidate.remainingCoreSeconds
        }
        let weight = remaining > 0 ? alignments / remaining : 0
        var best = (place: 0, score: -Double.infinity)
        for (place, candidate) in candidates.enumerated() {
            let score = alignment(of: candidate, to: node) - weight * candidate.remainingCoreSeconds
            if score > best.score { best = (place, score) }
        }
        return best.place
    }

    private static func alignment(of candidate: Candidate, to node: CandidateNode) -> Double {
        let cores = candidate.cores / node.cores * (node.freeCores / node.cores)
        guard node.memory < .infinity else { return cores }
        return cores + candidate.memory / node.memory * (node.freeMemory / node.memory)
    }
}
