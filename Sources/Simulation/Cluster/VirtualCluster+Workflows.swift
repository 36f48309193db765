import Glibc
import Kernels
import Workflows

/// How workflows come, how their tasks become ready, and how they go.
extension VirtualCluster {
    mutating func arrive(_ arrival: Arrival) {
        let instance = arrival.instance
        precondition(
            instance.cluster == cluster, "the workflow \"\(instance.workflow.name)\" was made for another cluster")
        let place = result.workflows.count
        result.workflows.append(
            .init(arrived: arrival.at, completed: nil, missedDeadline: false, attempts: 0, failures: 0))
        let count = instance.taskCount
        let base = rows.allocate(count, in: &tasks)
        let groupCount = (instance.groups.max() ?? -1) + 1
        let lacks = zip(arrival.memoryRequests ?? instance.memory, instance.neededMemory).contains { $0 < $1 }
        var state = WorkflowState(
            place: place, base: base, count: count, firstOrder: taskCount, arrived: arrival.at,
            weight: arrival.weight, deadline: arrival.deadline.map { arrival.at + $0 } ?? .infinity,
            mayLackMemory: lacks || settings.failures.memoryDeviation > 0, unfinished: count,
            hasTransfers: instance.hasTransfers, hasChoices: instance.hasChoices, hasDeadlines: instance.hasDeadlines,
            groupNodes: [Int32](repeating: -1, count: groupCount), deviations: arrival.deviations,
            failureShares: arrival.failures)
        taskCount += count
        alive += 1
        let number = unusedWorkflows.popLast() ?? workflows.count
        fill(base, arrival, &state, number: number)
        keep(state, instance, number)
        if instance.hasChoices { choose(number) }
        if count == 0 { return depart(number) }
        if let planning = rule.planning { plan(number, arrival, by: planning) }
        for slot in base..<base + count where tasks[slot].blockers == 0 { becomeReady(slot) }
        skipUntaken()
    }

    private mutating func keep(_ state: WorkflowState, _ instance: SchedulingInstance, _ number: Int) {
        if number == workflows.count {
            workflows.append(state)
            instances.append(instance)
            children.append(instance.children)
            childOffsets.append(instance.childOffsets)
            queues.append(WorkflowQueue())
        } else {
            workflows[number] = state
            instances[number] = instance
            children[number] = instance.children
            childOffsets[number] = instance.childOffsets
        }
    }

    private mutating func fill(_ base: Int, _ arrival: Arrival, _ state: inout WorkflowState, number: Int) {
        let instance = arrival.instance
        let keys = keys(of: arrival, place: state.place)
        for task in 0..<state.count {
            let expected = arrival.forecast?[task] ?? instance.runtimes[task]
            let stamp = tasks[base + task].stamp
            tasks[base + task] = TaskState(
                seconds: instance.runtimes[task], expected: expected, cores: instance.cores[task],
                memory: arrival.memoryRequests?[task] ?? instance.memory[task], priority: instance.priorities[task],
                key: keys?[task] ?? 0, workflow: Int32(number),
                blockers: Int32(instance.parentCount(of: task)),
                pool: Int32(instance.needs[instance.needOf[task]].pool), group: Int32(instance.groups[task]),
                stamp: stamp)
            state.remainingCoreSeconds += expected * instance.cores[task]
        }
        state.unplacedCoreSeconds = state.remainingCoreSeconds
        guard order.choice != nil, let keys else { return }
        arrivedCoreSeconds += state.remainingCoreSeconds
        arrivedPathSeconds -= min(0, keys.min() ?? 0)
        for priority in instance.priorities { arrivedPriority = max(arrivedPriority, priority.magnitude) }
    }

    /// Draws which branches are taken, and how often loops run: their number is geometric with the expected one as its
    /// mean, P(k) = (1 - 1/m)^(k - 1) / m.
    private mutating func choose(_ number: Int) {
        let (base, place) = (workflows[number].base, workflows[number].place)
        for (task, here) in instances[number].workflow.tasks.enumerated() {
            var generator = SeededGenerator(seed: settings.seed, place, task, 0)
            let isTaken = generator.uniformDouble() < here.wishes.branchProbability ?? 1
            tasks[base + task].isTaken = isTaken
            guard isTaken, let mean = here.wishes.expectedIterations, mean > 1 else { continue }
            tasks[base + task].seconds = min(
                tasks[base + task].seconds * generator.geometric(mean: mean), SchedulingInstance.longestSeconds)
        }
    }

    mutating func becomeReady(_ slot: Int) {
        let workflow = Int(tasks[slot].workflow)
        tasks[slot].ready = now
        let place = slot - workflows[workflow].base
        if workflows[workflow].hasChoices, tasks[slot].attempt == 1 {
            let isOpen = instances[workflow].parentCount(of: place) == 0 || tasks[slot].hasTakenParent
            guard tasks[slot].isTaken && isOpen else {
                untaken.append(slot)
                return
            }
        }
        tasks[slot].stage = .waiting
        if asksForKeys, case .task(let key) = order.key { tasks[slot].key = key(place, now) }
        if !planned.isEmpty, awaitPlan(slot) { return }
        fresh.append(entry(of: slot))
        if hasPatience { oldest.append((slot, tasks[slot].stamp)) }
    }

    /// What lies on branches that are not taken ends as soon as it could start.
    mutating func skipUntaken() {
        while let slot = untaken.popLast() {
            tasks[slot].stage = .skipped
            tasks[slot].end = now
            if tasks[slot].isPlanned { unplanTask(slot) }
            finishTask(slot)
        }
    }

    /// A task has ended well.
    mutating func complete(_ slot: Int) {
        tasks[slot].stage = .done
        result.tasks += 1
        judge(slot)
        finishTask(slot)
        if !untaken.isEmpty { skipUntaken() }
    }

    /// Compares the seconds that a task took with those that were believed.
    private mutating func judge(_ slot: Int) {
        let (seconds, expected) = (tasks[slot].seconds, tasks[slot].expected)
        guard seconds > 0, expected > 0 else { return }
        let number = Int(tasks[slot].workflow)
        workflows[number].judged += 1
        if seconds != expected { workflows[number].overruns += log(seconds / expected) }
    }

    private mutating func finishTask(_ slot: Int) {
        let number = Int(tasks[slot].workflow)
        let (base, place) = (workflows[number].base, slot - workflows[number].base)
        let isDone = tasks[slot].stage == .done
        if !isDone { workflows[number].unplacedCoreSeconds -= tasks[slot].expected * tasks[slot].cores }
        workflows[number].unfinished -= 1
        workflows[number].remainingCoreSeconds -=
            tasks[slot].expected * tasks[slot].cores
        if workflows[number].hasDeadlines,
            now > workflows[number].arrived + instances[number].deadlines[place], isDone
        {
            workflows[number].missedTaskDeadline = true
        }
        for child in Int(childOffsets[number][place])..<Int(childOffsets[number][place + 1]) {
            let next = base + Int(children[number][child])
            if isDone { tasks[next].hasTakenParent = true }
            tasks[next].blockers -= 1
            if tasks[next].blockers == 0 { becomeReady(next) }
        }
        if workflows[number].unfinished == 0 { depart(number) } else { reposition(number) }
    }

    /// The workflow ends, well unless tasks are left.
    mutating func depart(_ number: Int) {
        let state = workflows[number]
        let isComplete = state.unfinished == 0
        result.workflows[state.place].completed = isComplete ? now : nil
        result.workflows[state.place].missedDeadline =
            state.missedTaskDeadline || (isComplete ? now > state.deadline : state.deadline < .infinity)
        if result.workflows[state.place].missedDeadline { missedDeadlines += 1 }
        result.workflows[state.place].attempts = state.attempts
        result.workflows[state.place].failures = state.failures
        result.ended = max(result.ended, now)
        alive -= 1
        workflows[number].isAlive = false
        reposition(number)
        rows.release(state.base, state.count)
        unusedWorkflows.append(number)
    }
}

extension SeededGenerator {
    /// How often something is tried until it succeeds, where that happens once in `mean` trials: 1, 2, ...
    mutating func geometric(mean: Double) -> Double {
        let (miss, all) = (Glibc.log(1 - uniformDouble()), Glibc.log1p(-1 / mean))
        return mean > 1 ? 1 + (miss / all).rounded(.down) : 1
    }
}
