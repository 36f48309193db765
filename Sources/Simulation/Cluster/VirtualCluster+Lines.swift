/// How far a line was gone through, and the task there.
struct LineHead {
    var line: Int
    var position = WaitingLine.Position()
    var entry: WaitingLine.Entry?
}

/// The lines that tasks wait in, and the tries to place what waits.
extension VirtualCluster {
    /// Nodes that are looked at one by one.
    private static let few = 8

    /// The keys of the tasks of `arrival`, if the order has some that stand when it arrives.
    func keys(of arrival: Arrival, place: Int) -> [Double]? {
        let tell: QueueOrder.TaskKeys
        switch order.key {
        case .arrival(let keys): tell = keys
        case .workflow(_, within: let keys?): tell = keys
        case .ready, .task, .workflow, .best: return nil
        }
        let keys = tell(arrival, place)
        precondition(
            keys.count == arrival.instance.taskCount && !keys.contains { $0.isNaN },
            "an order has \(keys.count) keys for \(arrival.instance.taskCount) tasks, or one that is no number")
        return keys
    }

    /// How the task at `slot` stands in its line.
    func entry(of slot: Int) -> WaitingLine.Entry {
        let number = Int(tasks[slot].workflow)
        let order = workflows[number].firstOrder + slot - workflows[number].base
        let ready = tasks[slot].ready
        var (priority, key) = (tasks[slot].priority, keyIsReady ? ready : tasks[slot].key)
        if let seconds = self.order.secondsPerPriority { (priority, key) = (0, key - seconds * priority) }
        return WaitingLine.Entry(
            priority: priority, key: key, ready: ready, order: order, task: slot, cores: tasks[slot].cores,
            memory: tasks[slot].memory)
    }

    private func line(of slot: Int) -> Int { lines.count == 1 ? 0 : Int(tasks[slot].pool) + 1 }

    /// Lets a task wait.
    mutating func enqueue(_ entry: WaitingLine.Entry) {
        waitingCount += 1
        waitingCores += entry.cores
        if ordersWorkflows {
            let number = Int(tasks[entry.task].workflow)
            queues[number].waiting.insert(entry)
            reposition(number)
        } else {
            lines[line(of: entry.task)].insert(entry)
        }
    }

    /// Takes a task out of its line that waits there.
    mutating func dequeue(_ slot: Int) {
        waitingCount -= 1
        waitingCores = waitingCount == 0 ? 0 : waitingCores - tasks[slot].cores
        if ordersWorkflows {
            let number = Int(tasks[slot].workflow)
            queues[number].waiting.remove(entry(of: slot))
            reposition(number)
        } else {
            lines[line(of: slot)].remove(entry(of: slot))
        }
    }

    /// Lets a task wait no longer, wherever it does.
    mutating func withdraw(_ slot: Int) {
        if tasks[slot].isPlanned { return }
        if let place = fresh.firstIndex(where: { $0.task == slot }) {
            fresh.remove(at: place)
        } else {
            dequeue(slot)
        }
    }

    /// Tries what waits.
    mutating func place() {
        if !planned.isEmpty { placePlanned() }
        if fresh.isEmpty && (waitingCount == 0 || released.isEmpty) { return clearReleased() }
        if released.count > 1 { released.sort() }
        if hasPatience { placeOverdue() }
        switch mode {
        case .lines: placeWhatFits()
        case .strict: placeInOrder()
        case .workflows: placeByWorkflow()
        case .best: if case .best(let window, let choose) = order.key { placeBest(of: window, choose) }
        }
        fresh.removeAll(keepingCapacity: true)
        clearReleased()
    }

    mutating func clearReleased() {
        for node in released { isReleased[node] = false }
        released.removeAll(keepingCapacity: true)
    }

    /// Up to the first task without room.
    private mutating func placeInOrder() {
        for entry in fresh { enqueue(entry) }
        while let entry = lines[0].first, put(entry.task, on: node(for: entry.task)) {
            lines[0].remove(at: WaitingLine.Position())
            waitingCount -= 1
        }
    }

    /// The next task of a line that may have room where some was given back.
    private func next(in line: Int, from position: inout WaitingLine.Position) -> WaitingLine.Entry? {
        lines[line].next(from: &position) { cores, memory in
            if let releasedRoom { return releasedRoom.first(cores, memory) != nil }
            for node in released where room.has(cores, memory, on: node) { return true }
            return false
        }
    }

    /// All that have room. A task that was tried before fits only where room was given back since.
    private mutating func placeWhatFits() {
        if fresh.count > 1 { fresh.sort { $0.precedes($1) } }
        guard waitingCount > 0, !released.isEmpty else {
            for place in fresh.indices { placeOrEnqueue(fresh[place]) }
            return
        }
        let isFew = released.count <= Self.few && !order.takesNodesInTurn
        releasedRoom = isFew ? nil : roomOfReleased()
        beginHeads()
        var new = 0
        while let place = firstHead(), let old = heads[place].entry {
            while new < fresh.count, fresh[new].precedes(old) {
                if !put(fresh[new].task, on: node(for: fresh[new].task)) { late.append(fresh[new]) }
                new += 1
            }
            // Elsewhere there is no more room than when it was tried before.
            let node = isFew ? firstReleased(for: old.task) : node(for: old.task)
            if put(old.task, on: node) {
                lines[heads[place].line].remove(at: heads[place].position)
                waitingCount -= 1
            } else {
                heads[place].position.advance()
            }
            advanceHead(place)
        }
        releasedRoom = nil
        for entry in late { enqueue(entry) }
        late.removeAll(keepingCapacity: true)
        for place in new..<max(new, fresh.count) { placeOrEnqueue(fresh[place]) }
    }

    private mutating func placeOrEnqueue(_ entry: WaitingLine.Entry) {
        if !put(entry.task, on: node(for: entry.task)) { enqueue(entry) }
    }

    private func firstReleased(for slot: Int) -> Int? {
        for node in released where hasRoom(slot, on: node) { return node }
        return nil
    }

    /// Puts the first task of each line in which one may fit into the heads.
    private mutating func beginHeads() {
        heads.removeAll(keepingCapacity: true)
        for line in lines.indices where lines[line].count > 0 {
            // Those that need a pool wait for its nodes alone.
            if line > 0, !released.contains(where: { kinds.of($0).pool == line - 1 }) { continue }
            heads.append(LineHead(line: line))
            advanceHead(heads.count - 1)
        }
    }

    private mutating func advanceHead(_ place: Int) {
        var position = heads[place].position
        heads[place].entry = next(in: heads[place].line, from: &position)
        heads[place].position = position
    }

    /// The head whose task comes first.
    private func firstHead() -> Int? {
        var first: Int?
        for place in heads.indices {
            guard let entry = heads[place].entry else { continue }
            if let best = first, let least = heads[best].entry, !entry.precedes(least) { continue }
            first = place
        }
        return first
    }

    private func roomOfReleased() -> RoomTree {
        var tree = RoomTree(count: released.count)
        for (leaf, node) in released.enumerated() {
            let limits = room.limits(on: node)
            tree.set(leaf, cores: limits.cores, memory: limits.memory)
        }
        return tree
    }

    /// The room on a released node has changed, of which there is a tree.
    mutating func updateReleased(_ node: Int) {
        var (low, high) = (0, released.count)
        while low < high {
            let middle = (low + high) / 2
            if released[middle] < node { low = middle + 1 } else { high = middle }
        }
        let limits = room.limits(on: node)
        releasedRoom?.set(low, cores: limits.cores, memory: limits.memory)
    }
}
