import Decisions
import Files
import Models
import NIOConcurrencyHelpers
import TestSupport
import Testing
import Workflows

@testable import Engine

/// A workflow is followed up when its last task has ended well, once.
@Test func onlyWhatRanToItsEndIsFollowedUp() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        var reported = try ChangedRuns.outcomes(of: #require(try await ChangedRuns.apply(scheduler)))
        let rest = [reported.removeLast()]
        _ = try await scheduler.record(reported + reported)
        var failed = rest
        failed[0].execution.status = .failed
        var unknown = rest
        unknown[0].execution.startedAt = nil
        var stranger = rest
        stranger[0].decisionID = "stranger"
        for other in [failed, unknown, stranger] { _ = try await scheduler.record(other) }
        #expect(try await scheduler.followedUp().isEmpty && scheduler.suggestionWeights.isEmpty)
        #expect(try await scheduler.openOptimizations().count == 1)
        for _ in 0..<2 {
            _ = try await scheduler.record(rest)
            #expect(try await scheduler.followedUp().map(\.realGain) == [30])
        }
        #expect(try await scheduler.openOptimizations().isEmpty)
    }
}

/// Of a task on a branch nobody may ever report an end; what cannot be followed up says so.
@Test func aWorkflowThatRunsByChanceIsNotFollowedUp() async throws {
    try await TemporaryFolder.with { folder in
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        for (body, isFollowed) in [(ChangedRuns.branched, false), (ChangedRuns.divided, true)] {
            let applied = try #require(try await ChangedRuns.apply(scheduler, body))
            #expect(try applied["followUp"].bool() == isFollowed)
            _ = try await scheduler.record(ChangedRuns.outcomes(of: applied))
            #expect(try await scheduler.followedUp().count == (isFollowed ? 1 : 0))
        }
    }
}

/// What a server wrote down, and no more before it died, is followed up at the next start, whatever was reported last.
@Test func whatEndedBeforeTheStartIsFollowedUp() async throws {
    for (early, late) in [(4, 0), (3, 1), (0, 4), (4, -1)] {
        try await TemporaryFolder.with { folder in
            do {
                let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
                let reported = try ChangedRuns.outcomes(of: #require(try await ChangedRuns.apply(scheduler)))
                try await scheduler.log.record(Array(reported.prefix(early)), at: 1)
                if late > 0 { try await scheduler.log.record(Array(reported.suffix(late)), at: 2) }
                // One that had ended already is reported once more.
                if late < 0 { try await scheduler.log.record(Array(reported.prefix(1)), at: 2) }
                #expect(try await scheduler.openOptimizations().count == 1)
            }
            let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
            #expect(try await scheduler.followedUp().map(\.realGain) == [30], "\(early) \(late)")
            #expect(try await scheduler.openOptimizations().isEmpty && !scheduler.suggestionWeights.isEmpty)
        }
    }
}

/// What was begun before the start is waited for, for a month.
@Test func whatNeverRunsIsWaitedForNoLonger() async throws {
    let day = 86_400.0
    for (days, isWaitedFor) in [(29.0, true), (31, false)] {
        try await TemporaryFolder.with { folder in
            let moment = NIOLockedValueBox(1e9)
            func start() async throws -> IntelligentScheduler {
                let catalog = Catalog()
                return try await IntelligentScheduler(
                    settings: settings(in: folder), load: { try catalog.read($0) },
                    clock: { moment.withLockedValue { $0 } })
            }
            var rest: [ReportedExecution] = []
            do {
                let scheduler = try await start()
                var reported = try ChangedRuns.outcomes(of: #require(try await ChangedRuns.apply(scheduler)))
                rest = [reported.removeFirst()]
                _ = try await scheduler.record(reported)
            }
            moment.withLockedValue { $0 += days * day }
            let scheduler = try await start()
            #expect(try await scheduler.followedUp().isEmpty)
            _ = try await scheduler.record(rest)
            #expect(try await scheduler.followedUp().count == (isWaitedFor ? 1 : 0), "\(days)")
        }
    }
}

/// A record that cannot be read is left out, one that was followed up and one that was not, and the others count.
@Test func whatCannotBeReadIsLeftOut() async throws {
    try await TemporaryFolder.with { folder in
        do {
            let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
            let applied = try #require(try await ChangedRuns.apply(scheduler))
            let id = try applied["decisionId"].string()
            _ = try await scheduler.record(ChangedRuns.outcomes(of: applied) { $0 == "long" ? 10 : $1 })
            #expect(try await scheduler.followedUp().count == 1)
            let record = try await scheduler.decision(id)
            for (name, old, new) in [
                ("broken", "\"promisedSeconds\":{", "\"promisedSeconds\":7,\"others\":{"),
                ("open", "\"schemaVersion\":", "\"others\":"),
            ] {
                var other = record
                (other.id, other.output) = (name, record.output.replacing(old, with: new))
                #expect(other.output != record.output)
                try await scheduler.log.record(other)
            }
            let followUp = FollowUp(
                decisionID: "broken", predictedGain: 30, expectedGain: 30, realGain: 0, makespan: 1, promised: [:])
            var ending = try #require(try await scheduler.log.decisions(type: "follow-up", limit: 1).first)
            (ending.id, ending.output) = ("ending", JSONValue.object(JSONObject(followUp.members)).text())
            try await scheduler.log.record(ending)
            let other = try #require(try await ChangedRuns.apply(scheduler))
            try await scheduler.log.record(ChangedRuns.outcomes(of: other), at: 1)
            #expect(try await scheduler.openOptimizations().count == 2)
        }
        let scheduler = try await IntelligentScheduler(settings: settings(in: folder))
        #expect(try await scheduler.followedUp().map(\.realGain).sorted() == [0, 30])
        #expect(scheduler.suggestionWeights.values.allSatisfy { $0 < 1 } && !scheduler.suggestionWeights.isEmpty)
        #expect(try await scheduler.openOptimizations() == ["open"])
    }
}
