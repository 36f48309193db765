import Files
import Workflows

/// What the journal keeps: decisions that were given, and outcomes that were reported.
public enum JournalRecord: Sendable, Hashable {
    /// A decision, and what it forecast if that is at hand: it stands in question and answer too, and is read from there else.
    case decision(DecisionRecord, forecasts: [TaskForecast]? = nil)
    /// Outcomes that were reported together, and when, in Unix seconds: all of them are kept, or none.
    case outcomes([ReportedExecution], at: Double)

    /// The record, as it is kept, as it stands in the file; question and answer are kept as they were sent.
    var bytes: [UInt8] {
        switch self {
        case .decision(let decision, _):
            return JournalFrame.bytes(Self.header(of: decision), input: decision.input, output: decision.output)
        case .outcomes(let executions, let moment):
            let header = JSONObject([("kind", .string("outcomes")), ("at", .number(moment))])
            return JournalFrame.bytes(header, input: JSONValue.array(executions.map(\.json)).text(), output: "")
        }
    }

    /// The record as it is kept: a figure that is no number would make it unreadable, and is 0 instead.
    var asKept: JournalRecord {
        func finite(_ value: Double) -> Double { value.isFinite ? value : 0 }
        switch self {
        case .decision(var decision, let forecasts):
            decision.at = finite(decision.at)
            decision.confidence = finite(decision.confidence)
            decision.latencyMs = finite(decision.latencyMs)
            return .decision(decision, forecasts: forecasts)
        case .outcomes(let executions, let moment): return .outcomes(executions, at: finite(moment))
        }
    }

    private static func header(of decision: DecisionRecord) -> JSONObject {
        var header = JSONObject([
            ("kind", .string("decision")), ("id", .string(decision.id)), ("type", .string(decision.type)),
            ("at", .number(decision.at)), ("source", .string(decision.source)),
            ("confidence", .number(decision.confidence)), ("latencyMs", .number(decision.latencyMs)),
            ("outcomesLearned", .integer(decision.outcomesLearned)),
        ])
        header["model"] = decision.model?.json
        header["reason"] = decision.reason.map(JSONValue.string)
        header["seed"] = decision.seed.map(JSONValue.integer)
        header["iterations"] = decision.iterations.map(JSONValue.integer)
        return header
    }

    /// Reads the record that `frame` found in `bytes`.
    init(_ frame: JournalFrame, of bytes: [UInt8]) throws {
        switch try frame.header["kind"].string() {
        case "outcomes":
            let executions = try JSONField(JSONValue(parsing: Array(bytes[frame.input]))).elements()
            self = .outcomes(
                try executions.map { try ReportedExecution($0) }, at: try frame.header["at"].double())
        case "decision":
            let input = String(decoding: bytes[frame.input], as: UTF8.self)
            let output = String(decoding: bytes[frame.output], as: UTF8.self)
            self = .decision(try Self.decision(frame.header, input: input, output: output))
        case let kind: throw frame.header["kind"].failure("\"\(kind)\" is not known")
        }
    }

    private static func decision(_ header: JSONField, input: String, output: String) throws -> DecisionRecord {
        DecisionRecord(
            id: try header["id"].string(), type: try header["type"].string(), at: try header["at"].double(),
            input: input, output: output, source: try header["source"].string(),
            model: try header["model"].ifPresent {
                ModelReference(
                    name: try $0["name"].string(), version: try $0["version"].int(), digest: try $0["digest"].string())
            },
            reason: try header["reason"].ifPresent { try $0.string() }, confidence: try header["confidence"].double(),
            latencyMs: try header["latencyMs"].double(), seed: try header["seed"].ifPresent { try $0.int() },
            iterations: try header["iterations"].ifPresent { try $0.int() },
            outcomesLearned: try header["outcomesLearned"].int())
    }
}
