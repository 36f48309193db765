import Files
import Workflows

/// What the journal keeps: decisions that were given, and outcomes that were reported.
public enum JournalRecord: Sendable, Hashable {
    /// A decision.
    case decision(DecisionRecord)
    /// An outcome, and when it was reported, in Unix seconds.
    case outcome(ReportedExecution, at: Double)

    /// The record as it stands in the file: a line of JSON, the question, the answer, and the end of a line.
    ///
    /// Question and answer are kept as they were sent; the line tells their lengths in bytes.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .decision(let decision):
            var header = Self.header(of: decision)
            header["inputBytes"] = .integer(decision.input.utf8.count)
            header["outputBytes"] = .integer(decision.output.utf8.count)
            let line = JSONValue.object(header).text()
            bytes.reserveCapacity(line.utf8.count + decision.input.utf8.count + decision.output.utf8.count + 2)
            bytes += line.utf8
            bytes.append(UInt8(ascii: "\n"))
            bytes += decision.input.utf8
            bytes += decision.output.utf8
        case .outcome(let execution, let moment):
            let text = execution.json.text()
            let header = JSONObject([
                ("kind", .string("outcome")), ("at", .number(moment)), ("inputBytes", .integer(text.utf8.count)),
                ("outputBytes", .integer(0)),
            ])
            bytes += (JSONValue.object(header).text() + "\n" + text).utf8
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
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

    /// Reads the record that begins at `start` of `bytes`; nil where it is not whole.
    ///
    /// - Returns: the record and the place behind it.
    static func read(_ bytes: [UInt8], at start: Int, file: String) throws -> (record: JournalRecord, end: Int)? {
        guard let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let header = JSONField(try JSONValue(parsing: Array(bytes[start..<newline]), file: file), file: file)
        let lengths = [try header["inputBytes"].int(), try header["outputBytes"].int()]
        guard lengths.allSatisfy({ (0...1 << 32).contains($0) }) else { throw header.failure("has impossible lengths") }
        let middle = newline + 1 + lengths[0]
        let end = middle + lengths[1]
        guard end < bytes.count else { return nil }
        guard bytes[end] == UInt8(ascii: "\n") else {
            throw header.failure("is followed by something of another length")
        }
        let input = Array(bytes[(newline + 1)..<middle])
        switch try header["kind"].string() {
        case "outcome":
            let execution = try ReportedExecution(JSONField(JSONValue(parsing: input, file: file), file: file))
            return (.outcome(execution, at: try header["at"].double()), end + 1)
        case "decision":
            let output = String(decoding: bytes[middle..<end], as: UTF8.self)
            let input = String(decoding: input, as: UTF8.self)
            return (.decision(try decision(header, input: input, output: output)), end + 1)
        case let kind: throw header["kind"].failure("\"\(kind)\" is not known")
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
