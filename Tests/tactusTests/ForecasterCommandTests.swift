import Files
import Foundation
import History
import ModelFixtures
import Registry
import TestSupport
import Testing

/// Hourly values with a daily wave, as a file that is imported: 97 of them behind the three quarters that are learned from.
private func writeHistory(in folder: TemporaryFolder) throws {
    let lines = (0..<388).map { place -> String in
        let wave: Double = 20 * sin(2 * Double.pi * Double(place % 24) / 24)
        let noise = Double(place * 7919 % 13)
        return "\(place * 3600),\(50 + wave + noise)"
    }
    try folder.write((["timestamp,co|res"] + lines).joined(separator: "\n") + "\n", to: "usage.csv")
    let imported = try run(program, ["import", "usage.csv", "--format", "series", "--into", "h.h5"], in: folder.path)
    #expect(imported.status == 0, "\(imported.errors)")
}

/// The champion of the time is asked on the same windows, those after the data that it learned from; where there are none,
/// that is told before the training.
@Test func aForecasterIsTrainedComparedWithTheChampionAndPublished() throws {
    try TemporaryFolder.with { folder in
        try writeHistory(in: folder)
        func json(_ arguments: String...) throws -> JSONField {
            let result = try run(program, arguments + ["--json"], in: folder.path)
            #expect(result.status == 0 && !result.errors.contains("champion"), "\(result.errors)")
            return JSONField(try JSONValue(parsing: Array(result.output.utf8)))
        }
        let (registry, name) = (ModelRegistry(path: folder("models")), try CheckedName("forecaster"))
        // Its data ended with the second second.
        try TestForecasters.publish(["usage.co|res": 0.2], in: registry)
        func promote(_ version: Int) throws {
            _ = try registry.promote(
                name, to: version, alias: CheckedName("champion"), at: 1, who: "test", why: "a test")
        }
        try promote(1)
        let trained = try json("train", "forecaster", "--history", "h.h5", "--model", "lstm")
        #expect(try trained["kind"].string() == "lstm-forecaster" && trained["version"].int() == 2)
        #expect(try trained["metrics"].elements().count == 2 && !trained["notCompared"].isPresent)
        let metrics = try registry.manifest(of: name, 2).manifest.metrics
        // An hour ahead there are 97 windows; a day ahead 74, too few.
        #expect(metrics.map(\.horizonSeconds) == [3600, 86_400])
        let champion = try #require(metrics[0].champion)
        #expect(champion.version == 1 && champion.rows == 97)
        #expect(try champion.digest == registry.manifest(of: name, 1).digest)
        // It has learned from another series, and little.
        #expect(champion.low > 0 && champion.accuracy < metrics[0].accuracy, "\(champion)")
        #expect(metrics[1].champion == nil)
        let verified = try json("models", "verify", "forecaster", "2")
        #expect(try verified["verified"].bool())
        let card = try run(program, ["models", "show", "forecaster", "2"], in: folder.path)
        #expect(card.output.contains("| usage.co\\|res | 3600 s |"), "\(card.output)")
        // The split, the losses of the training, and the champion of the time stand in the card; the losses in the manifest.
        #expect(card.output.contains("- Split: by time; "), "\(card.output)")
        #expect(card.output.contains("the first 75 % of each series on the other 25 %"), "\(card.output)")
        let digest = DatasetDigest(try HDF5ExecutionStore(path: folder("h.h5")).content().series).sha256
        #expect(card.output.contains("1 series with 388 values, SHA-256 `\(digest)`"), "\(card.output)")
        let curve = try #require(try registry.manifest(of: name, 2).manifest.curve)
        #expect(curve.map(\.epoch) == Array(1...curve.count) && curve.allSatisfy { $0.validationLoss > 0 })
        #expect(card.output.contains("## Training curve\n\n\(curve.count) epochs"), "\(card.output)")
        // Three digits of each.
        let figures = [champion.accuracy, champion.difference, champion.low, champion.high].map {
            String(format: "%.3g", $0)
        }
        let row = "version 1: \(figures[0]), ours over it \(figures[1]) [\(figures[2]), \(figures[3])] on 97 values |"
        let lines = card.output.split(separator: "\n").filter { $0.hasPrefix("| usage.co\\|res | ") }
        #expect(lines.map { $0.hasSuffix("| \(row)") } == [true, false], "\(row) in \(card.output)")
        let exported = try json("models", "export", "forecaster", "2", "--format", "onnx", "--output", "f.onnx")
        #expect(try exported["outputs"].elements().count == 1)
        let refused = try run(
            program, ["train", "forecaster", "--history", "h.h5", "--series", "nonesuch"], in: folder.path)
        #expect(refused.status != 0 && refused.errors.contains("nonesuch"))
        // Now the champion knows all there is.
        try promote(2)
        let again = try run(program, ["train", "forecaster", "--history", "h.h5", "--resume"], in: folder.path)
        #expect(again.status == 1 && again.errors.contains("there is nothing to resume"))
        #expect(
            again.errors.hasPrefix("no value came after the data of the champion, forecaster 2, ended: "), "\(again)")
    }
}

@Test func whatCannotBeScoredIsToldBeforeTheTraining() throws {
    try TemporaryFolder.with { folder in
        let constant = (0..<160).map { "\($0 * 3600),1" }
        try folder.write((["timestamp,cores"] + constant).joined(separator: "\n"), to: "constant.csv")
        let short = (0..<56).map { "\($0 * 3600),\($0 * 7919 % 13)" }
        try folder.write((["timestamp,cores"] + short).joined(separator: "\n"), to: "short.csv")
        for (name, complaint) in [("constant", "vary from day to day"), ("short", "learns from")] {
            let added = try run(
                program, ["import", "\(name).csv", "--format", "series", "--into", "\(name).h5"], in: folder.path)
            #expect(added.status == 0, "\(added.errors)")
            let told = try run(
                program, ["train", "forecaster", "--history", "\(name).h5", "--models", "\(name)-models"],
                in: folder.path)
            #expect(told.status != 0 && told.errors.contains(complaint), "\(told.errors)")
            #expect(kind(of: folder("\(name)-models")) == nil && !told.errors.contains("epoch"))
        }
    }
}

@Test func aVersionForecastsWhereItHasSkill() throws {
    try TemporaryFolder.with { folder in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        _ = try store.append([
            HistoryBatch(
                source: ImportedSource(name: "s", digest: "d", format: "series"), executions: [],
                series: ["able", "unable"].map(TestForecasters.hourly))
        ])
        let registry = ModelRegistry(path: folder("models"))
        try TestForecasters.publish(["able": 0.2, "unable": -0.1], in: registry)
        func asked(_ series: String) throws -> JSONField {
            let result = try run(
                program, ["capacity", "--history", "h.h5", "--series", series, "--horizon", "7200", "--json"],
                in: folder.path)
            #expect(result.status == 0, "\(result.errors)")
            return JSONField(try JSONValue(parsing: Array(result.output.utf8)))
        }
        let rules = try asked("able")
        #expect(try rules["source"].string() == "heuristic")
        #expect(try rules["reason"].string() == "forecaster has no champion")
        _ = try registry.promote(
            CheckedName("forecaster"), to: 1, alias: CheckedName("champion"), at: 1, who: "test", why: "a test")
        let able = try asked("able")
        #expect(try able["source"].string() == "model" && able["model"]["version"].int() == 1)
        #expect(try able["forecast"].elements().count == 2 && able["forecast"].value != rules["forecast"].value)
        let unable = try asked("unable")
        #expect(try unable["source"].string() == "heuristic")
        #expect(try unable["reason"].string() == "forecaster 1 has no skill on unable")
    }
}
