extension VirtualCluster {
    /// What is wrong with the state of the simulation, counted anew from its tasks; nil if nothing is.
    ///
    /// No core and no byte is held twice or lost: what is free on a node and what its tasks hold is what it has, and the
    /// core-seconds held moment by moment are those of the attempts. Every task of a workflow that is alive is in one stage,
    /// waits in one line, and waits for as many parents as have not ended; what is planned on a node is still to run there.
    public func violatedInvariant() -> String? {
        var cores = [Double](repeating: 0, count: nodes.count)
        var memory = cores
        var counts = [Int](repeating: 0, count: nodes.count)
        var (placed, waiting, pending) = (0, 0, 0.0)
        for slot in tasks.indices {
            let state = tasks[slot]
            if state.stage == .waiting && !state.isPlanned { waiting += 1 }
            guard state.stage == .placed else { continue }
            let node = Int(state.node)
            cores[node] += state.cores
            memory[node] += state.memory
            counts[node] += 1
            placed += 1
            pending += state.cores * (now - state.placed)
            if state.placed > now || state.start < state.placed || state.end < max(state.start, now) {
                return
                    "the task in slot \(slot) is placed at \(state.placed), from \(state.start) to \(state.end), at \(now)"
            }
        }
        for node in nodes.indices {
            let free = room.free(on: node)
            let kind = kinds.of(node)
            let isRight =
                abs(free.cores + cores[node] - kind.cores) <= 1e-9 * kind.cores && free.cores >= -1e-9 * kind.cores
                && (kind.memory == .infinity
                    || abs(free.memory + memory[node] - kind.memory) <= 1e-9 * kind.memory
                        && free.memory >= -1e-9 * kind.memory)
            guard isRight, free.held == counts[node] else {
                return "the node \(node) has \(free) free while its \(counts[node]) tasks hold \(cores[node]) cores"
            }
            if nodes[node].isDown || nodes[node].isAbsent, counts[node] > 0 { return "the node \(node) is not there" }
        }
        guard placed == running else { return "\(placed) tasks are placed, \(running) counted" }
        let inLines =
            ordersWorkflows
            ? queues.reduce(0) { $0 + $1.waiting.count } : lines.reduce(0) { $0 + $1.count }
        guard inLines == waitingCount, inLines + fresh.count == waiting else {
            return "\(waiting) tasks wait, \(inLines) of them in lines, \(waitingCount) counted, \(fresh.count) new"
        }
        let attempts = result.coreSeconds + pending
        guard abs(attempts - heldCoreSeconds) <= 1e-6 * max(1, attempts) else {
            return "attempts hold \(attempts) core-seconds, moments \(heldCoreSeconds)"
        }
        return violatedPlan() ?? violatedWorkflow()
    }

    private func violatedPlan() -> String? {
        for (node, line) in planned.enumerated() {
            for task in line.tasks[line.first...] {
                let state = tasks[task.slot]
                guard state.isPlanned, Int(state.node) == node, state.stage == .blocked || state.stage == .waiting
                else {
                    return
                        "the task in slot \(task.slot), which is \(state.stage), stands in the line of the node \(node)"
                }
            }
        }
        return nil
    }

    private func violatedWorkflow() -> String? {
        let here = workflows.filter(\.isAlive)
        guard here.count == alive else { return "\(here.count) workflows are alive, \(alive) counted" }
        let rows = here.filter { $0.count > 0 }.sorted { $0.base < $1.base }
        for (row, next) in zip(rows, rows.dropFirst()) where row.base + row.count > next.base {
            return "the workflows \(row.place) and \(next.place) share slots"
        }
        for number in workflows.indices where workflows[number].isAlive {
            let (workflow, instance) = (workflows[number], instances[number])
            var blockers = [Int](repeating: 0, count: workflow.count)
            var (unfinished, held, remaining) = (0, 0.0, 0.0)
            for task in 0..<workflow.count {
                let state = tasks[workflow.base + task]
                if state.stage == .placed { held += state.cores }
                if state.stage == .done || state.stage == .skipped { continue }
                unfinished += 1
                remaining += state.expected * instance.cores[task]
                for child in instance.graph.children(of: task) { blockers[child] += 1 }
            }
            guard unfinished == workflow.unfinished, abs(held - workflow.coresHeld) < 1e-6,
                abs(remaining - workflow.remainingCoreSeconds) <= 1e-6 * max(1, remaining)
            else { return "the workflow \(workflow.place) holds \(held) cores, \(unfinished) of its tasks are left" }
            for task in 0..<workflow.count {
                let state = tasks[workflow.base + task]
                guard Int(state.blockers) == blockers[task], (state.stage == .blocked) == (blockers[task] > 0) else {
                    return "the task \(task) of \(workflow.place) is \(state.stage) behind \(state.blockers) parents"
                }
            }
        }
        return nil
    }
}
