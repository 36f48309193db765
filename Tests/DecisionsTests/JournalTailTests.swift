import Files
import Testing

@testable import Decisions

/// A linear congruential generator (Knuth, MMIX).
private struct Steps: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

/// What is read of a journal is the same whether it is in memory, on the disk, or a part in either.
@Test(arguments: 1...8 as ClosedRange<UInt64>) func whatIsInMemoryIsWhatStandsOnTheDisk(seed: UInt64) async throws {
    try await withFolder { folder in
        var generator = Steps(state: seed)
        let journal = try Journal(
            folder: folder, segmentBytes: 900, tailBytes: [0, 700, 3000, 1 << 20].randomElement(using: &generator)!)
        var places = [await journal.end]
        var (kept, removed) = ([JournalRecord](), 0)
        for number in 0..<60 {
            let long = String(repeating: "x", count: .random(in: 0...600, using: &generator))
            kept.append(
                number % 3 == 0
                    ? .outcome(outcome("o\(number)", duration: 1), at: 1)
                    : .decision(decision("d\(number)", output: long)))
            places.append(try await journal.append(kept[number]))
            try await journal.synchronize()
            if number % 7 == 6 {
                removed = .random(in: removed...kept.count, using: &generator)
                try await journal.remove(before: places[removed])
            }
            let from = Int.random(in: removed...kept.count, using: &generator)
            let limit = Int.random(in: 1...2000, using: &generator)
            let read = try await journal.records(after: places[from], bytes: limit)
            let count = read.records.count
            #expect(count > 0 || from == kept.count)
            #expect(read.records == Array(kept[from..<(from + count)]))
            #expect(count == 0 || read.position == places[from + count])
        }
    }
}

@Test func whatFollowsCloselyIsNotReadFromTheDisk() async throws {
    try await withFolder { folder in
        let journal = try Journal(folder: folder)
        let records = (0..<5).map { JournalRecord.decision(decision("d\($0)")) }
        let place = try await journal.append(records[0])
        try await journal.append(Array(records[1...]))
        let path = folder + "/journal-00000001.log"
        try writeAtomically([UInt8](repeating: 0, count: size(of: path)), to: path)
        #expect(try await journal.records(after: place).records == Array(records[1...]))
        // What was given up is only there.
        try await journal.remove(before: place)
        await #expect(throws: InputError.self) { try await journal.records(after: .start) }
        #expect(try await journal.records(after: place).records == Array(records[1...]))
    }
}

@Test func allThatIsKeptElsewhereIsGivenUpHoweverMuchItIs() async throws {
    try await withFolder { folder in
        let journal = try Journal(folder: folder)
        var places = [await journal.end]
        for number in 0..<200 { places.append(try await journal.append(.decision(decision("d\(number)")))) }
        let path = folder + "/journal-00000001.log"
        try writeAtomically([UInt8](repeating: 0, count: size(of: path)), to: path)
        try await journal.remove(before: places[199])
        await #expect(throws: InputError.self) { try await journal.records(after: places[198]) }
        #expect(try await journal.records(after: places[199]).records.count == 1)
    }
}

@Test func figuresThatAreNoNumbersAreKeptAsZeroInMemoryToo() async throws {
    try await withFolder { folder in
        let journal = try Journal(folder: folder)
        var odd = decision("odd", at: .infinity)
        (odd.confidence, odd.latencyMs) = (.nan, -.infinity)
        try await journal.append(.decision(odd))
        let found = try await journal.records(after: .start).records
        (odd.at, odd.confidence, odd.latencyMs) = (0, 0, 0)
        #expect(found == [.decision(odd)])
        #expect(try await Journal(folder: folder).records(after: .start).records == [.decision(odd)])
    }
}

@Test func forecastsAtHandAreTheRowsThatTheAnswerWouldGive() async throws {
    let (question, answer) = (
        #"{"tasks":[{"workflow":"w","process":"p"},{"workflow":"w","process":"q"}]}"#,
        """
        {"predictions":[{"cpu":{"p50":2},"memory":{"p50":3e9},"duration":{"p50":10}},
            {"cpu":{"p50":1.5},"memory":{"p50":7},"duration":{"p50":0.25}}]}
        """
    )
    let forecasts = [
        TaskForecast(taskType: "w:p", cpu: 2, memory: 3e9, duration: 10),
        TaskForecast(taskType: "w:q", cpu: 1.5, memory: 7, duration: 0.25),
    ]
    #expect(try TaskForecast.read(decision("f", type: "predict", input: question, output: answer)) == forecasts)
    try await withFolder { folder in
        let store = try SQLiteDecisionStore(path: folder + "/decisions.sqlite")
        // Neither question nor answer tells anything: the rows are those at hand.
        let mute = decision("m", type: "predict")
        try await store.add(
            [.decision(mute, forecasts: forecasts), .outcome(outcome("t", of: "m", duration: 20), at: 2)],
            upTo: .init(segment: 1, offset: 9))
        let rows = try rows(folder + "/decisions.sqlite", "SELECT * FROM resource_predictions ORDER BY id")
        #expect(rows.map { $0["task_type"] } == ["w:p", "w:q"])
        #expect(rows.map { $0["predicted_memory"] } == [3e9, 7.0])
        #expect(rows.map { $0["actual_duration"] } == [20.0, nil])
    }
}
