import Files
import Workflows

extension SchedulingInstance {
    /// The number of groups of tasks that must share a node.
    package var groupCount: Int { (groups.max() ?? -1) + 1 }

    /// The group of each task that is tied to a node with others by `together`, joined over all that name each other
    /// (union-find with path halving, Tarjan and van Leeuwen, 1984); -1 for the others.
    static func groups(of workflow: Workflow) throws -> [Int] {
        let tasks = workflow.tasks
        guard tasks.indices.contains(where: { !tasks[$0].wishes.together.isEmpty }) else {
            return [Int](repeating: -1, count: tasks.count)
        }
        let places = workflow.places
        var leaders = Array(workflow.tasks.indices)
        func leader(_ task: Int) -> Int {
            var task = task
            while leaders[task] != task {
                leaders[task] = leaders[leaders[task]]
                task = leaders[task]
            }
            return task
        }
        var tied = [Bool](repeating: false, count: workflow.tasks.count)
        for (place, task) in workflow.tasks.enumerated() {
            for id in task.wishes.together {
                guard let other = places[id] else {
                    throw InputError(
                        "\"\(id)\", together with \"\(task.id)\", is no task", field: field(place, "tactus.together"))
                }
                let (first, second) = (leader(place), leader(other))
                leaders[max(first, second)] = min(first, second)
                tied[place] = true
                tied[other] = true
            }
        }
        var numbers: [Int: Int] = [:]
        return workflow.tasks.indices.map { task in
            guard tied[task] else { return -1 }
            let leader = leader(task)
            let number = numbers[leader] ?? numbers.count
            numbers[leader] = number
            return number
        }
    }
}
