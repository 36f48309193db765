import Files
import Kernels
import Workflows

/// A stream of workflows as a recipe: when they arrive, and which applications they are of.
///
/// It is what `tactus simulate fit` writes and `tactus simulate run` reads.
///
/// ```yaml
/// schemaVersion: 1
/// arrivals: {process: poisson, load: 0.7}      # or diurnal with hours, or bursty; or meanGapSeconds instead of load
/// count: 200                                   # or durationSeconds
/// deadlineFactor: {name: uniform, from: 2, to: 5}
/// requests: {}                                 # 1 to 8 cores, 1 to 32 GB
/// applications:
///   - {name: mine, weight: 3, workflow: mine.json}
///   - {name: trees, family: in-tree, tasks: 100, width: 3, communicationRatio: 0.5}
/// ```
public struct Workload: Sendable, Hashable {
    /// The version of the file's form that is written, and the only one that is read.
    public static let schemaVersion = 1
    /// Workflows of one stream, at the most.
    public static let mostArrivals = 10_000_000

    /// Where the workflows of an application come from.
    public enum Source: Sendable, Hashable {
        /// One workflow, drawn as it is: the path of a WfFormat file, relative to the workload's own.
        case workflow(path: String)
        /// Drawn as its runs were.
        case fitted(FittedApplication)
        /// Drawn from a synthetic family.
        case family(SyntheticFamily)
    }

    /// A kind of workflow in the stream.
    public struct Application: Sendable, Hashable {
        /// Its name, which no other application has.
        public var name: String
        /// How often it is drawn, over all the weights.
        public var weight: Double
        /// Where its workflows come from.
        public var source: Source

        /// An application drawn from `source`.
        public init(name: String, weight: Double = 1, source: Source) {
            self.name = name
            self.weight = weight
            self.source = source
        }
    }

    /// When the stream ends.
    public enum Extent: Sendable, Hashable {
        /// After so many workflows.
        case count(Int)
        /// When so many seconds have gone.
        case duration(seconds: Double)
    }

    /// When workflows arrive.
    public var arrivals: ArrivalProcess
    /// When the stream ends.
    public var extent: Extent
    /// What it is mixed of.
    public var applications: [Application]
    /// What tasks ask for; nil leaves them as they are.
    public var requests: RequestRule?
    /// When a workflow is due, in lengths of its critical path from its arrival on; nil: never.
    public var deadlineFactor: Distribution?
    /// What goes wrong with nodes and time limits.
    public var trouble: ClusterTrouble
    /// What a reader should know, such as what the history did not hold.
    public var notes: [String]

    /// A stream of `applications`.
    public init(
        arrivals: ArrivalProcess, extent: Extent, applications: [Application], requests: RequestRule? = nil,
        deadlineFactor: Distribution? = nil, trouble: ClusterTrouble = ClusterTrouble(), notes: [String] = []
    ) {
        precondition(!applications.isEmpty, "a workload has at least one application")
        self.arrivals = arrivals
        self.extent = extent
        self.applications = applications
        self.requests = requests
        self.deadlineFactor = deadlineFactor
        self.trouble = trouble
        self.notes = notes
    }

    /// The kind of task of an application, where it is fitted: how often its attempts fail, for a simulation.
    public func taskModel(application: String, process: String) -> TaskModel? {
        guard case .fitted(let fitted)? = applications.first(where: { $0.name == application })?.source else {
            return nil
        }
        return fitted.tasks.first { $0.process == process }
    }
}
