import Workflows

/// Room between the priorities that the user of a workflow gave: a task that is raised passes those of its own priority,
/// and none that its user wants before it.
struct PriorityLevels {
    private let levels: [Double]

    init(_ workflow: Workflow) {
        levels = Set(workflow.tasks.map(\.wishes.priority)).sorted()
    }

    /// `priority` raised by `step` of `steps`, a step more being more urgent; `step` 0 leaves it as it is.
    func raised(_ priority: Double, by step: Int, of steps: Int) -> Double {
        guard let next = level(above: priority) else { return priority + Double(step) }
        let raised = priority + (next / Double(steps) - priority / Double(steps)) * Double(step)
        return raised < next ? raised : priority
    }

    private func level(above priority: Double) -> Double? {
        var (low, high) = (0, levels.count)
        while low < high {
            let middle = (low + high) / 2
            if levels[middle] > priority { high = middle } else { low = middle + 1 }
        }
        return low < levels.count ? levels[low] : nil
    }
}
