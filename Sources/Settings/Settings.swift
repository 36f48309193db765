import Files

/// What `tactus.yaml` says, with defaults for what it does not say.
public struct Settings: Sendable, Hashable {
    /// A value with the place at which it stands, for errors by those who understand it.
    public struct Located<Value: Sendable & Hashable>: Sendable, Hashable {
        /// The value.
        public var value: Value
        /// Names from the root, joined by dots.
        public var key: String
        /// The file.
        public var file: String
        /// The line, from 1.
        public var line: Int

        /// An error about the value.
        public func failure(_ problem: String) -> InputError {
            InputError(problem, file: file, line: line, field: key)
        }
    }

    /// What the inference server keeps to.
    public struct Server: Sendable, Hashable {
        /// Address to listen on.
        public var host = "127.0.0.1"
        /// Port to listen on; 0 takes a free one.
        public var port = 8080
        /// Folder of the journal and the database.
        public var statePath = "state"
        /// Who may ask; empty lets everyone who reaches the port do everything.
        public var tokens: [Token] = []
        /// Bytes of a body, at the most.
        public var maxBodyBytes = 32 << 20
        /// How deep JSON may be nested.
        public var maxJSONDepth = 64
        /// Seconds in which a client must have sent its request.
        public var requestSeconds = 10.0
        /// Seconds that a connection may rest between two requests.
        public var idleSeconds = 60.0
    }

    /// `orchestration.scheduling` without the algorithm: how deep Q-learning goes where a command does not say; nil is what the
    /// command takes of itself.
    public struct Learning: Sendable, Hashable {
        /// `learning_rate`: the step size of Adam.
        public var learningRate: Located<Double>?
        /// `exploration_rate`: how often an action is tried at random in the long run, from 0 to 1.
        public var explorationRate: Located<Double>?
        /// `batch_size`: transitions in a step of the optimizer.
        public var batchSize: Located<Int>?
        /// `replay_capacity`: transitions that are kept.
        public var replayCapacity: Located<Int>?
        /// `action_size`: tasks of a window, among which an action chooses, at the most.
        public var actionSize: Located<Int>?

        /// `reward`: what is wanted little of, weighted, as `--reward` takes it.
        public var reward: Located<String>?

        /// Nothing that is said.
        public init() {}
    }

    /// One who may ask, known by the digest of a secret.
    public struct Token: Sendable, Hashable {
        /// What a token lets its bearer do; each role includes those before it.
        public enum Role: String, CaseIterable, Sendable, Comparable {
            /// Ask for models, decisions and metrics.
            case read
            /// Ask for decisions, too.
            case decide
            /// Report executions, apply changes, promote and roll back, too.
            case operate

            /// By what they let one do.
            public static func < (a: Role, b: Role) -> Bool {
                (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
            }
        }

        /// Who bears it.
        public var name: String
        /// What it allows.
        public var role: Role
        /// SHA-256 of the token, in hexadecimal digits; the token itself is written nowhere.
        public var sha256: String

        /// The token of `name`.
        public init(name: String, role: Role, sha256: String) {
            self.name = name
            self.role = role
            self.sha256 = sha256
        }
    }

    /// `orchestration.scheduling.algorithm`: the policy where a question names none.
    public var algorithm: Located<String>?
    /// How deep Q-learning goes: the other keys of `orchestration.scheduling`.
    public var learning = Learning()
    /// `orchestration.optimization.bottleneck_threshold`: the probability from which a task is told as a bottleneck.
    public var bottleneckThreshold = 0.8
    /// `orchestration.optimization.max_parallel_optimizations`: searches that run at the same time.
    public var maxParallelOptimizations = 5
    /// `orchestration.resource_prediction.model_type`: the kind of predictor that `train` trains where it is told none.
    public var modelType: Located<String>?
    /// `orchestration.resource_prediction.prediction_horizon`: how far capacity is forecast where a question does not say,
    /// in seconds, at most a day.
    public var predictionHorizonSeconds = 3600.0
    /// `server.history`: the history whose series capacity can be asked for by name.
    public var historyPath: String?
    /// `orchestration.performance.target_latency_ms`: time for a search where a question gives none, and what a version has
    /// to forecast up to 64 tasks, or one series, before a heuristic does; in milliseconds.
    public var targetLatencyMs = 100.0
    /// `server`
    public var server = Server()
    /// `models.path`: the registry.
    public var modelsPath = "models"
    /// `models.kept_hot`: versions that answered before and are kept ready, so that a rollback to one takes no loading.
    public var modelsKeptHot = 2
    /// `models.step_seconds`: how long each step of taking over a version may take.
    public var modelStepSeconds = 30.0
    /// `models.canary_share`: the share of runs, 0 to 1, that the challengers of the predictor and of the optimizer answer for;
    /// of the others they are asked too, but do not act. A predictor's runs are those that tasks state, an optimizer's the names
    /// of workflows.
    public var canaryShare = 0.0
    /// `plugins`: paths of shared libraries that hold models; one in the file that is relative counts from its folder.
    public var plugins: [Located<String>] = []
    /// What stands in the file and has no effect yet, one line each.
    public var warnings: [String] = []

    /// The defaults.
    public init() {}

    /// Reads the file at `path`.
    /// - Throws: `InputError` with the line of a key that is unknown, stands twice or has a value of another type.
    public init(contentsOf path: String) throws {
        try self.init(parsing: readText(of: path), file: path)
    }

    /// The settings in `tactus.yaml` if that is there, else the defaults; a path that is given must be there.
    public static func load(_ path: String?) throws -> Settings {
        if let path { return try Settings(contentsOf: path) }
        return kind(of: "tactus.yaml") == nil ? Settings() : try Settings(contentsOf: "tactus.yaml")
    }
}
