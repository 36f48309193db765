/// Orders that change as workflows run, that choose node by node, or that lose patience.
extension VirtualCluster {
    func share(of number: Int) -> WorkflowShare {
        WorkflowShare(
            place: workflows[number].place, arrived: workflows[number].arrived, weight: workflows[number].weight,
            coresHeld: max(0, workflows[number].coresHeld), memoryHeld: max(0, workflows[number].memoryHeld),
            remainingCoreSeconds: max(0, workflows[number].remainingCoreSeconds), clusterCores: clusterCores,
            clusterMemory: clusterMemory)
    }

    /// Puts a workflow where it belongs in the line of workflows now; those without a task that waits stand in none.
    ///
    /// - Complexity: logarithmic in the workflows that wait, but for moving those of a block.
    mutating func reposition(_ number: Int) {
        guard ordersWorkflows, case .workflow(let key, _) = order.key else { return }
        var wanted: WaitingLine.Entry?
        if let first = queues[number].waiting.first {
            let least = queues[number].waiting.least
            wanted = WaitingLine.Entry(
                priority: first.priority, key: key(share(of: number)), order: workflows[number].place, task: number,
                cores: least.cores, memory: least.memory)
        }
        guard wanted != queues[number].listed else { return }
        if let listed = queues[number].listed { workflowLine.remove(listed) }
        if let wanted { workflowLine.insert(wanted) }
        queues[number].listed = wanted
    }

    /// Task by task, the first that has room of the workflow that comes first.
    mutating func placeByWorkflow() {
        for entry in fresh { enqueue(entry) }
        if order.choice != nil { return placeByChoice() }
        while let (entry, node) = firstByWorkflow() {
            dequeue(entry.task)
            _ = put(entry.task, on: node)
        }
    }

    func firstByWorkflow() -> (entry: WaitingLine.Entry, node: Int)? {
        var best: (rank: WaitingLine.Entry, entry: WaitingLine.Entry, node: Int)?
        var position = WaitingLine.Position()
        while let workflow = workflowLine.next(from: &position, where: { room.hasAnywhere($0, $1) }) {
            // Those behind stand no better even with their first task.
            if let best, !workflow.precedes(best.rank) { break }
            if let (entry, node) = firstThatFits(in: workflow.task) {
                var rank = workflow
                rank.priority = entry.priority
                if best.map({ rank.precedes($0.rank) }) ?? true { best = (rank, entry, node) }
            }
            position.advance()
        }
        return best.map { ($0.entry, $0.node) }
    }

    private func firstThatFits(in number: Int) -> (WaitingLine.Entry, Int)? {
        var position = WaitingLine.Position()
        while let entry = queues[number].waiting.next(from: &position, where: { room.hasAnywhere($0, $1) }) {
            if let node = node(for: entry.task) { return (entry, node) }
            position.advance()
        }
        return nil
    }

    /// Node by node, the task that `choose` takes of those that fit there.
    mutating func placeBest(of window: Int, _ choose: (_ candidates: [Candidate], _ node: CandidateNode) -> Int) {
        for entry in fresh { enqueue(entry) }
        var node = 0
        var candidates: [Candidate] = []
        while waitingCount > 0 {
            let least = lines[0].least
            guard let next = room.firstAnywhere(least.cores, least.memory, from: node) else { return }
            node = next
            collect(window, on: node, into: &candidates)
            guard !candidates.isEmpty else {
                node += 1
                continue
            }
            let place = candidates.count == 1 ? 0 : choose(candidates, view(of: node))
            precondition(candidates.indices.contains(place), "candidate \(place) of \(candidates.count)")
            let slot = candidates[place].entry.task
            lines[0].remove(candidates[place].entry)
            waitingCount -= 1
            _ = put(slot, on: node)
        }
    }

    func view(of node: Int) -> CandidateNode {
        let free = room.free(on: node)
        return CandidateNode(
            cores: nodes[node].cores, freeCores: free.cores, memory: kinds.of(node).memory, freeMemory: free.memory,
            speed: nodes[node].speed * nodes[node].factor, overheadSeconds: nodes[node].overhead)
    }

    private func collect(_ window: Int, on node: Int, into candidates: inout [Candidate]) {
        candidates.removeAll(keepingCapacity: true)
        var position = WaitingLine.Position()
        while candidates.count < window,
            let entry = lines[0].next(from: &position, where: { room.has($0, $1, on: node) })
        {
            if let first = candidates.first, entry.priority < first.entry.priority { return }
            if hasRoom(entry.task, on: node) {
                candidates.append(
                    Candidate(
                        cores: entry.cores, memory: entry.memory, seconds: tasks[entry.task].expected,
                        waited: now - entry.ready,
                        remainingCoreSeconds: max(0, workflows[Int(tasks[entry.task].workflow)].remainingCoreSeconds),
                        entry: entry))
            }
            position.advance()
        }
    }

    private func isWaiting(_ slot: Int, _ stamp: Int32) -> Bool {
        tasks[slot].stamp == stamp && tasks[slot].stage == .waiting
    }

    /// Lets the task that has waited longest, if it has waited too long, keep a node free until it fits there.
    ///
    /// One task at a time: the next one begins to wait for a node of its own when this one has been placed.
    mutating func placeOverdue() {
        guard let patience = order.patienceSeconds else { return }
        while true {
            if let kept = reservation {
                guard isWaiting(kept.slot, kept.stamp), !nodes[kept.node].isDown, !nodes[kept.node].isAbsent else {
                    endReservation()
                    continue
                }
                guard room.hasBehindClosure(tasks[kept.slot].cores, tasks[kept.slot].memory, on: kept.node) else {
                    return
                }
                endReservation()
                withdraw(kept.slot)
                _ = put(kept.slot, on: kept.node)
            }
            while firstOldest < oldest.count, !isWaiting(oldest[firstOldest].slot, oldest[firstOldest].stamp) {
                firstOldest += 1
            }
            if firstOldest > 64, 2 * firstOldest > oldest.count {
                oldest.removeFirst(firstOldest)
                firstOldest = 0
            }
            guard firstOldest < oldest.count, now - tasks[oldest[firstOldest].slot].ready >= patience else { return }
            let (slot, stamp) = oldest[firstOldest]
            if let node = node(for: slot) {
                withdraw(slot)
                _ = put(slot, on: node)
            } else {
                // What must share a node with something on a node that is down waits for its repair.
                guard let node = groupNode(of: slot) ?? emptiest(for: slot), !room.isClosed(node) else { return }
                reservation = (slot, stamp, node)
                room.close(node)
            }
        }
    }

    mutating func endReservation() {
        guard let kept = reservation else { return }
        reservation = nil
        room.open(kept.node)
        if !room.isClosed(kept.node) { markReleased(kept.node) }
        released.sort()
    }

    /// Of the nodes that the task at `slot` fits on, the one with the largest part of its cores free.
    private func emptiest(for slot: Int) -> Int? {
        let need = need(of: slot)
        var best: (node: Int, part: Double)?
        for node in nodes.indices where !room.isClosed(node) && need.fits(kinds.of(node)) {
            let part = room.free(on: node).cores / nodes[node].cores
            if part > best?.part ?? -1 { best = (node, part) }
        }
        return best?.node
    }
}
