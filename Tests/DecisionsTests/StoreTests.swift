import Files
import GRDB
import Testing
import Workflows

@testable import Decisions

private let place = Journal.Position(segment: 2, offset: 30)

private func withStore(_ body: (SQLiteDecisionStore, _ path: String) async throws -> Void) async throws {
    try await withFolder { folder in
        let path = folder + "/decisions.sqlite"
        try await body(try SQLiteDecisionStore(path: path), path)
    }
}

func rows(_ path: String, _ sql: String) throws -> [Row] {
    try DatabaseQueue(path: path).read { try Row.fetchAll($0, sql: sql) }
}

private func forecast(_ duration: Double) -> String {
    "{\"cpu\":{\"p50\":2},\"memory\":{\"p50\":100},\"duration\":{\"p50\":\(duration)}}"
}

private let forecasts = decision(
    "f", type: "predict",
    input: "{\"tasks\":[{\"workflow\":\"w\",\"process\":\"p\"},{\"workflow\":\"w\",\"process\":\"p\"}]}",
    output: "{\"predictions\":[\(forecast(10)),\(forecast(20))]}")

@Test func recordsAndTheirPlaceAreAddedTogetherOrNotAtAll() async throws {
    try await withStore { store, path in
        #expect(try await store.position() == .start)
        try await store.add([.decision(decision("a"))], upTo: place)
        #expect(try await store.position() == place)
        try await DatabaseQueue(path: path).write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER fault BEFORE INSERT ON task_executions
                    BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """)
        }
        let further: [JournalRecord] = [
            .decision(decision("b")), .outcome(outcome("o"), at: 1), .decision(decision("c")),
        ]
        await #expect(throws: DatabaseError.self) {
            try await store.add(further, upTo: Journal.Position(segment: 9, offset: 9))
        }
        #expect(try await store.position() == place)
        #expect(try await store.decisions(type: nil, limit: 99).count == 1)
        #expect(try await store.decision("b") == nil)
    }
}

@Test func everyPartOfADecisionIsReadBack() async throws {
    try await withStore { store, _ in
        var bare = decision("bare")
        (bare.model, bare.reason, bare.seed, bare.iterations) = (nil, nil, nil, nil)
        try await store.add([.decision(decision("a")), .decision(bare)], upTo: place)
        #expect(try await store.decision("a") == decision("a"))
        #expect(try await store.decision("bare") == bare)
    }
}

@Test func decisionsComeFromTheLatestOnAndByType() async throws {
    try await withStore { store, _ in
        let records = (0..<6).map {
            decision("d\($0)", type: $0 % 2 == 0 ? "schedule" : "optimize", at: Double(10 - $0))
        }
        try await store.add(records.map { .decision($0) }, upTo: place)
        #expect(try await store.decisions(type: nil, limit: 3).map(\.id) == ["d0", "d1", "d2"])
        #expect(try await store.decisions(type: "optimize", limit: 9).map(\.id) == ["d1", "d3", "d5"])
        #expect(try await store.decisions(type: "apply", limit: 9).isEmpty)
    }
}

@Test func outcomesJoinTheForecastsOfTheirDecisionOneByOne() async throws {
    try await withStore { store, path in
        let records: [JournalRecord] = [
            .decision(forecasts),
            // Nothing of this one is told by a measurement: it failed.
            .outcome(outcome("failed", of: "f", duration: 1, status: .failed), at: 1),
            .outcome(outcome("empty", of: "f", cpu: 0, duration: 0), at: 1),
            .outcome(outcome("stranger", of: "other", duration: 7), at: 1),
            .outcome(outcome("first", of: "f", memory: 80), at: 1),
            .outcome(outcome("second", of: "f", cpu: 4, memory: 100, duration: 5), at: 1),
            .outcome(outcome("third", of: "f", cpu: 9, memory: 9, duration: 9), at: 1),
        ]
        try await store.add(records, upTo: place)
        let found = try rows(path, "SELECT * FROM resource_predictions ORDER BY id")
        #expect(found.map { $0["predicted_duration"] as Double } == [10, 20])
        #expect(found.map { $0["actual_memory"] as Double? } == [80, 100])
        #expect(found.map { $0["actual_cpu"] as Double? } == [nil, 4])
        #expect(found.map { $0["actual_duration"] as Double? } == [nil, 5])
        // 1 - 20/80; the mean of 1 - 2/4, 1 and, 15 being more than 5, 0.
        #expect(found.map { $0["accuracy_score"] as Double? } == [0.75, 0.5])
    }
}

@Test func outcomesComeByTheMomentOfTheirEndElseOfTheirReport() async throws {
    try await withStore { store, _ in
        let records: [JournalRecord] = [
            .outcome(outcome("old", completedAt: 10), at: 50), .outcome(outcome("new", completedAt: 30), at: 51),
            .outcome(outcome("unknown"), at: 20), .outcome(outcome("middle", completedAt: 20), at: 1),
        ]
        try await store.add(records, upTo: place)
        #expect(try await store.outcomes(after: nil).executions.map(\.taskID) == ["old", "new", "unknown", "middle"])
        #expect(try await store.outcomes(after: 10).executions.map(\.taskID) == ["new", "unknown", "middle"])
        #expect(try await store.outcomes(after: 20).executions.map(\.taskID) == ["new"])
        #expect(try await store.outcomes(after: 10).executions.first == outcome("new", completedAt: 30).execution)
    }
}

@Test func anAppliedChangeHasARowOfItsOwn() async throws {
    try await withStore { store, path in
        let output = """
            {"workflow":{"name":"n"},"types":["raise-priority","right-size"],"before":{"makespan":40},"after":{"makespan":30}}
            """
        try await store.add([.decision(decision("x", type: "apply", output: output))], upTo: place)
        let found = try #require(try rows(path, "SELECT * FROM workflow_optimizations").first)
        #expect(found["workflow_id"] as String == "n")
        #expect(found["optimization_type"] as String == "raise-priority, right-size")
        #expect(found["improvement_percentage"] as Double == 25)
        #expect(found["before_metrics"] as String == "{\"makespan\":40}")
    }
}

@Test func whatBecameOfAChangeStandsBesideIt() async throws {
    try await withStore { store, path in
        func applied(_ id: String) -> DecisionRecord {
            decision(
                id, type: "apply", at: 5,
                output: """
                    {"workflow":{"name":"n"},"types":["skip","split"],"before":{"makespan":40},
                    "after":{"makespan":30},"promisedSeconds":{"skip":6,"split":3}}
                    """)
        }
        let followUp = FollowUp(
            decisionID: "y", predictedGain: 10, expectedGain: 20, realGain: 4, makespan: 36,
            promised: ["skip": 6, "split": 3])
        let output = JSONValue.object(JSONObject(followUp.members)).text()
        try await store.add(
            [
                .decision(applied("x")), .decision(applied("y")),
                .decision(decision("z", type: "follow-up", at: 9, output: output)),
                .decision(decision("odd", type: "follow-up", output: "{}")),
                .outcome(outcome("first", of: "y"), at: 7), .outcome(outcome("other", of: "x"), at: 7),
                .outcome(outcome("second", of: "y"), at: 7),
            ], upTo: place)
        // Of a follow-up and a change that say something else than they should, the rest is kept.
        let old = FollowUp(
            decisionID: "w", predictedGain: 10, expectedGain: 7, realGain: 8, makespan: 36, promised: ["skip": 9])
        var members = JSONObject(old.members)
        members["expectedGainSeconds"] = nil
        let text = applied("v").output.replacing("{\"skip\":6,\"split\":3}", with: "[\"skip\"]")
        try await store.add(
            [
                .decision(decision("w", type: "apply", at: 5, output: applied("w").output)),
                .decision(decision("v", type: "apply", at: 5, output: text)),
                .decision(decision("u", type: "follow-up", at: 8, output: JSONValue.object(members).text())),
            ]
                + ["v"].map { id in
                    let ended = FollowUp(
                        decisionID: id, predictedGain: 9, expectedGain: 9, realGain: 4, makespan: 6, promised: [:])
                    let output = JSONValue.object(JSONObject(ended.members)).text()
                    return .decision(decision("t", type: "follow-up", at: 7, output: output))
                }, upTo: place)
        let kept = try await store.followUps(limit: 9)
        #expect(kept.map(\.decisionID) == ["y", "w"] && kept.map(\.expectedGain) == [20, 10])
        #expect(kept.first == followUp)
        #expect(try await store.followUps(limit: 0).isEmpty)
        #expect(try await store.openOptimizations(after: 4, limit: 9) == ["x"])
        #expect(try await store.openOptimizations(after: 5, limit: 9).isEmpty)
        #expect(try await store.outcomes(of: "y").map(\.taskID) == ["first", "second"])
        let found = try rows(path, "SELECT * FROM workflow_optimizations WHERE decision_id = 'y'")
        #expect(found.map { $0["predicted_gain_seconds"] as Double } == [10])
        #expect(found.map { $0["real_gain_seconds"] as Double? } == [4])
        #expect(found.map { $0["real_makespan"] as Double? } == [36] && found[0]["followed_up_at"] as Double? == 9)
    }
}

/// Rows of before an expected gain was kept say that as much as predicted was expected; where it is unknown none stands there.
@Test func rowsOfBeforeExpectedGainsAreRead() async throws {
    try await withFolder { folder in
        let path = folder + "/decisions.sqlite"
        let old = try DatabaseQueue(path: path)
        try SQLiteDecisionStore.migrator.migrate(old, upTo: "expected gains of optimizations")
        try await old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO workflow_optimizations (decision_id, workflow_id, optimization_type, before_metrics,
                        after_metrics, improvement_percentage, applied_at, promised_gains, predicted_gain_seconds,
                        real_makespan, real_gain_seconds, followed_up_at)
                    VALUES ('o', 'w', 't', '{}', '{}', 1, 2, '{"skip":3}', 10, 30, 5, 4)
                    """)
        }
        try old.close()
        let store = try SQLiteDecisionStore(path: path)
        #expect(try await store.followUps(limit: 9).map(\.expectedGain) == [10])
        let unknown = FollowUp(
            decisionID: "o", predictedGain: 10, expectedGain: nil, realGain: 5, makespan: 30, promised: ["skip": 3])
        let output = JSONValue.object(JSONObject(unknown.members)).text()
        try await store.add([.decision(decision("z", type: "follow-up", at: 4, output: output))], upTo: place)
        #expect(try await SQLiteDecisionStore(path: path).followUps(limit: 9) == [unknown])
    }
}

/// A type that always misses loses its weight, the sooner the more of the promises were its own.
@Test func aTypeThatKeepsMissingLosesItsWeight() {
    func followUps(_ count: Int, gained: Double, _ promised: [String: Double]) -> [FollowUp] {
        (0..<count).map { _ in
            FollowUp(
                decisionID: "d", predictedGain: 10, expectedGain: 10, realGain: gained, makespan: 1, promised: promised)
        }
    }
    #expect(FollowUp.weights([]).isEmpty)
    #expect(FollowUp.weights(followUps(2, gained: 0, ["skip": 10])) == ["skip": 0.5])
    // Of 8 that each lost half of what they promised, 2 + 8 · -0.5 is less than nothing.
    #expect(FollowUp.weights(followUps(8, gained: -5, ["skip": 10])) == ["skip": 0])
    #expect(FollowUp.weights(followUps(2, gained: -5, ["skip": 10])) == ["skip": 0.25])
    #expect(FollowUp.weights(followUps(5, gained: 30, ["skip": 10])) == ["skip": 1])
    #expect(followUps(1, gained: 99, [:])[0].share == 3 && followUps(1, gained: -99, [:])[0].share == -1)
    // Those that gained more than expected make up for those that gained less.
    let spread = followUps(4, gained: 5, ["skip": 10]) + followUps(4, gained: 15, ["skip": 10])
    #expect(FollowUp.weights(spread) == ["skip": 1])
    #expect(FollowUp.weights(followUps(2, gained: 5, ["skip": 10])) == ["skip": 0.75])
    let both = FollowUp.weights(followUps(4, gained: 0, ["skip": 9, "split": 3, "colocate": 0, "add-edge": -2]))
    #expect(both == ["skip": 2 / 5.0, "split": 2 / 3.0])
    // A gain is measured by the one that could be expected of the run.
    func slow(_ expected: Double?) -> [FollowUp] {
        [
            FollowUp(
                decisionID: "d", predictedGain: 10, expectedGain: expected, realGain: 10, makespan: 1,
                promised: ["skip": 3])
        ]
    }
    #expect(FollowUp.weights(slow(20)) == ["skip": 2.5 / 3] && FollowUp.weights(slow(0)).isEmpty)
    // Where nothing tells what could be expected, it is neither merit nor fault.
    #expect(slow(nil)[0].share == nil && FollowUp.weights(slow(nil)).isEmpty)
    // Where no gain was predicted none was missed.
    let none = FollowUp(
        decisionID: "d", predictedGain: 0, expectedGain: 0, realGain: -4, makespan: 1, promised: ["skip": 3])
    #expect(FollowUp.weights([none]).isEmpty)
}

/// A forecast in the middle of an answer is not as expected: the decision is kept, and no half of its rows.
@Test func decisionsOfAnotherFormAreKeptAll() async throws {
    try await withStore { store, path in
        let half = "{\"predictions\":[\(forecast(1)),{\"cpu\":1}]}"
        let odd = [
            decision("a", type: "predict", input: "[]", output: "no JSON"), decision("b", type: "apply", output: "{}"),
            decision("c", type: "predict", input: forecasts.input, output: half),
        ]
        try await store.add(odd.map { .decision($0) }, upTo: place)
        #expect(try await store.decisions(type: nil, limit: 99).count == 3)
        #expect(try rows(path, "SELECT * FROM resource_predictions").isEmpty)
        #expect(try rows(path, "SELECT * FROM workflow_optimizations").isEmpty)
    }
}

@Test func aDatabaseOfANewerVersionIsRefused() async throws {
    try await withStore { _, path in
        try await DatabaseQueue(path: path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of the future')")
        }
        let error = #expect(throws: InputError.self) { try SQLiteDecisionStore(path: path) }
        #expect(error == InputError("was written by a newer version of tactus", file: path))
    }
}

@Test func anOpenDatabaseIsOpenedAgainWithItsContent() async throws {
    try await withStore { store, path in
        try await store.add([.decision(decision("a"))], upTo: place)
        let again = try SQLiteDecisionStore(path: path)
        #expect(try await again.position() == place)
        #expect(try await again.decision("a") == decision("a"))
    }
}
