extension VirtualCluster {
    /// Makes the lines that `rule` needs; none of them holds a task.
    mutating func prepare(_ rule: SimulationRule) {
        self.rule = rule
        let planCount = rule.planning == nil ? 0 : nodes.count
        planned = [PlannedLine](repeating: PlannedLine(), count: planCount)
        order = rule.order
        (asksForKeys, keyIsReady, hasPatience) = (false, false, order.patienceSeconds != nil)
        switch order.key {
        case .workflow(_, let within):
            mode = .workflows
            keyIsReady = within == nil
        case .best: (mode, keyIsReady) = (.best, true)
        case .ready: (mode, keyIsReady) = (.lines, true)
        case .task: (mode, asksForKeys) = (.lines, true)
        case .arrival: mode = .lines
        }
        if order.isStrict {
            precondition(mode == .lines, "an order that is strict is one of tasks")
            mode = .strict
        }
        let count = mode == .lines ? kinds.poolCount + 1 : 1
        lines = [WaitingLine](repeating: WaitingLine(), count: count)
        workflowLine = WaitingLine()
        (waitingCount, waitingCores, isChoosing) = (0, 0, false)
    }

    /// Goes on under another rule. What waits is tried again by that one, and workflows that are here are planned by it, if
    /// it plans, but for what already runs.
    public mutating func use(_ rule: SimulationRule) {
        if !isStarted { return prepare(rule) }
        for number in workflows.indices {
            queues[number].waiting = WaitingLine()
            queues[number].listed = nil
            workflows[number].placedPathEnd = nil
        }
        for slot in tasks.indices { tasks[slot].isPlanned = false }
        endReservation()
        fresh.removeAll(keepingCapacity: true)
        oldest.removeAll(keepingCapacity: true)
        firstOldest = 0
        prepare(rule)
        let here = workflows.indices.filter { workflows[$0].isAlive }.sorted {
            workflows[$0].place < workflows[$1].place
        }
        for number in here {
            let arrival = arrival(of: number)
            let keys = keys(of: arrival, place: workflows[number].place)
            if let planning = rule.planning { plan(number, arrival, by: planning) }
            for task in 0..<workflows[number].count {
                let slot = workflows[number].base + task
                if let keys { tasks[slot].key = keys[task] }
                guard tasks[slot].stage == .waiting else { continue }
                if case .task(let key) = order.key { tasks[slot].key = key(task, tasks[slot].ready) }
                if rule.planning != nil, awaitPlan(slot) { continue }
                fresh.append(entry(of: slot))
                if hasPatience { oldest.append((slot, tasks[slot].stamp)) }
            }
        }
        oldest.sort { (tasks[$0.slot].ready, $0.slot) < (tasks[$1.slot].ready, $1.slot) }
        releaseAll()
    }

    /// The arrival that a workflow came by, with what it asks for by now.
    private func arrival(of number: Int) -> Arrival {
        let state = workflows[number]
        let slots = tasks[state.base..<state.base + state.count]
        return Arrival(
            at: state.arrived, instances[number], weight: state.weight,
            deadline: state.deadline < .infinity ? state.deadline - state.arrived : nil,
            forecast: slots.map(\.expected), deviations: state.deviations, memoryRequests: slots.map(\.memory))
    }

    /// A copy on which nothing more arrives or goes wrong by chance, and every task takes as long as rules believe: what a
    /// rule can look ahead in. What runs already and is overdue ends at once.
    ///
    /// - Parameter isTrue: lets every task take as long as it will, and attempts fail that hold too little memory, which only the
    ///   twin knows.
    public func outlook(under rule: SimulationRule, isTrue: Bool = false) -> VirtualCluster {
        var copy = VirtualCluster(self)
        if !isTrue { copy.believe() }
        copy.use(rule)
        copy.place()
        return copy
    }

    private init(_ other: VirtualCluster) {
        self = other
        pull = nil
        nextArrival = nil
        nextArrivalAt = .infinity
        settings.failures = .none
        settings.failures.repairSeconds = other.settings.failures.repairSeconds
        settings.keepsTaskRecords = false
        result.records = []
        settings.disruptions = []
        disruptionsLeft = 0
        for number in workflows.indices { workflows[number].failureShares = nil }
    }

    /// Every task takes as long as rules believe, and holds enough memory: which requests are too small is known when attempts
    /// fail, not before.
    private mutating func believe() {
        for number in workflows.indices { workflows[number].mayLackMemory = false }
        for slot in tasks.indices {
            switch tasks[slot].stage {
            case .blocked, .waiting:
                tasks[slot].seconds = tasks[slot].expected
                tasks[slot].isTaken = true
            case .placed: expectEnd(of: slot)
            case .done, .skipped, .dropped: break
            }
        }
    }

    /// An attempt ends well when it is expected to.
    private mutating func expectEnd(of slot: Int) {
        let end = max(now, tasks[slot].start + duration(tasks[slot].expected, on: Int(tasks[slot].node)))
        guard end != tasks[slot].end || tasks[slot].outcome != .completed else { return }
        tasks[slot].outcome = .completed
        moveEnd(of: slot, to: end)
    }

    /// An attempt that is placed ends at another moment.
    mutating func moveEnd(of slot: Int, to end: Double) {
        tasks[slot].end = end
        scheduleEnd(of: slot)
    }
}
