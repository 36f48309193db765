import Kernels
import Prediction
import Testing
import Workflows

@testable import Models

private func task(
    _ inputBytes: Double? = 1e6, cores: Double? = 1, attempt: Int = 1, features: [String: FeatureValue] = [:]
) -> TaskSpec {
    TaskSpec(
        workflow: "w", process: "p", inputBytes: inputBytes, cores: cores, attempt: attempt, features: features)
}

/// Forty tasks of 1 to 8 MB on one core, on machines of two kinds, each with a name of its own and a level of 0 to 3.
private let usual = (0..<40).map { place -> TaskSpec in
    let features: [String: FeatureValue] = [
        "machine": .word(place % 3 == 0 ? "m1" : "m2"), "sample": .word("s\(place % 19)"), "id": .word("\(place)"),
        "level": .number(Double(place % 4)), "shift": .number(Double(place % 5) - 2),
    ]
    return task(1e6 * Double(1 + place % 8), features: features)
}

@Test func whatWasSeenIsNoSurprise() {
    let seen = SeenTasks(usual)
    for task in usual { #expect(seen.surprise(in: task) == nil) }
    #expect(SeenTasks().surprise(in: TaskSpec(process: "p")) == nil)
}

@Test func whatLiesFarOutsideIsToldByItsName() {
    let seen = SeenTasks(usual)
    // The range is ln 8 wide: a quarter of it beyond either end is far.
    let factor = 1.68
    let far: [(TaskSpec, String)] = [
        (task(8e6 * factor * 1.02), "inputBytes lies far above what its executions had"),
        (task(1e6 / factor / 1.02), "inputBytes lies far below what its executions had"),
        (task(cores: 8), "cores lies far above what its executions had"),
        (task(attempt: 2), "attempt lies far above what its executions had"),
        (task(features: ["level": .number(9)]), "level lies far above what its executions had"),
        (task(features: ["shift": .number(-9)]), "shift lies far below what its executions had"),
        (task(features: ["machine": .word("m3")]), "none of its executions had this machine"),
        (task(features: ["gpu": .word("yes")]), "gpu is not known of its executions"),
        (task(features: ["gpu": .number(1)]), "gpu is not known of its executions"),
        // The first by name is told.
        (task(features: ["zeta": .number(1), "machine": .word("m3")]), "none of its executions had this machine"),
    ]
    for (task, why) in far {
        #expect(seen.surprise(in: task) == why)
        // To a model that has read more than they had, what none of them had is none.
        #expect(seen.surprise(in: task, countsNewNames: false) == (why.hasPrefix("gpu") ? nil : why))
    }
    let near = [
        task(8e6 * factor / 1.02), task(1e6 / factor * 1.02), task(nil), task(cores: nil),
        // Words of which there is ever another one.
        task(features: ["id": .word("new")]), task(features: ["level": .number(.nan)]),
        task(features: ["machine": .word("m1")]),
    ]
    for task in near { #expect(seen.surprise(in: task) == nil, "\(task)") }
}

@Test func aWordThatCouldHaveBeenMissedIsNoSurprise() {
    // Two of twenty words were seen once: one more is likely.
    let words = (0..<36).map { "s\($0 % 9)" } + ["a", "b"]
    let seen = SeenTasks(words.map { task(features: ["sample": .word($0)]) })
    #expect(seen.surprise(in: task(features: ["sample": .word("c")])) == nil)
    // Too few executions for a name to be unknown.
    #expect(SeenTasks(usual.prefix(19)).surprise(in: task(features: ["gpu": .number(1)])) == nil)
    #expect(SeenTasks(usual.prefix(20)).surprise(in: task(features: ["gpu": .number(1)])) != nil)
}

@Test func whatComesToBeSeenIsNoSurpriseAnyMore() {
    var seen = SeenTasks(usual)
    let strange = task(1e9, cores: 64, features: ["gpu": .word("yes")])
    #expect(seen.surprise(in: strange) != nil)
    seen.insert(strange)
    #expect(seen.surprise(in: strange) == nil)
}

@Test func namesWithoutEndAreNotKept() {
    var seen = SeenTasks(usual)
    var few = seen
    for place in 0..<1000 {
        let features = (0..<10).map { ("n\(place * 10 + $0)", $0 % 2 == 0 ? FeatureValue.number(1) : .word("w")) }
        seen.insert(task(features: Dictionary(uniqueKeysWithValues: features)))
        if place < 20 { few.insert(task(features: Dictionary(uniqueKeysWithValues: features))) }
    }
    #expect(seen.names.count == 256 && seen.names.contains("machine") && seen.names.contains("n150"))
    #expect(few.names.count == 3 + 5 + 200)
    // Of what is kept it still tells; that a name is not among them says nothing any more.
    #expect(seen.surprise(in: task(features: ["level": .number(99)])) != nil)
    #expect(few.surprise(in: task(features: ["gpu": .number(1)])) == "gpu is not known of its executions")
    for name in ["gpu", "n9999"] { #expect(seen.surprise(in: task(features: [name: .number(1)])) == nil) }
    // That is so until there were enough executions since, as many as it takes in the first place.
    var after = SeenTasks(usual)
    after.insert(task(features: Dictionary(uniqueKeysWithValues: (0..<300).map { ("w\($0)", .number(1)) })))
    for place in 0..<20 {
        #expect(after.surprise(in: task(features: ["gpu": .number(1)])) == nil, "\(place)")
        after.insert(usual[place])
    }
    #expect(after.surprise(in: task(features: ["gpu": .number(1)])) == "gpu is not known of its executions")
    // The same ones whatever the order of a dictionary.
    let names = (0..<600).map { "x\($0)" }
    let wide = SeenTasks([task(features: Dictionary(uniqueKeysWithValues: names.map { ($0, .number(1)) }))])
    #expect(wide.names.isSuperset(of: names.sorted().prefix(250)) && wide.names.count == 256)
}

@Test func typesThatTheNetworkDoesNotKnowAreNotKept() throws {
    var predictor = try #require(followers["lstm"] as? LSTMPredictor)
    let known = Set(predictor.calibrations.types.keys)
    #expect(!known.isEmpty && Set(predictor.seen.keys) == known)
    for place in 0..<50 {
        var strange = series(wave)[place]
        strange.task.process = "new-\(place)"
        predictor.observe(strange)
    }
    #expect(Set(predictor.seen.keys) == known)
}

@Test(arguments: networkKinds) func aQuestionFarOutsideGoesToTheStatistics(kind: String) throws {
    var rows = series(wave)
    for place in rows.indices { rows[place].task.inputBytes = 1e6 * Double(1 + place * 7 % 5) }
    let predictor = try small(kind).trainPublishable(on: Array(rows.prefix(160)), seed: 1)
    var task = rows[160].task
    #expect(try predictor.predict(task).duration.source == .ensemble)
    for (bytes, side) in [(1e3, "below"), (1e9, "above")] {
        task.inputBytes = bytes
        let (answer, base) = (try predictor.predict(task), try predictor.heuristic.predict(task))
        for target in ResourceTarget.allCases {
            #expect(answer[target].source == .heuristic && answer[target].quantiles == base[target].quantiles)
            #expect(answer[target].reason.hasSuffix("as inputBytes lies far \(side) what its executions had"))
        }
    }
    // An outcome like it makes it a question like others, in a copy that was archived too.
    var taught = predictor
    var outcome = rows[160]
    outcome.task.inputBytes = 1e9
    taught.observe(outcome)
    task.submittedAt = rows[161].task.submittedAt
    #expect(try taught.predict(task).duration.source == .ensemble)
    #expect(try read(predictor.archive(), kind).predict(task) == predictor.predict(task))
}
