import Files
import TestSupport
import Testing

@testable import Registry

private func over(
    _ incumbent: (version: Int, digest: String), _ difference: ClosedRange<Double>
) -> ModelManifest.Champion {
    ModelManifest.Champion(
        version: incumbent.version, digest: incumbent.digest, rows: 10, accuracy: 0.5,
        difference: (difference.lowerBound + difference.upperBound) / 2, low: difference.lowerBound,
        high: difference.upperBound)
}

@Test func theGateRefusesWhatIsWorseAndTellsWhyOnce() throws {
    try Fixture.with { fixture in
        let (registry, name, champion) = (fixture.registry, fixture.name, fixture.champion)
        try publish(registry, metrics: [metric("cpu", "worse"), metric("memory", "better")])
        let loaded = try registry.load(name, 1)
        let refusal =
            "predictor 1 is not promoted: it is worse than the best baseline at cpu; force with a reason does it all the same"
        #expect(try registry.promotionRefusal(of: loaded.manifest, alias: champion, force: nil) == refusal)
        #expect(try registry.promotionRefusal(of: loaded.manifest, alias: champion, force: "a test") == nil)
        let byName = #expect(throws: InputError.self) {
            try registry.promote(name, to: 1, alias: champion, force: nil, at: 1, who: "me")
        }
        let byVersion = #expect(throws: InputError.self) {
            try registry.promote(loaded, alias: champion, force: nil, at: 1, who: "me")
        }
        #expect(byName?.problem == refusal && byVersion?.problem == refusal)
        #expect(try registry.aliases(of: name) == [:] && registry.aliasLog(of: name) == [])
        #expect(
            try registry.promote(loaded, alias: champion, force: "a test", at: 1, who: "me") == ["champion": 1])
        #expect(try registry.aliasLog(of: name).map(\.why) == ["forced: a test"])
    }
}

/// Verdicts at two targets, and what the gate says for the champion; the challenger's is softer.
@Test(
    arguments: [
        (["better", "better"], nil, nil), (["better", "tie"], nil, nil),
        (["tie", "tie"], "better than the best baseline at no target", nil),
        (["better", "worse"], "worse than the best baseline at b", nil),
        (["tie", "worse"], "worse than the best baseline at b", nil),
        (
            ["worse", "worse"], "worse than the best baseline at a, b",
            "worse than the best baseline at a, b: at every target"
        ),
        ([], "scored on no target", "scored on no target"),
    ] as [([String], String?, String?)])
func aChampionBeatsTheHeuristicsAndAChallengerNeedNot(verdicts: [String], champion: String?, challenger: String?)
    throws
{
    try Fixture.with { fixture in
        try publish(fixture.registry, metrics: zip(["a", "b"], verdicts).map { metric($0, $1) })
        for (alias, expected) in [(fixture.champion, champion), (fixture.challenger, challenger)] {
            func promote() throws {
                _ = try fixture.registry.promote(
                    fixture.name, to: 1, alias: alias, force: nil, at: 1, who: "me")
            }
            guard let expected else {
                try promote()
                continue
            }
            let error = #expect(throws: InputError.self) { try promote() }
            #expect(error?.problem.contains(expected) == true, "\(String(describing: error))")
        }
    }
}

/// Differences to the champion at two targets, and what the gate says.
@Test(
    arguments: [
        ([0.01...0.1, -0.1...0.1], nil), ([0.01...0.1, 0.01...0.1], nil),
        ([-0.1...0.1, -0.1...0.1], "better than the champion, version 1, at no target"),
        ([0.01...0.1, -0.1 ... -0.01], "worse than the champion, version 1, at b"),
        ([], "not compared with the champion, version 1"),
    ] as [([ClosedRange<Double>], String?)])
func aChampionBeatsTheChampionBeforeIt(differences: [ClosedRange<Double>], expected: String?) throws {
    try Fixture.with { fixture in
        let (registry, name) = (fixture.registry, fixture.name)
        try publish(registry)
        try fixture.promote(1)
        let digest = try registry.manifest(of: name, 1).digest
        func metrics(_ version: Int, _ digest: String) -> [ModelManifest.Metric] {
            ["a", "b"].enumerated().map { place, target in
                metric(
                    target, "better",
                    over: differences.isEmpty ? nil : over((version, digest), differences[place]))
            }
        }
        try publish(registry, metrics: metrics(1, digest))
        // A comparison with another version, or with one of that number elsewhere, is none with this champion.
        try publish(registry, metrics: metrics(2, digest))
        try publish(registry, metrics: metrics(1, String(digest.reversed())))
        func promote(_ version: Int) throws -> [String: Int] {
            try registry.promote(name, to: version, alias: fixture.champion, force: nil, at: 1, who: "me")
        }
        for version in [3, 4] {
            let error = #expect(throws: InputError.self) { try promote(version) }
            #expect(error?.problem.contains("not compared with the champion, version 1") == true)
        }
        if let expected {
            let error = #expect(throws: InputError.self) { try promote(2) }
            #expect(error?.problem.contains(expected) == true, "\(String(describing: error))")
            #expect(try registry.aliases(of: name) == ["champion": 1])
        } else {
            #expect(try promote(2) == ["champion": 2])
            #expect(try registry.aliasLog(of: name).last?.why == "beats the best baseline and beats version 1")
            // It need not beat itself.
            #expect(try promote(2) == ["champion": 2])
        }
    }
}

@Test func aForecasterNeedsSkillOnAverageAndASeriesThatItIsBetterAt() throws {
    try Fixture.with { fixture in
        for metrics in [
            [metric("a", "better", skill: 0.3), metric("b", "worse", skill: -0.1)],
            [metric("a", "better", skill: 0.1), metric("b", "worse", skill: -0.3)],
            [metric("a", "tie", skill: 0.1), metric("b", "tie", skill: 0.1)],
        ] {
            try publish(fixture.registry, metrics: metrics)
        }
        func refusal(_ version: Int) throws -> String? {
            try fixture.registry.promotionRefusal(
                of: fixture.registry.manifest(of: fixture.name, version).manifest, alias: fixture.champion, force: nil)
        }
        #expect(try refusal(1) == nil)
        #expect(try refusal(2)?.contains("on average over series and horizons, is not above zero") == true)
        #expect(try refusal(3)?.contains("at no target") == true)
    }
}

/// A champion that cannot be read does not stand in the way of one that is forced.
@Test func aDamagedChampionIsReplacedByForce() throws {
    try Fixture.with { fixture in
        try publish(fixture.registry, metrics: [metric("a", "better")])
        try publish(fixture.registry, metrics: [metric("a", "better")])
        try fixture.promote(1)
        try writeAtomically("{", to: fixture.path("1/manifest.json"))
        func promote(force: String?) throws -> [String: Int] {
            try fixture.registry.promote(
                fixture.name, to: 2, alias: fixture.champion, force: force, at: 1, who: "me")
        }
        let error = #expect(throws: InputError.self) { try promote(force: nil) }
        #expect(error?.problem.contains("not compared with the champion, version 1") == true)
        #expect(try promote(force: "the champion is damaged") == ["champion": 2])
    }
}

/// What is known of the reason why there was no comparison is told with the refusal.
@Test func aRefusalWithoutAComparisonTellsItsCause() throws {
    let incumbent = ModelManifest.Incumbent(version: 4, digest: "x")
    let predictor = try manifest(metrics: [metric("a", "better")])
    #expect(
        predictor.championRefusal(over: incumbent, cause: "no tested execution is new")
            == "it was not compared with the champion, version 4, on executions new to both: no tested execution is new"
    )
    let forecaster = try manifest(metrics: [metric("a", "better", skill: 0.3)])
    #expect(
        forecaster.championRefusal(over: incumbent)
            == "it was not compared with the champion, version 4, on values new to both")
    #expect(predictor.championRefusal(over: nil, cause: "x") == nil)
}

/// A forecaster passes once it was compared and is better, and is refused where it is worse on a series.
@Test func aForecasterBeatsTheChampionBeforeIt() throws {
    let incumbent = ModelManifest.Incumbent(version: 4, digest: "x")
    func refusal(_ differences: [ClosedRange<Double>]) throws -> String? {
        try manifest(
            metrics: ["a", "b"].enumerated().map { place, series in
                metric(series, "better", over: over((4, "x"), differences[place]), skill: 0.3)
            }
        ).championRefusal(over: incumbent)
    }
    #expect(try refusal([0.01...0.1, -0.1...0.1]) == nil)
    #expect(try refusal([0.01...0.1, -0.1 ... -0.01])?.hasSuffix("at b") == true)
    #expect(try refusal([-0.1...0.1, -0.1...0.1])?.contains("at no target") == true)
}
