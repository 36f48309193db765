import Evaluation
import Files
import Prediction
import Testing
import Workflows

@Test func leavingOutTestsEachValueOnce() throws {
    var rows = history(120, seed: 4)
    for place in rows.indices where place % 7 != 0 { rows[place].task.features["kind"] = .word("k\(place % 3)") }
    let usable = rows.indices.filter { rows[$0].isUsable }
    let folds = try EvaluationProtocol.leaveOut.folds(of: rows, seed: 1, feature: "kind")
    #expect(folds.count == 3)
    #expect(folds.flatMap(\.tested).sorted() == usable.filter { $0 % 7 != 0 })
    for (number, fold) in folds.enumerated() {
        #expect(fold.tested.allSatisfy { rows[$0].task.machine(by: "kind") == "k\(number)" })
        #expect((fold.training + fold.tested).sorted() == usable)
    }
    for (feature, complaint) in [(nil, "--feature"), ("none", "the history has 0")] {
        let error = #expect(throws: InputError.self) {
            try EvaluationProtocol.leaveOut.folds(of: rows, seed: 1, feature: feature)
        }
        #expect(error?.description.contains(complaint) == true)
    }
}

@Test func largerTrainsOnTheSmallerHalfOfWhatHasASize() throws {
    var rows = history(400, seed: 6)
    // A number that goes against the duration, and one that has nothing to do with it, are no sizes.
    for place in rows.indices {
        rows[place].task.features["against"] = .number(1e9 / (rows[place].task.inputBytes ?? 1))
        rows[place].task.features["other"] = .number(Double(place * 7919 % 101 + 1))
        if rows[place].task.process == "p3" { rows[place].task.inputBytes = 5 }
    }
    let fold = try #require(try EvaluationProtocol.larger.folds(of: rows, seed: 1).first)
    #expect(Set(fold.training).isDisjoint(with: fold.tested) && !fold.tested.isEmpty)
    #expect((fold.training + fold.tested).allSatisfy { rows[$0].isUsable })
    for type in Set(fold.tested.map { rows[$0].task.taskType }) where !type.hasSuffix("p3") {
        let all = rows.filter { $0.isUsable && $0.task.taskType == type }.compactMap(\.task.inputBytes)
        func sizes(_ places: [Int]) -> [Double] {
            places.filter { rows[$0].task.taskType == type }.compactMap { rows[$0].task.inputBytes }
        }
        let (trained, tested) = (sizes(fold.training), sizes(fold.tested))
        #expect(try #require(trained.max()) < #require(tested.min()))
        #expect(trained.count * 2 >= all.count && tested.count * 10 >= all.count)
        #expect(all.count { $0 <= trained.max() ?? 0 } == trained.count)
        #expect(all.count { $0 >= tested.min() ?? 0 } == tested.count)
    }
    #expect(Set(fold.tested.map { rows[$0].task.taskType }).count >= 3)
    for place in rows.indices { (rows[place].task.inputBytes, rows[place].task.features) = (nil, [:]) }
    #expect(throws: InputError.self) { try EvaluationProtocol.larger.folds(of: rows, seed: 1) }
}

@Test(arguments: [EvaluationProtocol.leaveOut, .larger])
func theseFoldsAreScoredLikeOthers(division: EvaluationProtocol) async throws {
    var rows = history(200, seed: 8)
    for place in rows.indices { rows[place].task.features["kind"] = .word("k\(place % 4)") }
    var evaluator = PredictorEvaluator(rows, by: division, of: StatisticsTrainer.linear, seed: 1)
    evaluator.feature = "kind"
    let evaluation = try await evaluator.run()
    let folds = try division.folds(of: rows, seed: 1, feature: "kind")
    #expect(evaluation.report.folds == folds.count && evaluator.pieces == folds.count)
    #expect(
        evaluation.predictions.filter { $0.target == .duration }.map(\.row).sorted()
            == folds.flatMap(\.tested).sorted())
    let lines = evaluator.rowsCSV(evaluation).split(separator: "\n")
    #expect(lines.count - 1 == folds.reduce(0) { $0 + $1.training.count + $1.tested.count })
}
