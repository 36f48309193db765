import Files

/// What a workload holds, in figures: what `tactus simulate fit` prints.
public struct WorkloadSummary: Sendable, Hashable {
    /// One quantity of a kind of task.
    public struct Quantity: Sendable, Hashable {
        /// Its name: `inputBytes`, `seconds` or `memoryBytes`.
        public var name: String
        /// The distribution, such as `lognormal`.
        public var distribution: String
        /// How it depends on the size of the input: `none`, `power 0.82`, `12 steps`.
        public var dependence: String
        /// The mean; of a quantity that depends on the input that of its draws at the usual size, of steps their mean.
        public var mean: Double
        /// How well it describes the history; nil where it was not fitted.
        public var fit: GoodnessOfFit?
    }

    /// A kind of task.
    public struct Process: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Size of input in bytes, seconds and bytes of memory; what is not known is absent.
        public var quantities: [Quantity]
        /// The share of attempts that fail.
        public var failures: Double
    }

    /// An application.
    public struct Application: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its share of the arrivals.
        public var share: Double
        /// Where its workflows come from: `recorded`, `chains`, `independent`, a family, or a path.
        public var source: String
        /// Tasks of its smallest and of its largest run; nil where that is not known beforehand.
        public var tasks: ClosedRange<Int>?
        /// Stages that its tasks form.
        public var stages: Int
        /// Its kinds of task.
        public var processes: [Process]
    }

    /// When workflows arrive, in words.
    public var arrivals: String
    /// Its applications.
    public var applications: [Application]
    /// What a reader should know.
    public var notes: [String]

    /// The figures of `workload`.
    public init(_ workload: Workload) {
        arrivals = "\(workload.arrivals.words), \(workload.extent.words)"
        notes = workload.notes
        let weights = workload.applications.reduce(0) { $0 + $1.weight }
        applications = workload.applications.map { Application($0, share: $0.weight / weights) }
    }
}

extension WorkloadSummary.Application {
    fileprivate init(_ application: Workload.Application, share: Double) {
        self.init(name: application.name, share: share, source: "", tasks: nil, stages: 0, processes: [])
        switch application.source {
        case .workflow(let path): source = path
        case .family(let family): source = family.form.rawValue
        case .fitted(let fitted):
            source = fitted.structure.rawValue
            let totals = fitted.shapes.map { fitted.counts(of: $0, scale: fitted.scale).reduce(0, +) }
            if let least = totals.min(), let most = totals.max() { tasks = least...most }
            stages = fitted.stages.count
            processes = fitted.tasks.map { WorkloadSummary.Process($0) }
        }
    }
}

extension WorkloadSummary.Process {
    fileprivate init(_ model: TaskModel) {
        let input = model.input.map { input in
            WorkloadSummary.Quantity(
                name: "inputBytes", distribution: input.bytes.name,
                dependence: input.isForEachParent ? "each parent" : "none", mean: input.bytes.mean, fit: input.fit)
        }
        let all = [
            input, WorkloadSummary.Quantity("seconds", model.duration),
            model.memory.map { WorkloadSummary.Quantity("memoryBytes", $0) },
        ]
        self.init(name: model.process, quantities: all.compactMap { $0 }, failures: model.failures.total)
    }
}

extension WorkloadSummary.Quantity {
    fileprivate init(_ name: String, _ quantity: SizedQuantity) {
        let names = quantity.distributions.map(\.name)
        let isOne = names.allSatisfy { $0 == names[0] }
        let dependence =
            switch quantity.dependence {
            case .none: "none"
            case .power(let exponent, _): "power \(Self.rounded(exponent))"
            case .steps: "\(names.count) steps"
            }
        self.init(
            name: name, distribution: isOne ? names[0] : "mixed", dependence: dependence,
            mean: quantity.distributions.reduce(0) { $0 + $1.mean } / Double(names.count), fit: quantity.fit)
    }

    /// With two digits behind the point.
    static func rounded(_ value: Double) -> String { JSONValue.text(of: (value * 100).rounded() / 100) }
}

extension Workload.Extent {
    fileprivate var words: String {
        switch self {
        case .count(let count): "\(count) workflows"
        case .duration(let seconds): "for \(JSONValue.text(of: seconds)) s"
        }
    }
}

extension ArrivalProcess {
    fileprivate var words: String {
        let often =
            switch intensity {
            case .meanGap(let seconds): "one in \(WorkloadSummary.Quantity.rounded(seconds)) s on average"
            case .load(let load): "at a load of \(JSONValue.text(of: load))"
            }
        return switch rhythm {
        case .poisson: "Poisson arrivals, \(often)"
        case .diurnal: "arrivals with the hours of the day, \(often)"
        case .bursty(let bursts):
            "arrivals in bursts of \(WorkloadSummary.Quantity.rounded(bursts.seconds)) s, "
                + "\(WorkloadSummary.Quantity.rounded(bursts.share * 100)) % of the time, \(often)"
        }
    }
}
