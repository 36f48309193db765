extension MachineSchedule {
    /// Puts `task` on `target`, behind `index` tasks there, itself not counted; false, and nothing is changed, where a
    /// task would then have to wait for itself. An empty task goes to the node of `target` only.
    mutating func move(_ task: Int, to target: Int, at index: Int) -> Bool {
        let source = Int(machine[task])
        let (before, behind) = (predecessor(task), successor(task))
        let oldIndex = Int(place[task]) - Int(offsets[source])
        if !problem.isEmpty[task] { shift(task, to: target, at: index) }
        machine[task] = Int32(target)
        guard repairOrder(around: task) else {
            shift(task, to: source, at: oldIndex)
            machine[task] = Int32(source)
            return false
        }
        lengths[task] = problem.length(task, onMachine: target)
        update(task, leaving: before, behind)
        return true
    }

    /// Moves `task` within `sequence`.
    private mutating func shift(_ task: Int, to target: Int, at index: Int) {
        let source = Int(machine[task])
        let from = Int(place[task])
        var to = Int(offsets[target]) + index
        if target > source {
            to -= 1
            for between in (source + 1)...target { offsets[between] -= 1 }
        } else if target < source {
            for between in (target + 1)...source { offsets[between] += 1 }
        }
        if from < to {
            for place in from..<to { set(sequence[place + 1], at: place) }
        } else {
            for place in stride(from: from, to: to, by: -1) { set(sequence[place - 1], at: place) }
        }
        set(Int32(task), at: to)
        machine[task] = Int32(target)
    }

    private mutating func set(_ task: Int32, at place: Int) {
        sequence[place] = task
        self.place[Int(task)] = Int32(place)
    }

    /// Puts `task` and what hangs on it where the order is one of the new graph; false if there is none.
    private mutating func repairOrder(around task: Int) -> Bool {
        let (first, last) = (predecessor(task), successor(task))
        let here = Int(position[task])
        if first >= 0, Int(position[first]) > here { return moveBehind(first, from: here, task) }
        if last >= 0, Int(position[last]) < here { return moveBefore(last, from: here, task) }
        return true
    }

    private mutating func moveBehind(_ first: Int, from here: Int, _ task: Int) -> Bool {
        let end = Int(position[first])
        mark &+= 1
        marks[task] = mark
        moved.removeAll(keepingCapacity: true)
        moved.append(Int32(task))
        for place in (here + 1)...end {
            let other = Int(order[place])
            var isMarked = false
            for edge in problem.parentEdges(other)
            where marks[Int(problem.parents[edge])] == mark {
                isMarked = true
                break
            }
            if !isMarked {
                let before = predecessor(other)
                isMarked = before >= 0 && marks[before] == mark
            }
            if isMarked {
                marks[other] = mark
                moved.append(Int32(other))
            }
        }
        guard marks[first] != mark else { return false }
        var next = here
        for place in here...end where marks[Int(order[place])] != mark {
            order[next] = order[place]
            position[Int(order[next])] = Int32(next)
            next += 1
        }
        for other in moved {
            order[next] = other
            position[Int(other)] = Int32(next)
            next += 1
        }
        return true
    }

    private mutating func moveBefore(_ last: Int, from here: Int, _ task: Int) -> Bool {
        let begin = Int(position[last])
        mark &+= 1
        marks[task] = mark
        moved.removeAll(keepingCapacity: true)
        moved.append(Int32(task))
        for place in stride(from: here - 1, through: begin, by: -1) {
            let other = Int(order[place])
            var isMarked = false
            for edge in problem.childEdges(other)
            where marks[Int(problem.children[edge])] == mark {
                isMarked = true
                break
            }
            if !isMarked {
                let behind = successor(other)
                isMarked = behind >= 0 && marks[behind] == mark
            }
            if isMarked {
                marks[other] = mark
                moved.append(Int32(other))
            }
        }
        guard marks[last] != mark else { return false }
        var next = here
        for place in stride(from: here, through: begin, by: -1) where marks[Int(order[place])] != mark {
            order[next] = order[place]
            position[Int(order[next])] = Int32(next)
            next -= 1
        }
        for other in moved {
            order[next] = other
            position[Int(other)] = Int32(next)
            next -= 1
        }
        return true
    }
}
