/// An application as its runs have shown it: kinds of task, how they hang together, and how many there are in a run.
///
/// A *stage* is the tasks of one process that wait for the same stages, which makes the stages a graph without cycles whatever
/// the processes are: what a task's ancestors are tells what it is. WfCommons tells tasks apart likewise (Coleman and
/// others, "WfCommons: A framework for enabling scientific workflow research and development", 2022, section 4). Between two
/// stages a pattern says which tasks wait for which, so that a run of any size can be drawn.
public struct FittedApplication: Sendable, Hashable {
    /// Where the dependencies come from.
    public enum Structure: String, Sendable, CaseIterable {
        /// From recorded graphs.
        case recorded
        /// No graph was recorded: a task waits for the one of its sample that ended before it.
        case chains
        /// No graph was recorded, and times tell no order: no task waits.
        case independent
    }

    /// Which tasks of a stage wait for which of an earlier one.
    public enum Pattern: Sendable, Hashable {
        /// Each waits for all of them.
        case all
        /// They are divided among the tasks that wait: each of them has one that waits for it.
        case gather
        /// Each waits for so many of them, neighbours in their order, whatever the size of the run.
        case some(Distribution)
    }

    /// A stage that another one waits for.
    public struct Link: Sendable, Hashable {
        /// The stage that is waited for, by its place.
        public var stage: Int
        /// Which tasks wait for which.
        public var pattern: Pattern
        /// The part of a waiting task's input that comes from there.
        public var inputShare: Double
        /// The share of tasks that wait for any of them.
        public var coverage: Double

        /// A dependency on `stage`.
        public init(stage: Int, pattern: Pattern, inputShare: Double = 0, coverage: Double = 1) {
            self.stage = stage
            self.pattern = pattern
            self.inputShare = inputShare
            self.coverage = coverage
        }
    }

    /// Tasks of one process that wait for the same stages.
    public struct Stage: Sendable, Hashable {
        /// The kind of task, by its place in `tasks`.
        public var task: Int
        /// What they wait for, all of it before this stage.
        public var links: [Link]

        /// Tasks of the kind `task`.
        public init(task: Int, links: [Link] = []) {
            self.task = task
            self.links = links
        }
    }

    /// How many tasks of each stage a run had.
    public struct Shape: Sendable, Hashable {
        /// Tasks of each stage; 0 for one that the run did not have.
        public var counts: [Int]
        /// How often it is drawn.
        public var weight: Double

        /// A run of these tasks.
        public init(counts: [Int], weight: Double = 1) {
            self.counts = counts
            self.weight = weight
        }

        /// All tasks.
        public var total: Int { counts.reduce(0, +) }
    }

    /// Where its dependencies come from.
    public var structure: Structure
    /// Its kinds of task.
    public var tasks: [TaskModel]
    /// Its stages, each behind those that it waits for.
    public var stages: [Stage]
    /// Shapes of its runs.
    public var shapes: [Shape]
    /// How large a run is, over a recorded one: what grows with a run has so many times the tasks.
    public var scale: Double

    /// An application of these parts.
    public init(structure: Structure, tasks: [TaskModel], stages: [Stage], shapes: [Shape], scale: Double = 1) {
        self.structure = structure
        self.tasks = tasks
        self.stages = stages
        self.shapes = shapes
        self.scale = scale
    }

    /// For each stage whether it has as many tasks in a small run as in a large one: its count was the same in all recorded
    /// runs of different sizes, or, where these were of one size, it was 1.
    var isSteady: [Bool] {
        stages.indices.map { stage in
            let with = shapes.filter { $0.counts[stage] > 0 }
            guard let first = with.first else { return true }
            guard with.allSatisfy({ $0.counts[stage] == first.counts[stage] }) else { return false }
            return first.counts[stage] == 1 || with.contains { $0.total != first.total }
        }
    }

    /// How many tasks of each stage a run of `shape` has at `scale`, each no more than a workflow may have.
    func counts(of shape: Shape, scale: Double) -> [Int] {
        zip(shape.counts, isSteady).map { count, isSteady in
            let most = Double(SchedulingInstance.mostTasks)
            return count == 0 || isSteady ? count : max(1, Int(min((Double(count) * scale).rounded(), most)))
        }
    }
}
