import Kernels
import Workflows

/// What happens to nodes.
extension VirtualCluster {
    mutating func happen(_ event: NodeEvent) {
        switch event {
        case .failure(let node): fail(node)
        case .repair(let node): repair(node)
        case .disruption(let place):
            guard settings.disruptions.indices.contains(place) else { return }
            disruptionsLeft -= 1
            let disruption = settings.disruptions[place]
            switch disruption.change {
            case .joins: join(disruption.node)
            case .leaves: leave(disruption.node)
            case .slows(let factor): slow(disruption.node, to: factor)
            }
        }
    }

    /// Draws when a node that is up goes down.
    mutating func scheduleFailure(of node: Int) {
        guard let mean = settings.failures.secondsBetweenNodeFailures, !nodes[node].isAbsent else { return }
        var generator = SeededGenerator(seed: settings.seed, -1, node, nodes[node].failures)
        nodes[node].failures += 1
        nodes[node].failsAt = now + generator.exponential(mean: mean)
        events.insert(NodeEvent.failure(node: node).code, at: nodes[node].failsAt)
    }

    private mutating func fail(_ node: Int) {
        // One that has left since, or was drawn before that, does not count.
        guard settings.failures.secondsBetweenNodeFailures != nil, nodes[node].failsAt == now, !nodes[node].isAbsent,
            !nodes[node].isDown
        else { return }
        nodes[node].isDown = true
        downNodes += 1
        lose(node)
        nodes[node].repairedAt = now + settings.failures.repairSeconds
        events.insert(NodeEvent.repair(node: node).code, at: nodes[node].repairedAt)
    }

    private mutating func repair(_ node: Int) {
        // One that has left since, and failed again, is repaired later.
        guard nodes[node].isDown, nodes[node].repairedAt == now else { return }
        nodes[node].isDown = false
        downNodes -= 1
        regain(node)
    }

    private mutating func join(_ node: Int) {
        guard nodes[node].isAbsent else { return }
        nodes[node].isAbsent = false
        availableCores += nodes[node].cores
        regain(node)
    }

    mutating func leave(_ node: Int) {
        guard !nodes[node].isAbsent else { return }
        nodes[node].isAbsent = true
        availableCores -= nodes[node].cores
        if nodes[node].isDown {
            nodes[node].isDown = false
            downNodes -= 1
        } else {
            lose(node)
        }
        // What must share a node with something that ran there shares another one now.
        for number in workflows.indices where workflows[number].isAlive {
            for group in workflows[number].groupNodes.indices
            where Int(workflows[number].groupNodes[group]) == node {
                workflows[number].groupNodes[group] = -1
            }
        }
    }

    /// A node is off, and what ran there waits again.
    private mutating func lose(_ node: Int) {
        room.close(node)
        unplan(node)
        for slot in tasks.indices where tasks[slot].stage == .placed && Int(tasks[slot].node) == node {
            release(slot, .nodeLost)
            retry(slot, after: .nodeLost)
        }
        // It may have been off for long.
        endTimeOn(node, at: min(now, nodes[node].idleSince + ResourceUse.idleSeconds))
        nodes[node].idleSince = -.infinity
    }

    private mutating func regain(_ node: Int) {
        room.open(node)
        markReleased(node)
        scheduleFailure(of: node)
    }

    private mutating func slow(_ node: Int, to factor: Double) {
        let change = nodes[node].factor / factor
        nodes[node].factor = factor
        for slot in tasks.indices where tasks[slot].stage == .placed && Int(tasks[slot].node) == node {
            let from = max(now, tasks[slot].start)
            moveEnd(of: slot, to: from + (tasks[slot].end - from) * change)
        }
    }
}
