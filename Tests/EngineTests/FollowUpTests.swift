import Decisions
import Files
import Foundation
import NIOConcurrencyHelpers
import TestSupport
import Testing
import Workflows

@testable import Engine

@Test func aTypeThatAlwaysMissesIsRecommendedNoMore() async throws {
    try await TemporaryFolder.with { folder in
        var weights: [String: Double] = [:]
        do {
            let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
            var missed = 0
            while missed < 40, let applied = try await ChangedRuns.apply(scheduler) {
                // The task that was raised in priority is short: whenever it runs, the workflow takes a minute.
                let reported = try ChangedRuns.outcomes(of: applied) { $0 == "long" ? 10 : $1 }
                _ = try await scheduler.record(reported)
                missed += 1
                let last = try #require(try await scheduler.followedUp().first)
                #expect(last.predictedGain == 30 && last.expectedGain == 30 && last.realGain == 0)
                #expect(last.makespan == 3017)
                #expect(try last.decisionID == applied["decisionId"].string())
            }
            #expect(missed >= 3 && missed < 40)
            weights = scheduler.suggestionWeights
            #expect(!weights.isEmpty && weights.values.allSatisfy { $0 < 0.5 })
            let plan = try ChangedRuns.read(try await scheduler.answer(ChangedRuns.asked(scheduler), .optimize))
            #expect(try plan["after"]["makespan"].double() == 130)
            // They are offered still, and say how often they missed.
            let offered = try plan["suggestions"].elements().map { try OptimizationSuggestion($0) }
            #expect(offered.contains { $0.weight < 0.5 } && offered.allSatisfy { $0.weight == weights[$0.type] ?? 1 })
            // The record holds what the answer hangs on.
            let question = try await scheduler.decision(plan["decisionId"].string()).question()
            #expect(try question["weights"].object().keys == weights.keys.sorted())
        }
        let again = try await IntelligentScheduler(settings: settings(in: folder))
        #expect(again.suggestionWeights == weights)
    }
}

/// Tasks wait for a node, and all take half as long as was thought or twice as long: that is neither merit nor fault.
@Test func aTypeThatKeepsItsPromisesKeepsItsWeight() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        for body in [ChangedRuns.crowd, ChangedRuns.divided] {
            for factor in [1, 2, 0.5] {
                let applied = try #require(try await ChangedRuns.apply(scheduler, body))
                _ = try await scheduler.record(ChangedRuns.outcomes(of: applied) { factor * $1 })
                let last = try #require(try await scheduler.followedUp().first)
                let predicted = body == ChangedRuns.crowd ? 30.0 : 40
                #expect(last.predictedGain == predicted && last.realGain == factor * predicted, "\(factor): \(last)")
                #expect(last.expectedGain == factor * predicted && last.share == 1 && last.makespan > 2000)
            }
        }
        #expect(Set(scheduler.suggestionWeights.keys).isSuperset(of: ["raise-priority", "split"]))
        #expect(scheduler.suggestionWeights.values.allSatisfy { $0 == 1 })
        #expect(try await scheduler.log.decisions(type: "follow-up", limit: 9).count == 6)
    }
}

/// On a node that is half as fast the parts of a divided task take as long as all of it would.
@Test func whatMakesTasksSlowerMisses() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let applied = try #require(try await ChangedRuns.apply(scheduler, ChangedRuns.divided))
        _ = try await scheduler.record(ChangedRuns.outcomes(of: applied) { name, _ in name == "beside" ? 120 : 200 })
        let last = try #require(try await scheduler.followedUp().first)
        #expect(last.predictedGain == 40 && last.expectedGain == 80 && last.realGain == 0)
        #expect(scheduler.suggestionWeights["split"] ?? 1 < 1)
    }
}

/// Where all tasks run in another way than before, nothing tells whether they took longer for that or for their data.
@Test func whatRunsInAnotherWayAllTogetherIsNeitherMeritNorFault() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        for factor in [2, 0.5] {
            let applied = try #require(try await ChangedRuns.apply(scheduler, ChangedRuns.oversized))
            _ = try await scheduler.record(ChangedRuns.outcomes(of: applied) { factor * $1 })
            let last = try #require(try await scheduler.followedUp().first)
            #expect(last.predictedGain == 20 && last.expectedGain == nil && last.share == nil)
            #expect(last.realGain == 40 - factor * 20)
        }
        #expect(scheduler.suggestionWeights.isEmpty)
        let record = try #require(try await scheduler.log.decisions(type: "follow-up", limit: 1).first)
        let why = try await scheduler.explanation(of: record.id)
        #expect(why.summary.hasPrefix("of the unknown time ") && why.summary.hasSuffix("; 20 s were predicted"))
        #expect(why.factors.contains { $0.name == "expectedGainSeconds" && $0.detail.hasPrefix("no task") })
        #expect(why.factors.contains { $0.name == "weights" && $0.detail.hasSuffix("stay") })
    }
}

/// A reporter does not wait for a follow-up, which takes its turn among the searches.
@Test func aFollowUpWaitsForItsTurn() async throws {
    try await TemporaryFolder.with { folder in
        var limited = settings(in: folder)
        limited.maxParallelOptimizations = 1
        let scheduler = try await IntelligentScheduler(settings: limited)
        let applied = try #require(try await ChangedRuns.apply(scheduler))
        let (runs, end) = (NIOLockedValueBox(false), DispatchSemaphore(value: 0))
        async let other = scheduler.search {
            runs.withLockedValue { $0 = true }
            return end.wait(timeout: .now() + 20)
        }
        while !runs.withLockedValue({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
        _ = try await scheduler.record(ChangedRuns.outcomes(of: applied))
        // Long enough for one that does not wait.
        try await Task.sleep(for: .milliseconds(300))
        #expect(try await scheduler.log.followUps(limit: 9).isEmpty)
        end.signal()
        #expect(try await other == .success)
        #expect(try await scheduler.followedUp().count == 1)
    }
}

/// What cannot be followed up yet is tried again with the next report, and a few times only.
@Test func aFollowUpThatFailsIsTriedAgain() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let applied = try #require(try await ChangedRuns.apply(scheduler))
        let stranger = [ChangedRuns.outcome("s1", of: nil, seconds: 3)]
        func report(_ name: String) async throws -> DecisionRecord {
            var record = try await scheduler.decision(applied["decisionId"].string())
            let suggested = try await scheduler.decision(record.question()["id"].string())
            (record.id, record.input) = (name, #"{"id":"suggested-\#(name)","suggestions":[]}"#)
            try await scheduler.log.record(record)
            scheduler.followUps.open(name, waitingFor: try WfFormatDocument(applied["workflow"]).workflow)
            var reported = try ChangedRuns.outcomes(of: applied)
            for place in reported.indices { reported[place].decisionID = name }
            _ = try await scheduler.record(reported)
            #expect(try await scheduler.followedUp().isEmpty && scheduler.suggestionWeights.isEmpty)
            return suggested
        }
        // The decision that it asks for is kept behind the tries.
        var suggested = try await report("late")
        for _ in 0..<9 {
            _ = try await scheduler.record(stranger)
            await scheduler.followUps.settled()
        }
        suggested.id = "suggested-late"
        try await scheduler.log.record(suggested)
        _ = try await scheduler.record(stranger)
        #expect(try await scheduler.followedUp().isEmpty)
        // And here behind the first.
        suggested = try await report("soon")
        suggested.id = "suggested-soon"
        try await scheduler.log.record(suggested)
        _ = try await scheduler.record(stranger)
        #expect(try await scheduler.followedUp().map(\.decisionID) == ["soon"])
        _ = try await scheduler.record(stranger)
        #expect(try await scheduler.followedUp().count == 1 && !scheduler.suggestionWeights.isEmpty)
    }
}

@Test func weightsOfAQuestionComeFirst() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let plan = try ChangedRuns.read(try await scheduler.answer(ChangedRuns.asked(scheduler), .optimize))
        var stated = try ChangedRuns.asked(scheduler)
        for suggestion in try plan["suggestions"].elements() { stated.weights[try suggestion["type"].string()] = 0.25 }
        let doubted = try ChangedRuns.read(try await scheduler.answer(stated, .optimize))
        #expect(try doubted["recommended"].elements().isEmpty && !plan["recommended"].elements().isEmpty)
        for (text, problem, field) in [
            ("{\"split\":2}", "between 0 and 1", "weights.split"), ("{\"split\":\"x\"}", "number", "weights.split"),
            ("[]", "object", "weights"), ("{\"splits\":1}", "there are right-size", "weights.splits"),
        ] {
            var object = try #require(stated.json.object)
            object["weights"] = try JSONValue(parsing: Array(text.utf8))
            let error = #expect(throws: InputError.self) {
                try OptimizationQuestion(JSONField(.object(object)), scheduler.settings)
            }
            #expect(error?.problem.contains(problem) == true, "\(String(describing: error))")
            #expect(error?.field == field)
        }
        let name = try #require(try plan["recommended"].elements().first).string()
        let error = await #expect(throws: InputError.self) {
            try await scheduler.apply([name, name], of: plan["decisionId"].string())
        }
        #expect(error?.field == "suggestions[1]" && error?.problem.contains("twice") == true)
    }
}

@Test func whatBecameOfAChangeIsExplained() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        let applied = try #require(try await ChangedRuns.apply(scheduler, ChangedRuns.divided))
        let id = try applied["decisionId"].string()
        let carried = try await scheduler.explanation(of: id)
        #expect(carried.summary.hasSuffix("carried out; the workflow is to end after 60 s instead of 100 s"))
        #expect(carried.factors.contains { $0.name == "split" && $0.detail.hasPrefix("promised ") })
        #expect(carried.factors.contains { $0.name == "whole" && $0.detail.contains("chunks") })

        _ = try await scheduler.record(ChangedRuns.outcomes(of: applied) { $0 == "beside" ? 120 : 3 * $1 })
        _ = try await scheduler.followedUp()
        let record = try #require(try await scheduler.log.decisions(type: "follow-up", limit: 1).first)
        let why = try await scheduler.explanation(of: record.id)
        #expect(
            why.summary
                == "of the 80 s that the workflow of \(id) could be expected to end sooner in this run, 50 s came true; "
                + "40 s were predicted")
        let details = Dictionary(why.factors.map { ($0.name, $0.detail) }) { first, _ in first }
        #expect(details["expectedGainSeconds"]?.hasSuffix("by 80 s") == true)
        #expect(details["weights"]?.hasPrefix("0.625 ") == true && details["makespan"]?.contains("2127 s") == true)
        #expect(details["split"]?.hasPrefix("promised ") == true && details["applied"]?.contains(id) == true)
    }
}
