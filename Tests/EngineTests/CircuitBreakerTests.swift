import Kernels
import Testing

@testable import Engine

private let limits = CircuitBreaker.Limits(
    failuresInARow: 3, window: 8, leastCalls: 6, failureShare: 0.5, coolDown: 10, longestCoolDown: 40)

/// Asks once at `now`; whether it was let through.
@discardableResult
private func ask(_ breaker: inout CircuitBreaker, succeeds: Bool, at now: Double) -> Bool {
    guard let pass = breaker.admit(at: now) else { return false }
    breaker.record(succeeded: succeeds, pass, at: now)
    return true
}

/// Leave to ask, which there must be.
private func admitted(_ breaker: inout CircuitBreaker, at now: Double) throws -> CircuitBreaker.Pass {
    let pass = breaker.admit(at: now)
    return try #require(pass)
}

/// One that has opened at 0.
private func opened() -> CircuitBreaker {
    var breaker = CircuitBreaker(limits)
    for _ in 0..<3 { ask(&breaker, succeeds: false, at: 0) }
    return breaker
}

@Test func failuresInARowOpenIt() {
    var breaker = CircuitBreaker(limits)
    for succeeds in [false, false, true, false, false] { #expect(ask(&breaker, succeeds: succeeds, at: 0)) }
    #expect(breaker.state == .closed && breaker.openings == 0)
    #expect(ask(&breaker, succeeds: false, at: 1))
    #expect(breaker.state == .open(until: 11) && breaker.openings == 1)
    #expect(!ask(&breaker, succeeds: true, at: 10.999))
}

@Test func aShareOfFailuresOpensIt() {
    var breaker = CircuitBreaker(limits)
    // Two of three fail, never three in a row: the sixth call is the first that may judge the share.
    for (place, succeeds) in [false, false, true, false, false].enumerated() {
        ask(&breaker, succeeds: succeeds, at: Double(place))
        #expect(breaker.state == .closed)
    }
    ask(&breaker, succeeds: true, at: 5)
    #expect(breaker.state == .open(until: 15))
    // Failures that the window has left behind do not count: a third of the calls fail for ever.
    breaker = CircuitBreaker(limits)
    for place in 0..<300 { ask(&breaker, succeeds: place % 3 != 0, at: Double(place)) }
    #expect(breaker.state == .closed)
    for place in 0..<300 { ask(&breaker, succeeds: place % 2 != 0, at: Double(place)) }
    #expect(breaker.openings > 0)
}

@Test func leaveThatIsGivenBackIsTheNextOnes() throws {
    var breaker = opened()
    let unused = try admitted(&breaker, at: 10)
    breaker.giveBack(unused, at: 11)
    #expect(breaker.state == .open(until: 11) && breaker.openings == 1)
    // The next question is the trial; what was given back is leave no more.
    let trial = try admitted(&breaker, at: 11)
    breaker.giveBack(unused, at: 11)
    #expect(breaker.state == .halfOpen(since: 11))
    breaker.record(succeeded: true, trial, at: 12)
    #expect(breaker.state == .closed)
    // While it is closed, nothing changes.
    let closed = try admitted(&breaker, at: 12)
    breaker.giveBack(closed, at: 12)
    #expect(breaker.state == .closed)
}

@Test func oneTrialDecidesAfterTheCoolDown() throws {
    var breaker = opened()
    let trial = try admitted(&breaker, at: 10)
    #expect(breaker.state == .halfOpen(since: 10))
    // Others are left out while the trial goes on.
    for now in [10, 15, 19.9] { #expect(!ask(&breaker, succeeds: true, at: now)) }
    breaker.record(succeeded: true, trial, at: 12)
    #expect(breaker.state == .closed)
    // It begins anew: what failed before is forgotten.
    for _ in 0..<2 { ask(&breaker, succeeds: false, at: 13) }
    #expect(breaker.state == .closed)
    ask(&breaker, succeeds: false, at: 13)
    #expect(breaker.state == .open(until: 23))
}

@Test func eachFailedTrialDoublesTheCoolDownUpToALimit() {
    var breaker = opened()
    var now = 0.0
    for coolDown in [10.0, 20, 40, 40, 40] {
        #expect(breaker.state == .open(until: now + coolDown))
        #expect(!ask(&breaker, succeeds: true, at: now + coolDown - 0.001))
        now += coolDown
        #expect(ask(&breaker, succeeds: false, at: now))
    }
    #expect(breaker.openings == 6)
    ask(&breaker, succeeds: true, at: now + 40)
    #expect(breaker.state == .closed)
    for _ in 0..<3 { ask(&breaker, succeeds: false, at: 1000) }
    #expect(breaker.state == .open(until: 1010))
}

@Test func aTrialThatIsNeverToldOfIsGivenUp() throws {
    var breaker = opened()
    let lost = try admitted(&breaker, at: 10)
    #expect(!ask(&breaker, succeeds: true, at: 19))
    let next = try admitted(&breaker, at: 20)
    // What the lost one says at last counts for nothing.
    breaker.record(succeeded: true, lost, at: 21)
    #expect(breaker.state == .halfOpen(since: 20))
    breaker.record(succeeded: false, next, at: 22)
    #expect(breaker.state == .open(until: 42))
}

@Test func resultsFromBeforeAChangeCountForNothing() throws {
    var breaker = CircuitBreaker(limits)
    let (early, late) = (try admitted(&breaker, at: 0), try admitted(&breaker, at: 0))
    for _ in 0..<3 { ask(&breaker, succeeds: false, at: 0) }
    breaker.record(succeeded: true, early, at: 1)
    #expect(breaker.state == .open(until: 10))
    ask(&breaker, succeeds: true, at: 10)
    for _ in 0..<2 { ask(&breaker, succeeds: false, at: 11) }
    breaker.record(succeeded: false, late, at: 11)
    #expect(breaker.state == .closed)
}

/// The rules once more, written down as a list of calls: the same states for any calls.
private struct NaiveBreaker {
    var until: Double?
    var trial: Double?
    var results: [Bool] = []
    var failedTrials = 0

    mutating func ask(_ succeeds: Bool, at now: Double) -> Bool {
        if let moment = until {
            guard now >= moment else { return false }
            until = nil
            guard succeeds else {
                failedTrials += 1
                until = now + [10, 20, 40][min(failedTrials, 2)]
                return true
            }
            (results, failedTrials) = ([], 0)
            return true
        }
        results.append(succeeds)
        let window = results.suffix(8)
        let failsOften = window.count >= 6 && window.count { !$0 } * 2 >= window.count
        if results.suffix(3) == [false, false, false] || failsOften {
            until = now + [10, 20, 40][min(failedTrials, 2)]
            results = []
        }
        return true
    }
}

@Test(arguments: 0..<20 as Range<UInt64>) func anyCallsLeadToTheStatesOfTheRules(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var (breaker, naive) = (CircuitBreaker(limits), NaiveBreaker())
    let share = Double.random(in: 0.1...0.9, using: &generator)
    var (now, refused) = (0.0, 0)
    for _ in 0..<2000 {
        now += Double.random(in: 0...4, using: &generator)
        let succeeds = Double.random(in: 0...1, using: &generator) > share
        let passed = ask(&breaker, succeeds: succeeds, at: now)
        #expect(passed == naive.ask(succeeds, at: now))
        if !passed { refused += 1 }
        if let until = naive.until { #expect(breaker.state == .open(until: until)) }
        #expect((breaker.state == .closed) == (naive.until == nil))
    }
    #expect(share < 0.3 || refused > 0)
}
