import Kernels
import Workflows

/// How an attempt at a task is placed, and what is done when it has ended.
extension VirtualCluster {
    /// What the task at `slot` needs of a node.
    func need(of slot: Int) -> NodeNeed {
        guard tasks[slot].group >= 0 else {
            return NodeNeed(cores: tasks[slot].cores, memory: tasks[slot].memory, pool: Int(tasks[slot].pool))
        }
        let number = Int(tasks[slot].workflow)
        var need = instances[number].needs[
            instances[number].needOf[slot - workflows[number].base]]
        need.memory = max(need.memory, tasks[slot].memory)
        return need
    }

    /// The node that the group of the task at `slot` is on; nil where it has none or none yet.
    func groupNode(of slot: Int) -> Int? {
        guard tasks[slot].group >= 0 else { return nil }
        let node = workflows[Int(tasks[slot].workflow)].groupNodes[Int(tasks[slot].group)]
        return node < 0 ? nil : Int(node)
    }

    /// Whether the task at `slot` can be placed on `node` now.
    func hasRoom(_ slot: Int, on node: Int) -> Bool {
        guard room.has(tasks[slot].cores, tasks[slot].memory, on: node), need(of: slot).fits(kinds.of(node)) else {
            return false
        }
        return groupNode(of: slot).map { $0 == node } ?? true
    }

    /// The node that the order has for the task at `slot` now: the first with room, or the next one.
    func node(for slot: Int) -> Int? {
        if let node = groupNode(of: slot) { return hasRoom(slot, on: node) ? node : nil }
        let need = need(of: slot)
        if order.takesNodesInTurn, lastNode >= 0,
            let node = room.first(tasks[slot].cores, tasks[slot].memory, for: need, from: lastNode + 1)
        {
            return node
        }
        return room.first(tasks[slot].cores, tasks[slot].memory, for: need)
    }

    /// Seconds that the task at `slot` takes on `node` if nothing happens to it, where it would take `seconds` at speed 1.
    func duration(_ seconds: Double, on node: Int) -> Double {
        seconds > 0 ? seconds / (nodes[node].speed * nodes[node].factor) + nodes[node].overhead : 0
    }

    /// Places the task at `slot` on `node`, if there is one.
    mutating func put(_ slot: Int, on node: Int?) -> Bool {
        guard let node else { return false }
        let number = Int(tasks[slot].workflow)
        let isOn = nodes[node].busy > 0 || now <= nodes[node].idleSince + ResourceUse.idleSeconds
        let startsAt = isOn ? nodes[node].startsAt : settings.nodesStartOff ? now + nodes[node].startupSeconds : now
        var start = max(now, startsAt)
        if workflows[number].hasTransfers { start = max(start, arrivalOfFiles(slot, on: node)) }
        var (length, outcome) = (duration(tasks[slot].seconds, on: node), TaskRecord.Outcome.completed)
        if length > 0, settings.failures.drawsAttempts || workflows[number].isUncertain {
            (length, outcome) = draw(slot, on: node, length)
        }
        let end = start + length
        tasks[slot].node = Int32(truncatingIfNeeded: node)
        tasks[slot].placed = now
        tasks[slot].start = start
        tasks[slot].end = end
        tasks[slot].stage = .placed
        tasks[slot].outcome = outcome
        let (cores, memory) = (tasks[slot].cores, tasks[slot].memory)
        room.take(cores, memory, on: node)
        if releasedRoom != nil, isReleased[node] { updateReleased(node) }
        tasks[slot].isHeld = end > now
        if end > now {
            if !isOn { turnOn(node, startsAt: startsAt) }
            nodes[node].busy += 1
        }
        workflows[number].coresHeld += cores
        workflows[number].memoryHeld += memory
        workflows[number].unplacedCoreSeconds -= tasks[slot].expected * cores
        if order.choice != nil, let known = workflows[number].placedPathEnd {
            workflows[number].placedPathEnd = max(known, placedPathEnd(of: slot))
        }
        if tasks[slot].group >= 0 { workflows[number].groupNodes[Int(tasks[slot].group)] = tasks[slot].node }
        usedCores += cores
        running += 1
        lastNode = node
        scheduleEnd(of: slot)
        reposition(number)
        return true
    }

    private func arrivalOfFiles(_ slot: Int, on node: Int) -> Double {
        let number = Int(tasks[slot].workflow)
        let base = workflows[number].base
        var arrival = 0.0
        instances[number].forEachParent(of: slot - base) { parent, transfer in
            let (end, place) = (tasks[base + parent].end, Int(tasks[base + parent].node))
            arrival = max(arrival, end + (place == node || place < 0 ? 0 : transfer))
        }
        return arrival
    }

    private mutating func turnOn(_ node: Int, startsAt: Double) {
        endTimeOn(node)
        nodes[node].wasOn = true
        nodes[node].onSince = now
        nodes[node].startsAt = startsAt
    }

    /// Counts the time that a node was on until it had been without a task for a minute, or until it was lost.
    mutating func endTimeOn(_ node: Int, at moment: Double? = nil) {
        guard nodes[node].wasOn else { return }
        let seconds = (moment ?? nodes[node].idleSince + ResourceUse.idleSeconds) - nodes[node].onSince
        result.nodeSeconds += seconds
        result.cost += nodes[node].price * seconds / 3600
        nodes[node].wasOn = false
    }

    /// How long the attempt lasts that would take `length` on `node`, and how it ends.
    private func draw(_ slot: Int, on node: Int, _ length: Double) -> (Double, TaskRecord.Outcome) {
        let number = Int(tasks[slot].workflow)
        let task = slot - workflows[number].base
        let attempt = Int(tasks[slot].attempt)
        var generator = SeededGenerator(seed: settings.seed, workflows[number].place, task, attempt)
        let deviation = settings.failures.memoryDeviation
        // Drawn first, so that it is the same whatever else is drawn.
        let factor = deviation > 0 ? generator.logNormal(deviation: deviation) : 1
        let drawn = settings.failures.attempt(
            attempt, seconds: length, expected: duration(tasks[slot].expected, on: node),
            shares: workflows[number].failureShares?[task], mayRunOut: !tasks[slot].hasRunOut, using: &generator)
        guard drawn.outcome == .completed, workflows[number].mayLackMemory else { return drawn }
        let recorded = instances[number].neededMemory[task]
        let needed = factor == 1 ? recorded : min(recorded * factor, largestMemory(for: slot))
        return tasks[slot].memory < needed ? (drawn.seconds, .outOfMemory) : drawn
    }

    /// The memory of the largest node that the task at `slot` may run on.
    func largestMemory(for slot: Int) -> Double {
        if let node = groupNode(of: slot) { return kinds.of(node).memory }
        var need = need(of: slot)
        need.memory = 0
        return kinds.all.reduce(0) { need.fits($1) ? max($0, $1.memory) : $0 }
    }

    /// Gives back what the task at `slot` holds.
    mutating func release(_ slot: Int, _ outcome: TaskRecord.Outcome) {
        let node = Int(tasks[slot].node)
        let number = Int(tasks[slot].workflow)
        let (cores, memory) = (tasks[slot].cores, tasks[slot].memory)
        room.giveBack(cores, memory, on: node)
        markReleased(node)
        if tasks[slot].isHeld {
            nodes[node].busy -= 1
            nodes[node].idleSince = now
        }
        let held = now - tasks[slot].placed
        result.coreSeconds += cores * held
        result.byteSeconds += memory * held
        result.executions += 1
        workflows[number].coresHeld -= cores
        workflows[number].memoryHeld -= memory
        workflows[number].attempts += 1
        if order.choice != nil, let known = workflows[number].placedPathEnd, placedPathEnd(of: slot) >= known {
            workflows[number].placedPathEnd = nil
        }
        usedCores -= cores
        running -= 1
        if running == 0 { usedCores = 0 }
        if outcome != .completed {
            workflows[number].unplacedCoreSeconds += tasks[slot].expected * cores
            result.failures += 1
            workflows[number].failures += 1
        }
        if settings.keepsTaskRecords { record(slot, outcome) }
    }

    private mutating func record(_ slot: Int, _ outcome: TaskRecord.Outcome) {
        let state = tasks[slot]
        let number = Int(state.workflow)
        result.records.append(
            TaskRecord(
                arrival: workflows[number].place, task: slot - workflows[number].base, node: Int(state.node),
                attempt: Int(state.attempt), memory: state.memory, ready: state.ready, placed: state.placed,
                start: min(state.start, now), end: now, outcome: outcome))
    }

    mutating func markReleased(_ node: Int) {
        guard !isReleased[node] else { return }
        isReleased[node] = true
        released.append(node)
    }

    /// Lets all that waits be tried on every node.
    mutating func releaseAll() {
        for node in nodes.indices where !room.isClosed(node) { markReleased(node) }
    }

    /// Queues a task again whose attempt failed, or gives its workflow up.
    mutating func retry(_ slot: Int, after outcome: TaskRecord.Outcome) {
        let hasShares = workflows[Int(tasks[slot].workflow)].failureShares != nil
        let most = settings.failures.attemptsAtMost ?? (hasShares ? FailureShares.attemptsAtMost : nil)
        if let most, Int(tasks[slot].attempt) >= most {
            tasks[slot].stage = .dropped
            return giveUp(Int(tasks[slot].workflow))
        }
        tasks[slot].stage = .blocked
        tasks[slot].attempt += 1
        if outcome == .outOfMemory {
            tasks[slot].hasRunOut = true
            tasks[slot].memory = min(max(2 * tasks[slot].memory, 1), largestMemory(for: slot))
        }
        becomeReady(slot)
        reposition(Int(tasks[slot].workflow))
    }

    /// Nothing more is done for a workflow.
    private mutating func giveUp(_ number: Int) {
        let (base, count) = (workflows[number].base, workflows[number].count)
        for slot in base..<base + count {
            switch tasks[slot].stage {
            case .waiting: withdraw(slot)
            case .placed: release(slot, .givenUp)
            case .blocked: break
            case .done, .skipped, .dropped: continue
            }
            tasks[slot].stage = .dropped
        }
        unplanWorkflow(number)
        depart(number)
    }
}
