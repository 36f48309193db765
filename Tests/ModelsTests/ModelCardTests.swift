import Files
import Models
import Registry
import Testing

private func manifest(_ metrics: [ModelManifest.Metric], curve: [ModelManifest.Epoch]? = nil) throws -> ModelManifest {
    var manifest = ModelManifest(
        name: try CheckedName("predictor"), kind: "lstm", architecture: ["hidden": 64],
        hyperparameters: ["learningRate": Double(Float(0.002)), "epochs": 25], seed: 7,
        features: [.init(name: "inputBytes", unit: "bytes", normalisation: "ln(1 + x)")], inputs: [], outputs: [],
        dataset: .init(rows: 1234, firstAt: 0, lastAt: 86_400 * 3, sha256: "abc"), metrics: metrics, parentVersion: 4,
        commit: "0123", created: 0)
    manifest.curve = curve
    return manifest
}

private let metric = ModelManifest.Metric(
    target: "memory", protocol: "groups", accuracy: 0.9, low: 0.85, high: 0.95, heuristics: ["median": 0.8],
    verdict: "tie",
    calibration: .init(
        coverage05: 0.04, coverage50: 0.5, coverage95: 0.914, worstType: "w:p", worstTypeCoverage95: 0.7),
    champion: .init(version: 4, rows: 99, accuracy: 0.88, difference: 0.02, low: -0.01, high: 0.05))

@Test func aCardHoldsWhatIsKnown() throws {
    let curve = (1...30).map {
        ModelManifest.Epoch(
            epoch: $0, trainingLoss: 1 / Double($0), validationLoss: abs(Double($0) - 17) / 100 + 0.25)
    }
    let card = ModelCard.text(try manifest([metric], curve: curve), summary: "a model", notes: ["A note."])
    for part in [
        "# predictor: lstm", "A model.", "1234 executions, completed within 3 days", "`abc`", "seed 7", "version 4",
        "learningRate 0.002", "epochs 25", "hidden 64", "`0123`", "five folds", "0.900 [0.850, 0.950]", "median 0.800",
        "version 4: 0.880, ours over it 0.020 [-0.010, 0.050] on 99 executions",
        "| 4.0 % | 50.0 % | 91.4 % | w:p: 70.0 % |",
        "30 epochs", "| 17 (kept) | 0.059 | 0.250 |", "| 30 | 0.033 |", "| inputBytes | bytes |",
        "On memory it could not be told", "covered 91.4 %", "For w:p the quantile 0.95 of memory covered only 70.0 %",
        "- A note.",
    ] {
        #expect(card.contains(part), "\(part) is missing in\n\(card)")
    }
    #expect(card.matches(of: #/\| [0-9]+( .kept.)? \|/#).count <= 11)
}

/// The cells of a row of a table as whoever shows it sees them: a bar behind a backslash ends none.
private func cells(_ row: String) -> [String] {
    row.replacing("\\|", with: "\u{1}").dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
        .map { cell in
            let text = String(cell.drop { $0 == " " }).replacing("\u{1}", with: "\\|")
            return Markdown.unescaped(text.last == " " ? String(text.dropLast()) : text)
        }
}

@Test func namesThatWouldEndACellAreEscaped() throws {
    var metric = metric
    metric.calibration?.worstType = "w:a|b"
    var manifest = try manifest([metric])
    manifest.features = [.init(name: "size|of`x", unit: "b|B", normalisation: "ln(|x|)")]
    let card = ModelCard.text(manifest, summary: "a model", notes: ["Not <b>bold</b>."])
    var columns = 0
    var found: [[String]] = []
    for line in card.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("|---") { columns = line.split(separator: "|").count }
        if line.hasPrefix("| ") && columns > 0 {
            #expect(cells(String(line)).count == columns, "\(line)")
            found.append(cells(String(line)))
        }
        if line.isEmpty { columns = 0 }
    }
    #expect(found.contains { $0.last == "w:a|b: 70.0 %" } && found.contains(["size|of`x", "b|B", "ln(|x|)"]))
    #expect(ModelCard.limits(of: card).contains("For w:a|b the quantile 0.95 of memory covered only 70.0 %."))
}

@Test func splitAndLimitsOfACardAreRead() throws {
    let card = ModelCard.text(try manifest([metric]), summary: "a model", notes: ["A note.", "Another."])
    #expect(ModelCard.split(of: card) == "`groups`: five folds over samples or runs, so that none stands on both sides")
    let limits = ModelCard.limits(of: card)
    #expect(
        limits.count == 7 && limits[0].hasPrefix("It knows the task types")
            && limits.suffix(2) == ["A note.", "Another."])
    #expect(limits.contains("The quantile 0.95 of memory covered 91.4 % of the executions."))
    // Other cards have paragraphs there, and may go on behind.
    let other = "# a\n\n- Data: x\n\n## Limits\n\nOne thing.\nIt goes on.\n\nAnother.\n\n## Lineage\n\n- not a limit\n"
    #expect(ModelCard.limits(of: other) == ["One thing. It goes on.", "Another."] && ModelCard.split(of: other) == nil)
    #expect(ModelCard.limits(of: "# a copy").isEmpty)
}

@Test func aSpanThatNoWholeNumberHoldsIsWritten() throws {
    for (last, text) in [(1e300, "1.1574074074074075e+295 days"), (86_400 * 1e6, "1000000 days"), (5400, "1.5 hours")] {
        var manifest = try manifest([])
        (manifest.dataset.firstAt, manifest.dataset.lastAt) = (0, last)
        let card = ModelCard.text(manifest, summary: "a model")
        #expect(card.contains("completed within \(text), SHA-256"), "\(card)")
    }
}

@Test(arguments: [("random", "`random`: 70 % of each task type train"), ("fixed", "`fixed`")])
func aCardTellsTheSplit(division: String, words: String) throws {
    var other = metric
    other.protocol = division
    #expect(ModelCard.text(try manifest([other]), summary: "a model").contains("- Split: \(words)"))
}

@Test func aCardLeavesOutWhatIsNotKnown() throws {
    let card = ModelCard.text(try manifest([]), summary: "a model")
    #expect(!card.contains("Calibration") && !card.contains("Training curve") && card.contains("not scored"))
}
