extension MachineSchedule {
    /// Computes anew what depends on `task`, which stood between `before` and `behind`.
    mutating func update(_ task: Int, leaving before: Int, _ behind: Int) {
        var (low, high) = (Int(position[task]), Int(position[task]))
        func dirty(_ other: Int, _ isDirty: inout [Bool]) {
            guard other >= 0 else { return }
            isDirty[other] = true
            low = min(low, Int(position[other]))
            high = max(high, Int(position[other]))
        }
        dirty(task, &isDirty)
        dirty(behind, &isDirty)
        dirty(successor(task), &isDirty)
        for edge in problem.childEdges(task) {
            dirty(Int(problem.children[edge]), &isDirty)
        }
        updateHeads(from: low, to: high)
        (low, high) = (Int(position[task]), Int(position[task]))
        dirty(task, &isDirty)
        dirty(before, &isDirty)
        dirty(predecessor(task), &isDirty)
        for edge in problem.parentEdges(task) {
            dirty(Int(problem.parents[edge]), &isDirty)
        }
        updateTails(from: high, to: low)
        updateMakespan()
    }

    /// The moment at which the files of `task` are on its node.
    func arrival(_ task: Int) -> Double { arrival(task, on: node(task)) }

    /// The moment at which the files of `task` would be on a node.
    func arrival(_ task: Int, on here: Int32) -> Double {
        var arrival = 0.0
        for edge in problem.parentEdges(task) {
            let parent = Int(problem.parents[edge])
            let end = heads[parent] + lengths[parent]
            arrival = max(arrival, node(parent) == here ? end : end + problem.parentTransfers[edge])
        }
        return arrival
    }

    /// The longest time from the end of `task` to the end of all through its children.
    func departure(_ task: Int) -> Double { departure(task, on: node(task)) }

    /// The same if `task` were on a node.
    func departure(_ task: Int, on here: Int32) -> Double {
        var departure = 0.0
        for edge in problem.childEdges(task) {
            let child = Int(problem.children[edge])
            let rest = lengths[child] + tails[child]
            departure = max(departure, node(child) == here ? rest : rest + problem.childTransfers[edge])
        }
        return departure
    }

    mutating func updateHeads(from low: Int, to high: Int) {
        var (place, last) = (low, high)
        while place <= last {
            let task = Int(order[place])
            place += 1
            guard isDirty[task] else { continue }
            isDirty[task] = false
            var head = arrival(task)
            let before = predecessor(task)
            if before >= 0 { head = max(head, heads[before] + lengths[before]) }
            // The length of the task that is moved changes too, but what depends on it is marked already.
            guard head != heads[task] else { continue }
            heads[task] = head
            let behind = successor(task)
            if behind >= 0 {
                isDirty[behind] = true
                last = max(last, Int(position[behind]))
            }
            for edge in problem.childEdges(task) {
                let child = Int(problem.children[edge])
                isDirty[child] = true
                last = max(last, Int(position[child]))
            }
        }
    }

    mutating func updateTails(from high: Int, to low: Int) {
        var (place, first) = (high, low)
        while place >= first {
            let task = Int(order[place])
            place -= 1
            guard isDirty[task] else { continue }
            isDirty[task] = false
            var tail = departure(task)
            let behind = successor(task)
            if behind >= 0 { tail = max(tail, lengths[behind] + tails[behind]) }
            guard tail != tails[task] else { continue }
            tails[task] = tail
            let before = predecessor(task)
            if before >= 0 {
                isDirty[before] = true
                first = min(first, Int(position[before]))
            }
            for edge in problem.parentEdges(task) {
                let parent = Int(problem.parents[edge])
                isDirty[parent] = true
                first = min(first, Int(position[parent]))
            }
        }
    }

    mutating func updateMakespan() {
        makespan = 0
        for sink in problem.sinks { makespan = max(makespan, heads[Int(sink)] + lengths[Int(sink)]) }
    }
}
