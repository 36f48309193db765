/// What is known of a task when it is submitted: the question of `predict`.
public struct TaskSpec: Hashable, Sendable {
    /// Name of the workflow (pipeline, application) that the task belongs to.
    public var workflow: String?
    /// Name of the step: a Nextflow process, a Snakemake rule, a program.
    public var process: String
    /// Name of the tool that it runs, where that is known (``ToolName``): what stands in for a process that was never seen.
    public var tool: String?
    /// Total size of the input files, in bytes.
    public var inputBytes: Double?
    /// Cores that were asked for.
    public var cores: Double?
    /// Memory that was asked for, in bytes.
    public var memoryRequestBytes: Double?
    /// 1 for the first attempt.
    public var attempt: Int
    /// One execution of the whole workflow.
    public var run: String?
    /// The node that the task will run on, where that is known.
    public var node: String?
    /// Moment of submission, in Unix seconds or seconds from the start of a simulation.
    public var submittedAt: Double?
    /// Whatever else is known before the execution, by name.
    public var features: [String: FeatureValue]

    /// A task of `process`; give whatever else is known.
    public init(
        workflow: String? = nil, process: String, tool: String? = nil, inputBytes: Double? = nil, cores: Double? = nil,
        memoryRequestBytes: Double? = nil, attempt: Int = 1, run: String? = nil, node: String? = nil,
        submittedAt: Double? = nil, features: [String: FeatureValue] = [:]
    ) {
        self.workflow = workflow
        self.process = process
        self.tool = tool
        self.inputBytes = inputBytes
        self.cores = cores
        self.memoryRequestBytes = memoryRequestBytes
        self.attempt = attempt
        self.run = run
        self.node = node
        self.submittedAt = submittedAt
        self.features = features
    }

    /// The unit that statistics are kept for: `workflow:process`, or `process` where no workflow is known.
    public var taskType: String {
        workflow.map { "\($0):\(process)" } ?? process
    }

    /// The last part of a qualified name, behind its last `.` or `:`.
    public static func lastPart(ofName name: String) -> String {
        String(name[(name.lastIndex { $0 == "." || $0 == ":" }.map(name.index(after:)) ?? name.startIndex)...])
    }
}
