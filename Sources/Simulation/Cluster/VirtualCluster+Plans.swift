import Workflows

/// A task in the line of a node that tasks are planned on.
struct PlannedTask {
    var start: Double
    var order: Int
    var slot: Int

    func precedes(_ other: PlannedTask) -> Bool {
        start != other.start ? start < other.start : order < other.order
    }
}

/// What is planned on a node, in the order of the planned starts; what stands before `first` was placed.
struct PlannedLine {
    var tasks: [PlannedTask] = []
    var first = 0

    mutating func insert(_ new: [PlannedTask]) {
        tasks.removeFirst(first)
        first = 0
        tasks.append(contentsOf: new)
        tasks.sort { $0.precedes($1) }
    }
}

/// Runs what rules plan: each node takes the tasks that are planned on it in the planned order, as soon as they are ready and
/// have room. Of all tasks that are not placed, the one with the earliest planned start waits for none that is planned behind
/// it, so that the plan comes to its end however long tasks take. What has lost its node is queued as it becomes ready.
extension VirtualCluster {
    /// Plans a workflow on what is free, of which what is done is left out.
    mutating func plan(
        _ number: Int, _ arrival: Arrival,
        by plan: (_ instance: SchedulingInstance, _ board: inout PlanningBoard) -> Timetable
    ) {
        let (base, count) = (workflows[number].base, workflows[number].count)
        var seconds = arrival.expectedSeconds
        for task in 0..<count where !isOpen(base + task) { seconds[task] = 0 }
        var board = board()
        let timetable = plan(arrival.instance.with(runtimes: seconds), &board)
        var lines = [[PlannedTask]](repeating: [], count: nodes.count)
        for (position, task) in arrival.instance.graph.topologicalOrder.enumerated() where isOpen(base + task) {
            // What runs already binds what must share its node, of which the plan knows nothing.
            let node = groupNode(of: base + task) ?? timetable.nodes[task]
            guard !nodes[node].isDown, !nodes[node].isAbsent else { continue }
            tasks[base + task].isPlanned = true
            tasks[base + task].plannedStart = timetable.starts[task]
            tasks[base + task].node = Int32(node)
            lines[node].append(
                PlannedTask(
                    start: timetable.starts[task], order: workflows[number].firstOrder + position, slot: base + task))
        }
        for node in nodes.indices where !lines[node].isEmpty {
            planned[node].insert(lines[node])
            markReleased(node)
        }
    }

    private func isOpen(_ slot: Int) -> Bool { tasks[slot].stage == .blocked || tasks[slot].stage == .waiting }

    /// What is expected to be free on each node from now on.
    func board() -> PlanningBoard {
        var timelines = nodes.indices.map { NodeTimeline(cores: nodes[$0].cores, memory: kinds.of($0).memory) }
        for node in nodes.indices where nodes[node].isAbsent || nodes[node].isDown {
            let seconds = nodes[node].isDown ? settings.failures.repairSeconds : 1e9
            timelines[node].hold(from: now, length: seconds, cores: nodes[node].cores, memory: 0)
        }
        for slot in tasks.indices {
            let node = Int(tasks[slot].node)
            let start: Double
            switch tasks[slot].stage {
            case .placed: start = tasks[slot].start
            case .waiting, .blocked:
                guard tasks[slot].isPlanned else { continue }
                start = max(now, tasks[slot].plannedStart)
            case .done, .skipped, .dropped: continue
            }
            let end = start + duration(tasks[slot].expected, on: node)
            let from = tasks[slot].stage == .placed ? now : start
            if end > from {
                timelines[node].hold(
                    from: from, length: end - from, cores: tasks[slot].cores, memory: tasks[slot].memory)
            }
        }
        return PlanningBoard(timelines: timelines, from: now)
    }

    /// Whether the task at `slot`, which has become ready, is planned on a node that it still fits on.
    mutating func awaitPlan(_ slot: Int) -> Bool {
        let node = Int(tasks[slot].node)
        if tasks[slot].isPlanned {
            markReleased(node)
            return true
        }
        guard tasks[slot].attempt > 1, node >= 0, !nodes[node].isDown, !nodes[node].isAbsent,
            need(of: slot).fits(kinds.of(node))
        else { return false }
        tasks[slot].isPlanned = true
        let order = workflows[Int(tasks[slot].workflow)].firstOrder
        planned[node].insert([PlannedTask(start: tasks[slot].plannedStart, order: order, slot: slot)])
        markReleased(node)
        return true
    }

    /// Places what is planned on the nodes where something has changed, up to the first task that cannot start.
    mutating func placePlanned() {
        for node in released {
            while planned[node].first < planned[node].tasks.count {
                let slot = planned[node].tasks[planned[node].first].slot
                guard tasks[slot].stage == .waiting, hasRoom(slot, on: node) else { break }
                planned[node].first += 1
                tasks[slot].isPlanned = false
                _ = put(slot, on: node)
            }
        }
    }

    /// Takes a task that will never run out of the line of its node, where others may wait behind it.
    mutating func unplanTask(_ slot: Int) {
        let node = Int(tasks[slot].node)
        planned[node].insert([])
        planned[node].tasks.removeAll { $0.slot == slot }
        tasks[slot].isPlanned = false
        // Its children wait for no files of it.
        tasks[slot].node = -1
        markReleased(node)
    }

    /// Takes a workflow out of all plans.
    mutating func unplanWorkflow(_ number: Int) {
        guard !planned.isEmpty else { return }
        let slots = workflows[number].base..<workflows[number].base + workflows[number].count
        for node in planned.indices {
            planned[node].insert([])
            planned[node].tasks.removeAll { slots.contains($0.slot) }
            markReleased(node)
        }
        for slot in slots { tasks[slot].isPlanned = false }
    }

    /// Queues what is planned on a node that is lost.
    mutating func unplan(_ node: Int) {
        guard !planned.isEmpty else { return }
        planned[node].insert([])
        for task in planned[node].tasks {
            tasks[task.slot].isPlanned = false
            tasks[task.slot].node = -1
            if tasks[task.slot].stage == .waiting { fresh.append(entry(of: task.slot)) }
        }
        planned[node].tasks.removeAll()
    }
}
