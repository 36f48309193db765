import Files

extension Settings {
    /// Reads the document `text`.
    public init(parsing text: String, file: String) throws {
        guard let root = try SettingsField.root(of: text, file: file) else { return }
        let groups = try root.members(["orchestration", "server", "models", "plugins"])
        if let group = groups["orchestration"] { try readOrchestration(group) }
        if let group = groups["server"] { try readServer(group) }
        if let group = groups["models"] { try readModels(group) }
        plugins = try groups["plugins"].map(Self.plugins) ?? plugins
    }

    private mutating func readOrchestration(_ field: SettingsField) throws {
        let groups = try field.members(["scheduling", "optimization", "resource_prediction", "performance"])
        if let group = groups["scheduling"] { try readScheduling(group) }
        if let group = groups["optimization"] { try readOptimization(group) }
        if let group = groups["resource_prediction"] { try readPrediction(group) }
        if let group = groups["performance"] { try readPerformance(group) }
    }

    private mutating func readModels(_ field: SettingsField) throws {
        let members = try field.members(["path", "kept_hot", "step_seconds", "canary_share"])
        modelsPath = try members["path"]?.string().value ?? modelsPath
        canaryShare = try members["canary_share"]?.number(0...1) ?? canaryShare
        modelsKeptHot = try members["kept_hot"]?.int(0...16) ?? modelsKeptHot
        modelStepSeconds = try members["step_seconds"]?.number(0.01...3600) ?? modelStepSeconds
    }

    /// Paths in the order of the file. One that stands twice is refused, as a slip.
    private static func plugins(_ field: SettingsField) throws -> [Located<String>] {
        var paths: [Located<String>] = []
        for element in try field.elements() {
            var path = try element.string()
            if !path.value.hasPrefix("/") { path.value = parent(of: path.file) + "/" + path.value }
            guard !paths.contains(where: { $0.value == path.value }) else {
                throw element.failure("is the same path as one before it")
            }
            paths.append(path)
        }
        return paths
    }

    private mutating func warn(_ field: SettingsField?, _ why: String) {
        guard let field else { return }
        warnings.append("\(field.file):\(field.line): \(field.key) has no effect yet: \(why)")
    }

    private mutating func readScheduling(_ field: SettingsField) throws {
        let members = try field.members([
            "algorithm", "learning_rate", "exploration_rate", "batch_size", "replay_capacity", "action_size",
            "reward",
        ])
        if let name = members["algorithm"] {
            let value = try name.string()
            if value.value == "reinforcement_learning" {
                warn(name, "learned schedulers are for streams, and the portfolio plans what a server is asked")
            } else {
                algorithm = value
            }
        }
        learning.learningRate = try members["learning_rate"].map { $0.located(try $0.number(1e-9...1)) }
        learning.explorationRate = try members["exploration_rate"].map { $0.located(try $0.number(0...1)) }
        learning.batchSize = try members["batch_size"].map { $0.located(try $0.int(1...65_536)) }
        learning.replayCapacity = try members["replay_capacity"].map { $0.located(try $0.int(1...1_000_000)) }
        learning.reward = try members["reward"]?.string()
        learning.actionSize = try members["action_size"].map { $0.located(try $0.int(2...4096)) }
    }

    private mutating func readOptimization(_ field: SettingsField) throws {
        let members = try field.members(["bottleneck_threshold", "optimization_interval", "max_parallel_optimizations"])
        bottleneckThreshold = try members["bottleneck_threshold"]?.number(0...1) ?? bottleneckThreshold
        maxParallelOptimizations = try members["max_parallel_optimizations"]?.int(1...1024) ?? maxParallelOptimizations
        _ = try members["optimization_interval"]?.number(0...1e9)
        warn(members["optimization_interval"], "workflows are optimised when they are asked for")
    }

    private mutating func readPrediction(_ field: SettingsField) throws {
        let members = try field.members(["model_type", "prediction_horizon", "retrain_interval"])
        modelType = try members["model_type"]?.string()
        predictionHorizonSeconds = try members["prediction_horizon"]?.number(0.001...86_400) ?? predictionHorizonSeconds
        _ = try members["retrain_interval"]?.number(0...1e9)
        warn(members["retrain_interval"], "models are trained when tactus train is called")
    }

    private mutating func readPerformance(_ field: SettingsField) throws {
        let members = try field.members([
            "target_latency_ms", "target_completion_improvement", "target_resource_reduction",
        ])
        targetLatencyMs = try members["target_latency_ms"]?.number(0.001...86_400_000) ?? targetLatencyMs
        for name in ["target_completion_improvement", "target_resource_reduction"] {
            _ = try members[name]?.number(0...1)
            warn(members[name], "no promotion asks for it")
        }
    }

    private mutating func readServer(_ field: SettingsField) throws {
        let members = try field.members([
            "host", "port", "state", "history", "tokens", "max_body_bytes", "max_json_depth", "request_seconds",
            "idle_seconds",
        ])
        server.host = try members["host"]?.string().value ?? server.host
        server.port = try members["port"]?.int(0...65535) ?? server.port
        server.statePath = try members["state"]?.string().value ?? server.statePath
        historyPath = try members["history"]?.string().value
        server.maxBodyBytes = try members["max_body_bytes"]?.int(1024...1 << 30) ?? server.maxBodyBytes
        server.maxJSONDepth = try members["max_json_depth"]?.int(8...512) ?? server.maxJSONDepth
        server.requestSeconds = try members["request_seconds"]?.number(0.1...3600) ?? server.requestSeconds
        server.idleSeconds = try members["idle_seconds"]?.number(0.1...86_400) ?? server.idleSeconds
        server.tokens = try members["tokens"].map(Self.tokens) ?? server.tokens
    }

    /// Tokens in the order of the file. One that stands twice is refused: it would be open which role it has.
    private static func tokens(_ field: SettingsField) throws -> [Token] {
        var tokens: [Token] = []
        for element in try field.elements() {
            let token = try token(element)
            guard !tokens.contains(where: { $0.sha256 == token.sha256 }) else {
                throw element.failure("has the same sha256 as one before it")
            }
            tokens.append(token)
        }
        return tokens
    }

    private static func token(_ field: SettingsField) throws -> Token {
        let members = try field.members(["name", "role", "sha256"])
        func text(_ name: String) throws -> Located<String> {
            guard let member = members[name] else { throw field.failure("has no \(name)") }
            return try member.string()
        }
        let role = try text("role")
        guard let known = Token.Role(rawValue: role.value) else {
            throw role.failure(
                "is \"\(role.value)\"; there are \(Token.Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let digest = try text("sha256")
        guard digest.value.count == 64, digest.value.allSatisfy({ $0.isHexDigit && !$0.isUppercase && $0.isASCII })
        else {
            throw digest.failure("is no SHA-256: 64 hexadecimal digits in lower case, as tactus token prints them")
        }
        return Token(name: try text("name").value, role: known, sha256: digest.value)
    }
}
