import Files
import Foundation
import TestSupport
import Testing

/// Ten days of hourly values with a daily wave, as a file that is imported.
private func writeHistory(in folder: TemporaryFolder) throws {
    let lines = (0..<400).map { place -> String in
        let wave: Double = 20 * sin(2 * Double.pi * Double(place % 24) / 24)
        let noise = Double(place * 7919 % 13)
        return "\(place * 3600),\(50 + wave + noise)"
    }
    try folder.write((["timestamp,cores"] + lines).joined(separator: "\n") + "\n", to: "usage.csv")
    let imported = try run(program, ["import", "usage.csv", "--format", "series", "--into", "h.h5"], in: folder.path)
    #expect(imported.status == 0, "\(imported.errors)")
}

@Test func aForecasterIsTrainedPublishedAndAsked() throws {
    try TemporaryFolder.with { folder in
        try writeHistory(in: folder)
        func json(_ arguments: String...) throws -> JSONField {
            let result = try run(program, arguments + ["--json"], in: folder.path)
            #expect(result.status == 0, "\(result.errors)")
            return JSONField(try JSONValue(parsing: Array(result.output.utf8)))
        }
        let rules = try json("capacity", "--history", "h.h5", "--horizon", "7200")
        #expect(try rules["source"].string() == "heuristic")
        #expect(try rules["reason"].string() == "forecaster has no champion")
        let trained = try json("train", "forecaster", "--history", "h.h5", "--model", "lstm")
        #expect(try trained["kind"].string() == "lstm-forecaster" && trained["version"].int() == 1)
        #expect(try trained["metrics"].elements().count == 2)
        let verified = try json("models", "verify", "forecaster", "1")
        #expect(try verified["verified"].bool())
        let card = try run(program, ["models", "show", "forecaster", "1"], in: folder.path)
        #expect(card.output.contains("| usage.cores | 3600 s |"), "\(card.output)")
        let exported = try json("models", "export", "forecaster", "1", "--format", "onnx", "--output", "f.onnx")
        #expect(try exported["outputs"].elements().count == 1)
        _ = try json("models", "promote", "forecaster", "1", "--force", "a test")
        let asked = try json("capacity", "--history", "h.h5", "--horizon", "7200")
        // By the version where it has skill on the series; the reason says that it has none else.
        let hasSkill = try trained["metrics"].elements().map { try $0["accuracy"].double() }.reduce(0, +) > 0
        #expect(try asked["source"].string() == (hasSkill ? "model" : "heuristic"))
        #expect(try asked["forecast"].elements().count == 2)
        let refused = try run(
            program, ["train", "forecaster", "--history", "h.h5", "--series", "nonesuch"], in: folder.path)
        #expect(refused.status != 0 && refused.errors.contains("nonesuch"))
    }
}
