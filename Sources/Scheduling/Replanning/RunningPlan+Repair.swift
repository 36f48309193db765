import Simulation

extension RunningPlan {
    /// The part by which the time that is left may be longer after a local repair than after full replanning.
    public static let stabilityTolerance = 0.02

    /// The plan after `disruption`: repaired locally, compared with planning anew all that has not started.
    ///
    /// A local repair moves only tasks within `editRadius` steps of the disruption (see ``EditRegion``); all others keep
    /// their nodes and their order there, and only their times change. Of the radii up to that one the one after which the
    /// last task ends first is taken, of equal ones the smallest, with right-shift, which moves nothing that has a place,
    /// as the first: a local repair is never worse than that. It is taken unless full replanning would make the time that
    /// is left shorter by more than `tolerance` of it, because people and machines have prepared for the plan that there is.
    ///
    /// Right-shift and affected operations: Abumaizar and Svestka, "Rescheduling job shops under random disruptions", 1997.
    /// The bounded edit radius: Geng and Chang, "ALAS: transactional and dynamic multi-agent LLM planning", 2025. Planning
    /// anew uses HEFT's ranks and, as a second try, the order of the plan.
    ///
    /// - Parameter isOver: whether time is over; right-shift always ends.
    /// - Throws: `InputError` where the disruption names what is not there, a task fits on no node that is left, or what
    ///   runs holds more than its node has.
    public func repair(
        after disruption: PlanDisruption, editRadius: Int = 2, tolerance: Double = RunningPlan.stabilityTolerance,
        isOver: () -> Bool = { false }
    ) throws -> Repair {
        let disturbed = try disturbed(by: disruption)
        return try Repairing(disturbed).repair(editRadius: editRadius, tolerance: tolerance, isOver: isOver)
    }
}

/// The ways to repair a plan.
struct Repairing {
    private let disturbed: DisturbedPlan
    private let order: [Int]

    init(_ disturbed: DisturbedPlan) {
        self.disturbed = disturbed
        let plan = disturbed.plan
        order = PlanExecution.order(of: plan.timetable, for: plan.instance, started: plan.started)
    }

    func repair(editRadius: Int, tolerance: Double, isOver: () -> Bool) throws -> Repair {
        precondition(editRadius >= 0, "an edit radius of \(editRadius)")
        let shifted = try rightShifted()
        var best = (plan: shifted, way: Repair.Way.rightShift, isFree: EditRegion(disturbed).isFree)
        var region = EditRegion(disturbed)
        for radius in 0...editRadius {
            guard radius == 0 || region.grow(isFirst: radius == 1) else {
                if radius == 1 { continue }
                break
            }
            guard
                let plan = try RemainderPlacer.placed(
                    disturbed.plan, order: order, isFree: region.isFree, isOver: isOver)
            else { break }
            if plan.makespan < best.plan.makespan { best = (plan, .local(radius: radius), region.isFree) }
        }
        let full = try replanned(isOver: isOver)
        let local = best
        // Each is valid before it is compared.
        for plan in [shifted, local.plan] + (full.map { [$0] } ?? []) { try plan.check() }
        let left = full.map { (local: local.plan.makespan - local.plan.now, full: $0.makespan - $0.now) }
        if let full, let left, left.local > left.full * (1 + tolerance) {
            best = (full, .full, [Bool](repeating: true, count: order.count))
        }
        return Repair(
            plan: best.plan, way: best.way, edited: edited(best.plan, isFree: best.isFree),
            rightShiftMakespan: shifted.makespan, localMakespan: local.plan.makespan, fullMakespan: full?.makespan,
            reason: reason(left, isFull: best.way == .full, tolerance))
    }

    /// Everything that has a place keeps its node and its order; what has none is put behind it.
    func rightShifted() throws -> RunningPlan {
        let isFree = EditRegion(disturbed).isFree
        var isLast = isFree
        for task in disturbed.lost { isLast[task] = false }
        let plan = try RemainderPlacer.placed(
            disturbed.plan, order: order, isFree: isFree, isLast: isLast, isOver: { false })
        guard let plan else { preconditionFailure("without a bound on time it ends") }
        return plan
    }

    /// All that has not started, planned anew; nil if there is no time for it.
    func replanned(isOver: () -> Bool) throws -> RunningPlan? {
        let plan = disturbed.plan
        let isFree = [Bool](repeating: true, count: order.count)
        let byRank = HEFT.order(of: plan.instance)
        guard let ranked = try RemainderPlacer.placed(plan, order: byRank, isFree: isFree, isOver: isOver) else {
            return nil
        }
        let inOrder = try RemainderPlacer.placed(plan, order: order, isFree: isFree, isOver: isOver)
        guard let inOrder, inOrder.makespan < ranked.makespan else { return ranked }
        return inOrder
    }

    private func reason(_ left: (local: Double, full: Double)?, isFull: Bool, _ tolerance: Double) -> String {
        guard let left else { return "there was no time to plan anew" }
        let gain = left.local > 0 ? (left.local - left.full) / left.local * 100 : 0
        let percent = "\((gain * 10).rounded() / 10) % of the time that is left"
        if isFull {
            return "planning anew saves \(percent), more than the \(tolerance * 100) % that stability is worth"
        }
        return gain > 0
            ? "planning anew would save \(percent), which stability is worth" : "planning anew would save nothing"
    }

    /// Tasks that may be moved and have another node than before, or another place among those that stayed on theirs.
    private func edited(_ after: RunningPlan, isFree: [Bool]) -> [Int] {
        let before = disturbed.plan.timetable
        var staying = [[Int]](repeating: [], count: after.instance.nodeCount)
        var edited: [Int] = []
        for task in order where after.progress[task] == .planned {
            if before.nodes[task] != after.timetable.nodes[task] {
                edited.append(task)
            } else {
                staying[before.nodes[task]].append(task)
            }
        }
        for tasks in staying {
            let places = tasks.indices.sorted {
                let (first, second) = (after.timetable.starts[tasks[$0]], after.timetable.starts[tasks[$1]])
                return first != second ? first < second : $0 < $1
            }
            var isInverted = [Bool](repeating: false, count: places.count)
            var (most, least) = (-1, places.count)
            for (rank, place) in places.enumerated() {
                if most > place { isInverted[rank] = true }
                most = max(most, place)
            }
            for (rank, place) in places.enumerated().reversed() {
                if least < place { isInverted[rank] = true }
                least = min(least, place)
            }
            edited += places.indices.filter { isInverted[$0] && isFree[tasks[places[$0]]] }.map { tasks[places[$0]] }
        }
        return edited.sorted()
    }
}
