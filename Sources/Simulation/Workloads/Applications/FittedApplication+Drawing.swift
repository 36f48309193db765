import Files
import Kernels
import Workflows

extension FittedApplication {
    /// Draws a run.
    ///
    /// - Complexity: linear in tasks and dependencies.
    public func draw(name: String, using generator: inout SeededGenerator) -> DrawnRun {
        let shape = shapes[generator.place(byWeights: shapes.map(\.weight))]
        return draw(name: name, counts: counts(of: shape, scale: scale), using: &generator)
    }

    /// Draws a run with so many tasks of each stage.
    func draw(name: String, counts: [Int], using generator: inout SeededGenerator) -> DrawnRun {
        var run = DrawnRun.Builder()
        var starts: [Int] = []
        var total = 0
        for count in counts {
            starts.append(total)
            total += count
        }
        var parents: [(task: Int, share: Double)] = []
        for (place, stage) in stages.enumerated() where counts[place] > 0 {
            let links = stage.links.filter { counts[$0.stage] > 0 }
            let blocks = links.map {
                Blocks(pattern: $0.pattern, parents: counts[$0.stage], children: counts[place])
            }
            for child in 0..<counts[place] {
                parents.removeAll(keepingCapacity: true)
                let chosen = Self.chosen(links, using: &generator)
                for link in links.indices where chosen.map({ $0[link] }) ?? true {
                    let block = blocks[link].block(of: child, using: &generator)
                    let first = starts[links[link].stage]
                    let share = links[link].inputShare / Double(block.count)
                    for parent in block { parents.append((first + parent, share)) }
                }
                run.add(tasks[stage.task], parents: parents, using: &generator)
            }
        }
        return run.finish(name: name)
    }

    /// Which links a task has, where not all have every one; at least one of them.
    private static func chosen(_ links: [Link], using generator: inout SeededGenerator) -> [Bool]? {
        guard links.contains(where: { $0.coverage < 1 }) else { return nil }
        var chosen = links.map { $0.coverage >= 1 || generator.uniformDouble() < $0.coverage }
        if !chosen.contains(true), let likeliest = links.indices.max(by: { links[$0].coverage < links[$1].coverage }) {
            chosen[likeliest] = true
        }
        return chosen
    }
}

/// The tasks of an earlier stage that each task of a later one waits for: neighbours in their order, the blocks evenly over
/// all of them.
private struct Blocks {
    let pattern: FittedApplication.Pattern
    let parents: Int
    let children: Int

    func block(of child: Int, using generator: inout SeededGenerator) -> Range<Int> {
        switch pattern {
        case .all: return 0..<parents
        case .gather:
            let (from, to) = (child * parents / children, (child + 1) * parents / children)
            return from..<max(to, from + 1)
        case .some(let fanIn):
            let count = Int(min(max(fanIn.draw(using: &generator).rounded(), 1), Double(parents)))
            // Around the child's own place among the parents, (child + 1/2) · parents / children.
            let from = ((2 * child + 1) * parents + (1 - count) * children) / (2 * children)
            let first = min(max(from, 0), parents - count)
            return first..<first + count
        }
    }
}
