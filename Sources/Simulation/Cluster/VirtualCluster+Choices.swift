/// Choices among the tasks that an order of workflows brings forward.
///
/// ```swift
/// while cluster.advanceToChoice() {
///     cluster.choose(candidate: bestPlace(in: cluster.readyWindow.candidates))
/// }
/// ```
extension VirtualCluster {
    /// Tasks that are all placed in whatever order need no choice: there is room for all that wait.
    private var isContended: Bool {
        if waitingCores > availableCores - usedCores { return true }
        var (waiting, free) = (0.0, 0.0)
        for candidate in window.candidates { waiting += candidate.memory }
        for node in nodes.indices where !room.isClosed(node) { free += room.free(on: node).memory }
        return waiting > free
    }

    /// Task by task, the one that is chosen, until none has room.
    mutating func placeByChoice() {
        while collectWindow() {
            var place = 0
            if window.candidates.count > 1, isContended, let choose = order.choice?.choose {
                describeSurroundings()
                place = choose(window, &choiceScratch)
            }
            take(place)
        }
    }

    private mutating func take(_ place: Int) {
        precondition(
            window.candidates.indices.contains(place), "the candidate \(place) of \(window.candidates.count)")
        let (slot, node) = (window.candidates[place].slot, window.candidates[place].node)
        dequeue(slot)
        _ = put(slot, on: node)
    }

    /// What is chosen from at the moment that ``advanceToChoice()`` went to.
    public var readyWindow: ReadyWindow { window }

    /// Goes on to the next moment at which several tasks have room and not all that waits has; the same one as long as there
    /// is another choice. Where there is none to be made, the first task is placed.
    ///
    /// - Returns: whether there is one.
    public mutating func advanceToChoice() -> Bool {
        precondition(order.choice != nil, "an order without a window leaves nothing to be chosen")
        while true {
            if isChoosing {
                while collectWindow() {
                    if window.candidates.count > 1, isContended {
                        describeSurroundings()
                        return true
                    }
                    take(0)
                }
                isChoosing = false
                fresh.removeAll(keepingCapacity: true)
                clearReleased()
            }
            guard let moment = nextMoment else { return false }
            step(to: moment)
            if fresh.isEmpty && (waitingCount == 0 || released.isEmpty) {
                clearReleased()
                continue
            }
            released.sort()
            if hasPatience { placeOverdue() }
            for entry in fresh { enqueue(entry) }
            fresh.removeAll(keepingCapacity: true)
            isChoosing = true
        }
    }

    /// Places the task at `place` of the window that ``advanceToChoice()`` found.
    public mutating func choose(candidate place: Int) {
        precondition(isChoosing, "nothing is to be chosen")
        take(place)
    }
}

/// How the window is filled.
extension VirtualCluster {
    /// Finds the tasks that could be placed now.
    private mutating func collectWindow() -> Bool {
        guard let choice = order.choice else { return false }
        window.candidates.removeAll(keepingCapacity: true)
        var position = WaitingLine.Position()
        var priority = -Double.infinity
        while window.candidates.count < choice.window,
            let workflow = workflowLine.next(from: &position, where: { room.hasAnywhere($0, $1) })
        {
            // Those behind have no task of this priority.
            if workflow.priority < priority { break }
            collect(workflow.task, min(choice.tasksPerWorkflow, choice.window - window.candidates.count), &priority)
            position.advance()
        }
        return !window.candidates.isEmpty
    }

    private mutating func collect(_ number: Int, _ limit: Int, _ priority: inout Double) {
        var position = WaitingLine.Position()
        var count = 0
        let placedPathEnd = placedPathEnd(ofWorkflow: number)
        while count < limit,
            let entry = queues[number].waiting.next(from: &position, where: { room.hasAnywhere($0, $1) })
        {
            if entry.priority < priority { return }
            position.advance()
            guard let node = node(for: entry.task) else { continue }
            if entry.priority > priority { window.candidates.removeAll(keepingCapacity: true) }
            priority = entry.priority
            window.candidates.append(candidate(entry, number, node, placedPathEnd: placedPathEnd))
            count += 1
        }
    }

    /// When the longest path through a task that is placed is expected to end.
    func placedPathEnd(of slot: Int) -> Double {
        let own = tasks[slot].expected
        return tasks[slot].start + duration(own, on: Int(tasks[slot].node)) + max(0, -tasks[slot].key - own)
    }

    /// The same for all tasks of a workflow that are placed, counted anew where one has ended that it hung on.
    private mutating func placedPathEnd(ofWorkflow number: Int) -> Double {
        if let known = workflows[number].placedPathEnd { return known }
        var end = -Double.infinity
        let base = workflows[number].base
        for slot in base..<base + workflows[number].count where tasks[slot].stage == .placed {
            end = max(end, placedPathEnd(of: slot))
        }
        workflows[number].placedPathEnd = end
        return end
    }

    private func candidate(
        _ entry: WaitingLine.Entry, _ number: Int, _ node: Int, placedPathEnd: Double
    ) -> ReadyWindow.Candidate {
        let slot = entry.task
        let place = slot - workflows[number].base
        return ReadyWindow.Candidate(
            task: place, cores: tasks[slot].cores, memory: tasks[slot].memory, seconds: tasks[slot].expected,
            pathSeconds: max(0, -tasks[slot].key), placedPathSeconds: max(0, placedPathEnd - now),
            priority: tasks[slot].priority, waited: now - tasks[slot].ready,
            childCount: Int(childOffsets[number][place + 1] - childOffsets[number][place]), node: node,
            pool: kinds.of(node).pool + 1, workflow: share(of: number),
            unplacedCoreSeconds: max(0, workflows[number].unplacedCoreSeconds),
            unfinishedCount: workflows[number].unfinished, waitingCount: queues[number].waiting.count,
            deadline: workflows[number].deadline, deviation: workflows[number].deviations?[place] ?? 0,
            overrun: workflows[number].overrun, slot: slot)
    }

    /// Tells what the window does not.
    private mutating func describeSurroundings() {
        let arrivals = result.workflows.count
        (window.now, window.began) = (now, result.began)
        (window.arrivalCount, window.aliveCount) = (arrivals, alive)
        (window.waitingCount, window.waitingCores) = (waitingCount, waitingCores)
        window.meanCoreSeconds = arrivedCoreSeconds / Double(max(arrivals, 1))
        window.meanPathSeconds = arrivedPathSeconds / Double(max(arrivals, 1))
        window.largestPriority = arrivedPriority
        let empty = ReadyWindow.Pool(
            nodeCount: 0, cores: 0, freeCores: 0, memory: 0, freeMemory: 0, runningCount: 0)
        if window.pools.count != kinds.poolCount + 1 {
            window.pools = [ReadyWindow.Pool](repeating: empty, count: kinds.poolCount + 1)
        }
        for pool in window.pools.indices { window.pools[pool] = empty }
        for node in nodes.indices where !nodes[node].isAbsent {
            let (kind, free) = (kinds.of(node), room.free(on: node))
            let pool = kind.pool + 1
            window.pools[pool].nodeCount += 1
            window.pools[pool].cores += kind.cores
            window.pools[pool].freeCores += free.cores
            window.pools[pool].runningCount += free.held
            guard kind.memory < .infinity else { continue }
            window.pools[pool].memory += kind.memory
            window.pools[pool].freeMemory += free.memory
        }
    }
}
