import Kernels
import Simulation
import Workflows

/// The best that several rules and searches find for one workflow on an empty cluster.
///
/// The first rule always ends, so that there is an answer. The searches are run in slices of counted iterations, and between
/// their rounds the rules that are left, so that all that happens follows from the instance, the seed and what was learned
/// from others; time only ends it. Ended by time after k schedules, the same is found again by counting to k.
struct Portfolio {
    /// What was found.
    struct Found {
        var timetable: Timetable
        /// The name of the rule or the search that found it.
        var foundBy: String
        /// The rules that ended and the searches that found something, with the best of each, in the order in which they
        /// first did.
        var ended: [SchedulePlan.Alternative]
        /// The best timetable of each.
        private(set) var timetables: [Timetable]
        /// Schedules that were built and compared.
        var iterations = 1
        /// Whether all rules ended.
        var isWhole = true

        init(_ timetable: Timetable, by policy: SchedulingPolicy) {
            self.timetable = timetable
            foundBy = policy.rawValue
            ended = [SchedulePlan.Alternative(policy: foundBy, makespan: timetable.makespan)]
            timetables = [timetable]
        }

        /// Keeps what `name` came to, if that is the best of it so far.
        mutating func note(_ timetable: Timetable, of makespan: Double, by name: String) {
            guard let place = ended.firstIndex(where: { $0.policy == name }) else {
                ended.append(SchedulePlan.Alternative(policy: name, makespan: makespan))
                timetables.append(timetable)
                return
            }
            guard makespan < ended[place].makespan else { return }
            ended[place].makespan = makespan
            timetables[place] = timetable
        }

        /// Tasks, each counted for every alternative, up to which the costs of alternatives are counted: it takes a few
        /// milliseconds.
        private static let mostCounted = 20_000

        /// The alternatives with what each would cost, unless they are too many to be counted in passing.
        func alternatives(of instance: SchedulingInstance) -> [SchedulePlan.Alternative] {
            guard instance.taskCount * ended.count <= Self.mostCounted else { return ended }
            return zip(ended, timetables).map { alternative, timetable in
                var alternative = alternative
                alternative.cost = ResourceUse(timetable, of: instance).cost
                return alternative
            }
        }
    }

    /// What it may do, and where it must end.
    struct Limits {
        /// Schedules at the most.
        var iterations = Int.max
        var seed: UInt64 = 0
        /// Whether searches follow the rules.
        var hasSearches = true
        /// Members beside the rules, tried behind the first.
        var proposers: [any PlanProposer] = []
    }

    private let instance: SchedulingInstance
    private let limits: Limits
    private var found: Found
    private var makespan: Double
    private let goal: Double
    private var generator: SeededGenerator
    /// Whether a rule did not end in time.
    private var isCutOff = false
    /// Schedules that the searches built since something better was found.
    private var stale = 0

    private init(_ instance: SchedulingInstance, _ first: SchedulingPolicy, _ limits: Limits) {
        self.instance = instance
        self.limits = limits
        found = first.find(instance) { false }
        makespan = found.timetable.makespan
        // Sums in another order differ in their last bits.
        goal = instance.lowerBound * (1 + 1e-12)
        generator = SeededGenerator(seed: limits.seed)
    }

    /// The shortest timetable that `rules` and searches find before `isOver`, or within the limits; of equal ones the first.
    /// The first rule always ends.
    ///
    /// - Parameter experience: what worked on other instances: it decides what is tried first, and how much each search gets.
    static func best(
        of rules: [SchedulingPolicy], for instance: SchedulingInstance, limits: Limits = Limits(),
        experience: inout SearchExperience, isOver: () -> Bool
    ) -> Found {
        var portfolio = Portfolio(instance, rules[0], limits)
        portfolio.run(rules.dropFirst(), &experience, isOver)
        return portfolio.found
    }

    /// The timetable of `planner`, or, if `isOver` comes before it, that of first in, first out, which always ends and is run only
    /// then.
    static func planned(
        by planner: any Planner, of policy: SchedulingPolicy, for instance: SchedulingInstance, isOver: () -> Bool
    ) -> Found {
        guard !isOver(), let timetable = planner.plan(instance, isOver: isOver) else {
            return SchedulingPolicy.fifo.find(instance, isOver: isOver)
        }
        return Found(timetable, by: policy)
    }
}

extension Portfolio {
    /// Schedules without anything better after which a search ends: where tasks are few that is soon.
    private var patience: Int { 2000 + 300 * instance.taskCount }

    private func isEnded(_ isOver: () -> Bool) -> Bool {
        makespan <= goal || found.iterations >= limits.iterations || stale >= patience || isOver()
    }

    private mutating func run(
        _ rules: ArraySlice<SchedulingPolicy>, _ experience: inout SearchExperience, _ isOver: () -> Bool
    ) {
        found.isWhole = rules.isEmpty || makespan <= goal
        guard !isEnded(isOver) else { return }
        for proposer in limits.proposers where !isEnded(isOver) { tryProposer(proposer, isOver) }
        guard !isEnded(isOver) else { return }
        let kind = SearchExperience.Kind(instance)
        var waiting = experience.sorted(Array(rules), by: \.rawValue, on: kind)
        let isSmall = instance.taskCount * instance.nodeCount <= Self.mostPairsForAll
        let left: Int
        if limits.hasSearches, CumulativeSearch.isBetterThanRules(for: instance) {
            // They would take the time in which it finds something better.
            left = waiting.count
        } else {
            left = isSmall || !limits.hasSearches ? 0 : max(0, waiting.count - Self.rulesFirst)
        }
        while waiting.count > left, !isEnded(isOver) { tryRule(waiting.removeFirst(), isOver) }
        guard limits.hasSearches, !isEnded(isOver) else { return end(waiting, kind, &experience) }
        var searches = Searches(instance, experience, kind)
        var round = 0
        while !isEnded(isOver) {
            round += 1
            let isSearching = searches.runRound(&self, isOver)
            if !waiting.isEmpty, !isEnded(isOver), !isSearching || round.isMultiple(of: Self.roundsPerRule) {
                tryRule(waiting.removeFirst(), isOver)
            } else if !isSearching {
                break
            }
        }
        searches.teach(&experience, kind)
        end(waiting, kind, &experience)
    }

    private mutating func end(
        _ waiting: [SchedulingPolicy], _ kind: SearchExperience.Kind, _ experience: inout SearchExperience
    ) {
        found.isWhole = makespan <= goal || (waiting.isEmpty && !isCutOff)
        experience.noteRules(found.ended, on: kind)
    }

    private mutating func tryProposer(_ proposer: any PlanProposer, _ isOver: () -> Bool) {
        guard let timetable = proposer.propose(instance, isOver: isOver) else { return }
        found.iterations += 1
        guard timetable.ends.count == instance.taskCount, (try? timetable.check(against: instance)) != nil else {
            return
        }
        note(timetable, by: proposer.name)
    }

    private mutating func tryRule(_ rule: SchedulingPolicy, _ isOver: () -> Bool) {
        let timetable =
            rule.planner.map { $0.plan(instance, isOver: isOver) } ?? rule.find(instance, isOver: isOver).timetable
        guard let timetable else {
            isCutOff = true
            return
        }
        found.iterations += 1
        note(timetable, by: rule.rawValue)
    }

    /// Keeps `timetable` if it is the shortest, and what its finder came to.
    private mutating func note(_ timetable: Timetable, by name: String) {
        let length = timetable.makespan
        found.note(timetable, of: length, by: name)
        guard length < makespan else { return }
        makespan = length
        stale = 0
        found.timetable = timetable
        found.foundBy = name
    }

    /// Rules that are tried before the searches begin, from the timetable of the best.
    private static let rulesFirst = 4
    /// Tasks times nodes up to which all of them are tried then: that takes a few milliseconds.
    private static let mostPairsForAll = 4000
    /// Rounds of the searches for each of the rules that are left.
    private static let roundsPerRule = 4
}

extension Portfolio {
    /// The searches that suit an instance, and how much each gets.
    private struct Searches {
        private var members: [any SearchMember] = []
        private var names: [String] = []
        /// Iterations of a slice, and slices that were run, and those that found something better.
        private let sliceIterations: Int
        private var slices: [Int]
        private var successes: [Int]
        private let shares: [Double]
        /// How much of its share each has had.
        private var passes: [Double]

        init(_ instance: SchedulingInstance, _ experience: SearchExperience, _ kind: SearchExperience.Kind) {
            let problem = SearchProblem(instance)
            for type in Portfolio.searches(for: problem) {
                guard let member = type.init(problem) else { continue }
                members.append(member)
                names.append(type.name)
                // Made for nothing else, and far better there than what is made for all.
                if type == CumulativeSearch.self { break }
            }
            sliceIterations = max(4, 100_000 / (problem.taskCount + problem.children.count + 100))
            slices = [Int](repeating: 0, count: members.count)
            successes = slices
            shares = names.enumerated().map { place, name in
                (place == 0 ? 1 : Portfolio.smallShare) * experience.share(of: name, on: kind)
            }
            passes = shares.map { 1 / $0 }
        }

        /// Runs a slice of the search that has had least of its share; false if there is none left.
        mutating func runRound(_ portfolio: inout Portfolio, _ isOver: () -> Bool) -> Bool {
            guard let place = passes.indices.min(by: { passes[$0] < passes[$1] }) else { return false }
            let slice = members[place].improve(
                portfolio.found.timetable,
                iterations: min(sliceIterations, portfolio.limits.iterations - portfolio.found.iterations),
                bound: portfolio.goal, using: &portfolio.generator, isOver: isOver)
            portfolio.found.iterations += slice.iterations
            portfolio.stale += slice.iterations
            if slice.iterations > 0 { slices[place] += 1 }
            passes[place] += 1 / shares[place]
            if let timetable = slice.timetable {
                successes[place] += 1
                portfolio.note(timetable, by: names[place])
            }
            if slice.iterations == 0, !isOver() { passes[place] = .infinity }
            return passes.contains { $0 < .infinity }
        }

        /// Notes what each search came to.
        func teach(_ experience: inout SearchExperience, _ kind: SearchExperience.Kind) {
            for (place, name) in names.enumerated() where slices[place] > 0 {
                experience.note(name, tries: slices[place], successes: successes[place], on: kind)
            }
        }
    }

    /// What the searches behind the first get of its share.
    private static let smallShare = 0.1

    /// The searches for problems of a shape, the one that gets most first.
    private static func searches(for problem: SearchProblem) -> [any SearchMember.Type] {
        problem.hasMachines
            ? [CriticalTaskSearch.self, RuleSearch<MachineDecoder>.self, OrderSearch<MachineDecoder>.self]
            : [CumulativeSearch.self, OrderSearch<ResourceDecoder>.self, RuleSearch<ResourceDecoder>.self]
    }
}
