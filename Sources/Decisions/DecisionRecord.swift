import Files

/// A version that had a part in a decision.
public struct ModelReference: Sendable, Hashable {
    /// Its name in the registry.
    public var name: String
    /// The version.
    public var version: Int
    /// SHA-256 of its manifest.
    public var digest: String

    /// A version.
    public init(name: String, version: Int, digest: String) {
        self.name = name
        self.version = version
        self.digest = digest
    }

    /// The version as it stands on the wire.
    public var json: JSONValue {
        .object(
            JSONObject([("name", .string(name)), ("version", .integer(version)), ("digest", .string(digest))]))
    }
}

/// A decision that was given, with what is needed to explain it and to give it again.
public struct DecisionRecord: Sendable, Hashable {
    /// What identifies it.
    public var id: String
    /// `predict`, `schedule`, `capacity`, `cost`, `optimize`, `bottlenecks`, `suggestions`, `apply` or `follow-up`.
    public var type: String
    /// When it was given, in Unix seconds.
    public var at: Double
    /// The question, a JSON document.
    public var input: String
    /// The answer, a JSON document.
    public var output: String
    /// `model`, `ensemble` or `heuristic`.
    public var source: String
    /// The version that had a part in it.
    public var model: ModelReference?
    /// Why a heuristic answered instead.
    public var reason: String?
    /// From 0 to 1.
    public var confidence: Double
    /// Milliseconds from the parsed question to the answer.
    public var latencyMs: Double
    /// Seed of what was random; nil where nothing was.
    public var seed: Int?
    /// Steps of a search that time bounded.
    public var iterations: Int?
    /// How many outcomes the statistics had learned beyond those of the version.
    public var outcomesLearned: Int

    /// A decision.
    public init(
        id: String, type: String, at: Double, input: String, output: String, source: String,
        model: ModelReference? = nil, reason: String? = nil, confidence: Double, latencyMs: Double, seed: Int? = nil,
        iterations: Int? = nil, outcomesLearned: Int = 0
    ) {
        self.id = id
        self.type = type
        self.at = at
        self.input = input
        self.output = output
        self.source = source
        self.model = model
        self.reason = reason
        self.confidence = confidence
        self.latencyMs = latencyMs
        self.seed = seed
        self.iterations = iterations
        self.outcomesLearned = outcomesLearned
    }

    /// The question, read.
    public func question() throws -> JSONField { try Self.read(input) }

    /// The answer, read.
    public func answer() throws -> JSONField { try Self.read(output) }

    private static func read(_ text: String) throws -> JSONField {
        JSONField(try JSONValue(parsing: Array(text.utf8), maximumDepth: 512))
    }

    /// A new identifier: random, but rising with time, as UUID version 7 (RFC 9562).
    public static func newID(at moment: Double) -> String {
        let milliseconds = UInt64(moment > 0 ? min(moment * 1000, 0xFFFF_FFFF_FFFF) : 0)
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF)
        let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (half, value) in [high, low].enumerated() {
            for place in 0..<16 {
                switch 16 * half + place {
                case 8, 12, 16, 20: text.append(UInt8(ascii: "-"))
                default: break
                }
                text.append(Self.digits[Int((value >> UInt64(60 - 4 * place)) & 0xF)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
