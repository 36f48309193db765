import Kernels
import Workflows

extension VirtualCluster {
    /// What happens at a moment that is not the end of a task; tasks have numbers that are not negative.
    enum NodeEvent {
        case failure(node: Int)
        case repair(node: Int)
        case disruption(Int)

        var code: Int {
            switch self {
            case .failure(let node): ~(node << 2)
            case .repair(let node): ~((node << 2) | 1)
            case .disruption(let place): ~((place << 2) | 2)
            }
        }

        init(code: Int) {
            let value = ~code
            switch value & 3 {
            case 0: self = .failure(node: value >> 2)
            case 1: self = .repair(node: value >> 2)
            default: self = .disruption(value >> 2)
            }
        }
    }

    private static let stampShift = 32

    /// Lets the attempt that is placed end when it will, and not when it would have before.
    mutating func scheduleEnd(of slot: Int) {
        tasks[slot].stamp = (tasks[slot].stamp &+ 1) & .max
        events.insert(slot | (Int(tasks[slot].stamp) << Self.stampShift), at: tasks[slot].end)
    }

    /// The first arrival tells when time begins.
    mutating func start() {
        isStarted = true
        pullArrival()
        guard let first = nextArrival else { return }
        result.began = first.at
        result.ended = first.at
        now = first.at
        var joining = [Bool?](repeating: nil, count: nodes.count)
        for (place, disruption) in settings.disruptions.enumerated() {
            precondition(nodes.indices.contains(disruption.node), "a disruption of node \(disruption.node)")
            events.insert(NodeEvent.disruption(place).code, at: max(now, disruption.at))
            disruptionsLeft += 1
        }
        for disruption in settings.disruptions.sorted(by: { $0.at < $1.at }) where joining[disruption.node] == nil {
            joining[disruption.node] = disruption.change == .joins
        }
        for node in nodes.indices where joining[node] == true { leave(node) }
        for node in nodes.indices { scheduleFailure(of: node) }
    }

    /// When something happens next; nil when nothing more can.
    var nextMoment: Double? {
        guard isStarted else { return -.infinity }
        if nextArrivalAt == .infinity {
            // What waits when nothing more can happen waits for ever.
            if alive == 0 || running == 0 && downNodes == 0 && disruptionsLeft == 0 { return nil }
            return events.earliest
        }
        return min(events.earliest ?? .infinity, nextArrivalAt)
    }

    private mutating func pullArrival() {
        nextArrival = pull?()
        nextArrivalAt = nextArrival?.at ?? .infinity
        precondition(nextArrivalAt >= now, "an arrival at \(nextArrivalAt) behind \(now)")
    }

    /// Runs everything that happens up to and with the moment `limit`.
    ///
    /// - Returns: whether something remains to be run.
    @discardableResult
    public mutating func advance(until limit: Double) -> Bool {
        if hasLeftRoom { tryAll() }
        while let moment = nextMoment {
            guard moment <= limit else { return true }
            step(to: moment)
            place()
        }
        return false
    }

    /// Runs up to the next moment at which a workflow arrives, and lets everything happen there but the placing of tasks,
    /// which is done by the rule when the simulation goes on.
    ///
    /// - Returns: whether one arrived.
    public mutating func advanceToArrival() -> Bool {
        if hasLeftRoom { tryAll() }
        while let moment = nextMoment {
            let count = result.workflows.count
            step(to: moment)
            if result.workflows.count > count {
                hasLeftRoom = true
                return true
            }
            place()
        }
        return false
    }

    /// The workflows that have arrived and not ended, by their places among the arrivals.
    public var alivePlaces: [Int] { workflows.lazy.filter(\.isAlive).map(\.place).sorted() }

    /// Expected core-seconds of the tasks that have not ended, of each workflow that has arrived and not ended, in no order.
    public var remainingCoreSeconds: [Double] {
        workflows.lazy.filter(\.isAlive).map { max(0, $0.remainingCoreSeconds) }
    }

    /// Lets happen what happens at the next moment, without placing anything.
    mutating func step(to next: Double) {
        if !isStarted {
            start()
            guard nextArrival != nil else { return }
        }
        let moment = next == -.infinity ? now : next
        precondition(moment >= now, "time runs back from \(now) to \(moment)")
        if moment > now {
            heldCoreSeconds += usedCores * (moment - now)
            workflowSeconds += Double(alive) * (moment - now)
            result.availableCoreSeconds += availableCores * (moment - now)
            now = moment
        }
        while events.earliest == moment {
            let event = events.pop()
            if event < 0 { happen(NodeEvent(code: event)) } else { end(event) }
        }
        while nextArrivalAt == moment, let arrival = nextArrival {
            pullArrival()
            arrive(arrival)
        }
    }

    private mutating func end(_ event: Int) {
        let slot = event & ((1 << Self.stampShift) - 1)
        guard Int(tasks[slot].stamp) == event >> Self.stampShift, tasks[slot].stage == .placed else { return }
        let outcome = tasks[slot].outcome
        release(slot, outcome)
        if outcome == .completed { complete(slot) } else { retry(slot, after: outcome) }
    }
}
