import Files
import Foundation
import Layers
import Prediction
import TestSupport
import Testing
import Workflows

@testable import Models

private func golden() throws -> (predictor: StatisticsPredictor, archive: WeightArchive) {
    let rows = series(Array(wave.prefix(60)))
    let predictor = StatisticsPredictor(rules: [.median], executions: rows)
    return (predictor, try GoldenAnswers.archive(of: predictor, executions: rows))
}

/// The same answers, each times `factor`, as if they had been given on a processor of the kind `processor`.
private func changed(_ archive: WeightArchive, by factor: Double, on processor: String?) throws -> WeightArchive {
    var archive = archive
    let answers = try archive.doubles("predictions")
    archive.set("predictions", shape: [answers.count / 9, 3, 3], .float64(answers.map { $0 * factor }))
    archive.metadata["processor"] = processor
    return archive
}

@Test func onTheProcessorThatMadeThemAnswersAreTheSameToTheBit() throws {
    let (predictor, archive) = try golden()
    #expect(archive.metadata["processor"] == ProcessorKind.current)
    // It is kept with the version.
    let kept = try Safetensors.decode(Safetensors.encode(archive))
    #expect(throws: Never.self) { try GoldenAnswers.check(predictor, against: kept) }
    let nextBit = 1 + 2 * Double.ulpOfOne
    for (factor, processor, passes) in [
        (1, ProcessorKind.current, true), (nextBit, ProcessorKind.current, false), (1 + 9e-6, "another", true),
        (1 + 9e-6, nil, true), (1 + 1.1e-5, "another", false), (1 - 1.1e-5, nil, false), (.nan, "another", false),
    ] as [(Double, String?, Bool)] {
        let other = try changed(archive, by: factor, on: processor)
        if passes {
            #expect(throws: Never.self, "\(factor)") { try GoldenAnswers.check(predictor, against: other) }
        } else {
            #expect(throws: InputError.self, "\(factor)") { try GoldenAnswers.check(predictor, against: other) }
        }
    }
}

/// What does not hold one answer to each question is refused before any is asked.
@Test func questionsWithoutAnswersAreNotAsked() throws {
    struct Unasked: ResourcePredictor {
        mutating func observe(_ execution: TaskExecution) {}
        func predict(_ tasks: [TaskSpec]) throws -> [ResourcePrediction] {
            Issue.record("it was asked \(tasks.count) questions")
            return []
        }
    }
    var (_, archive) = try golden()
    let (count, answers) = (try GoldenAnswers.questions(of: archive).count, try archive.doubles("predictions"))
    for kept in [0, 1, count - 1] {
        archive.set("predictions", shape: [kept, 3, 3], .float64(Array(answers.prefix(9 * kept))))
        #expect(
            throws: InputError("holds \(9 * kept) numbers for \(count) questions", field: "predictions")
        ) { try GoldenAnswers.check(Unasked(), against: archive) }
    }
}

@Test func momentsWithoutForecastsAreNotAskedAbout() throws {
    struct Unasked: CapacityForecaster {
        func forecast(_ series: MetricSeries, steps: [Int]) throws -> [CapacityForecast] {
            Issue.record("it was asked about \(series.name)")
            return []
        }
    }
    let series = MetricSeries(name: "s", intervalSeconds: 3600, values: (0..<100).map { Double($0 % 24) })
    let rules = try CapacityHeuristics.trainers[0].train(on: [series], seed: 1)
    var archive = try GoldenForecasts.archive(of: rules, series: [series])
    try GoldenForecasts.check(rules, against: archive)
    let questions = try GoldenForecasts.questions(of: archive)
    #expect(
        questions.count == 1 && questions[0].series == series.suffix(72)
            && questions[0].steps == [1, 2, 5, 8, 20, 24, 25])
    let forecasts = try archive.doubles("forecasts")
    for kept in [0, 1, forecasts.count - 1] {
        archive.set("forecasts", shape: [kept], .float64(Array(forecasts.prefix(kept))))
        #expect(throws: InputError("holds \(kept) numbers for 7 moments", field: "forecasts")) {
            try GoldenForecasts.check(Unasked(), against: archive)
        }
    }
}

@Test func anEmptySelfTestIsNone() throws {
    let (predictor, whole) = try golden()
    var answers = whole
    try GoldenAnswers.check(predictor, against: answers)
    answers.set("tasks", text: "[]")
    answers.set("predictions", shape: [0, 3, 3], .float64([]))
    #expect(throws: InputError("holds no question, so that nothing is tested", field: "tasks")) {
        try GoldenAnswers.check(predictor, against: answers)
    }
    let series = MetricSeries(name: "s", intervalSeconds: 3600, values: (0..<100).map { Double($0 % 24) })
    let rules = try CapacityHeuristics.trainers[0].train(on: [series], seed: 1)
    let nothing = InputError("hold no moment that is asked about, so that nothing is tested", field: "questions")
    var forecasts = try GoldenForecasts.archive(of: rules, series: [])
    #expect(throws: nothing) { try GoldenForecasts.check(rules, against: forecasts) }
    // A series alone, without a step, is no question either.
    forecasts.set(
        "questions",
        text: #"[{"name": "s", "intervalSeconds": 3600, "startedAt": 0, "values": 0, "steps": []}]"#)
    #expect(throws: nothing) { try GoldenForecasts.check(rules, against: forecasts) }
}

@Test(arguments: [Double.infinity, -.infinity, .nan]) func expectedForecastsAreNumbers(value: Double) throws {
    let series = MetricSeries(name: "s", intervalSeconds: 3600, values: (0..<100).map { Double($0 % 24) })
    let rules = try CapacityHeuristics.trainers[0].train(on: [series], seed: 1)
    var archive = try GoldenForecasts.archive(of: rules, series: [series])
    // Elsewhere than where it was made, answers are compared with the largest of what is expected.
    archive.metadata["processor"] = "another"
    try GoldenForecasts.check(rules, against: archive)
    var numbers = try archive.doubles("forecasts")
    numbers[numbers.count - 1] = value
    archive.set("forecasts", shape: [numbers.count], .float64(numbers))
    #expect(throws: InputError("holds a number that is not finite", field: "forecasts")) {
        try GoldenForecasts.check(rules, against: archive)
    }
}

@Test func archivedPredictorsAnswerWithTheSameBits() throws {
    let rows = series(Array(wave.prefix(160)))
    for kind in networkKinds {
        let predictor = try #require(followers[kind])
        let again = try read(predictor.archive(), kind)
        let archive = try GoldenAnswers.archive(of: predictor, executions: rows)
        #expect(throws: Never.self, "\(kind)") { try GoldenAnswers.check(again, against: archive) }
    }
}

@Test func theProcessorIsToldByItsMakerAndItsModel() {
    let text = """
        processor\t: 0
        vendor_id\t: AuthenticAMD
        cpu family\t: 25
        model\t\t: 17
        model name\t: AMD EPYC
        flags\t\t: fpu vme

        processor\t: 1
        vendor_id\t: GenuineIntel
        model\t\t: 85
        """
    #expect(ProcessorKind.description(of: text) == ["AuthenticAMD", "25", "17"])
    let arm = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"
    #expect(ProcessorKind.description(of: arm) == ["0x41", "0xd0c"])
    #expect(ProcessorKind.description(of: "").isEmpty)
    #expect(ProcessorKind.current.contains("OpenBLAS ") && ProcessorKind.current.contains("revision 1"))
}

@Test func weightsThatAreNotFiniteAreFound() throws {
    var weights = try #require(followers["lstm"]).archive()
    #expect(throws: Never.self) { try weights.checkFinite() }
    for (value, passes) in [(Double.infinity, false), (-.infinity, false), (.nan, true)] {
        weights.set("recorded", shape: [2], .float64([1, value]))
        #expect(((try? weights.checkFinite()) != nil) == passes)
    }
    for value in [Float.infinity, .nan] {
        weights.set("network", shape: [2], .float32([1, value]))
        #expect { try weights.checkFinite() } throws: { ($0 as? InputError)?.field == "network" }
    }
}
