import Files
import Testing
import Workflows

@testable import Decisions

private let first = "journal-00000001.log"

private func ids(_ records: [JournalRecord]) -> [String] {
    records.flatMap {
        switch $0 {
        case .decision(let decision, _): [decision.id]
        case .outcomes(let outcomes, _): outcomes.map(\.execution.taskID)
        }
    }
}

/// Everything in the journal of `folder`, read in pieces of `bytes`.
private func all(_ journal: Journal, bytes: Int = 4 << 20) async throws -> [JournalRecord] {
    var (records, position): ([JournalRecord], Journal.Position) = ([], .start)
    while true {
        let next = try await journal.records(after: position, bytes: bytes)
        if next.records.isEmpty { return records }
        records += next.records
        position = next.position
    }
}

private let samples: [JournalRecord] = [
    .decision(decision("a", input: "{\n \"question\": \"é\"\n}\n", output: "")),
    .outcomes(
        [outcome("b", of: "a", cpu: 1.5, memory: 1e9, duration: 2, completedAt: 5), outcome("b2", duration: 1)], at: 6),
    .decision(decision("c", input: "", output: "{\"x\":[\n1]}")),
]

@Test(arguments: [1, 64, 1 << 20]) func recordsComeBackAsTheyWere(bytes: Int) async throws {
    try await withFolder { folder in
        let journal = try Journal(folder: folder)
        try await journal.append([samples[0]])
        try await journal.append(Array(samples[1...]))
        #expect(try await all(journal, bytes: bytes) == samples)
    }
}

@Test func aRecordCutAtAnyByteIsTakenOffAndTheOthersStay() async throws {
    try await withFolder { folder in
        try await Journal(folder: folder).append(Array(samples[..<2]))
        let whole = try size(of: "\(folder)/\(first)")
        try await Journal(folder: folder).append([samples[2]])
        let bytes = try readBytes(of: "\(folder)/\(first)")
        for count in whole..<bytes.count {
            try writeAtomically(Array(bytes[..<count]), to: "\(folder)/\(first)")
            let journal = try Journal(folder: folder)
            #expect(journal.notice == nil)
            #expect(try await all(journal) == Array(samples[..<2]), "cut at byte \(count)")
            try await journal.append([samples[2]])
            #expect(try await all(journal) == samples, "cut at byte \(count)")
        }
    }
}

@Test func aChangedByteBeforeWholeRecordsIsRefusedWithItsPlace() async throws {
    try await withFolder { folder in
        let path = "\(folder)/\(first)"
        try await Journal(folder: folder).append([samples[0]])
        let start = try size(of: path)
        try await Journal(folder: folder).append(Array(samples[1...]))
        let bytes = try readBytes(of: path)
        let end = start + samples[1].bytes.count
        for place in start..<end {
            var broken = bytes
            broken[place] ^= 0x15
            try writeAtomically(broken, to: path)
            let error = await #expect(throws: InputError.self, "byte \(place)") {
                try await all(Journal(folder: folder))
            }
            #expect(error?.file == path)
            #expect(error?.problem.hasPrefix("is damaged at byte \(start)") == true)
            #expect(error?.problem.contains("remove bytes \(start) to \(end - 1)") == true)
            #expect(try readBytes(of: path) == broken)
        }
        try writeAtomically(Array(bytes[..<start] + bytes[end...]), to: path)
        #expect(try await all(Journal(folder: folder)) == [samples[0], samples[2]])
    }
}

@Test func damageAtTheVeryEndIsPutAsideAndTold() async throws {
    try await withFolder { folder in
        let path = "\(folder)/\(first)"
        try await Journal(folder: folder).append(samples)
        let whole = try size(of: path)
        let zeros = [UInt8](repeating: 0, count: 100)
        try writeAtomically(try readBytes(of: path) + zeros, to: path)
        let journal = try Journal(folder: folder)
        #expect(journal.notice?.contains("is damaged at byte \(whole)") == true)
        #expect(try readBytes(of: "\(path).damaged-\(whole)") == zeros)
        #expect(try await all(journal) == samples)
    }
}

@Test func recordsOfAFileThatIsFullGoIntoTheNext() async throws {
    try await withFolder { folder in
        var journal = try Journal(folder: folder, segmentBytes: 500)
        let names = (0..<20).map { "d\($0)" }
        for (place, name) in names.enumerated() {
            if place == 13 { journal = try Journal(folder: folder, segmentBytes: 500) }
            try await journal.append(.decision(decision(name)))
            try await journal.synchronize()
        }
        let files = try contents(ofFolder: folder)
        #expect(files.count > 5)
        for file in files { #expect(try size(of: "\(folder)/\(file)") < 1000) }
        #expect(try await ids(all(journal)) == names)
        let middle = Journal.Position(segment: 4, offset: 10)
        try await journal.remove(before: middle)
        #expect(try contents(ofFolder: folder) == Array(files.dropFirst(3)))
        try await journal.remove(before: Journal.Position(segment: 99, offset: 0))
        #expect(try contents(ofFolder: folder) == [files[files.count - 1]])
    }
}

/// A power cut can leave the end of the last but one file unwritten, and nothing before it.
@Test func theFileBeforeTheLastMayBeCutAndNoOther() async throws {
    try await withFolder { folder in
        let journal = try Journal(folder: folder, segmentBytes: 400)
        let names = (0..<12).map { "d\($0)" }
        for name in names {
            try await journal.append(.decision(decision(name)))
            try await journal.synchronize()
        }
        let files = try contents(ofFolder: folder)
        try #require(files.count > 3)
        let path = "\(folder)/\(files[files.count - 2])"
        try writeAtomically(readBytes(of: path).dropLast(5), to: path)
        let reopened = try Journal(folder: folder, segmentBytes: 400)
        let found = try await ids(all(reopened))
        #expect(found.count == names.count - 1 && found.last == names.last)
        let earlier = "\(folder)/\(files[files.count - 3])"
        try writeAtomically(readBytes(of: earlier).dropLast(5), to: earlier)
        let error = await #expect(throws: InputError.self) { try await all(Journal(folder: folder)) }
        #expect(error?.file == earlier)
    }
}

@Test func aMissingFileBetweenOthersIsNamed() async throws {
    try await withFolder { folder in
        let journal = try Journal(folder: folder, segmentBytes: 100, tailBytes: 0)
        for name in ["a", "b", "c"] {
            try await journal.append(.decision(decision(name)))
            try await journal.synchronize()
        }
        try remove("\(folder)/journal-00000002.log")
        let error = await #expect(throws: InputError.self) { try await all(journal) }
        #expect(error?.file == "\(folder)/journal-00000002.log")
    }
}

@Test func aRecordLongerThanAFileIsKept() async throws {
    try await withFolder { folder in
        let long = decision("long", input: String(repeating: "x", count: 100_000))
        let journal = try Journal(folder: folder, segmentBytes: 1000)
        try await journal.append([samples[0], .decision(long), samples[1]])
        try await journal.append([samples[2]])
        #expect(try await all(journal, bytes: 512) == [samples[0], .decision(long), samples[1], samples[2]])
        #expect(try await all(Journal(folder: folder), bytes: 512).count == 4)
    }
}

/// A power cut can take what the database already has from the end of the journal: it is synced once a second.
@Test(arguments: [false, true]) func whatFollowsALostEndStandsBehindThePlaceThatIsFilled(losesFile: Bool) async throws {
    try await withFolder { folder in
        var journal = try Journal(folder: folder)
        try await journal.append(samples)
        let filled = try await journal.records(after: .start).position
        try writeAtomically(Array(try readBytes(of: "\(folder)/\(first)").prefix(50)), to: "\(folder)/\(first)")
        if losesFile { try remove("\(folder)/\(first)") }
        journal = try Journal(folder: folder, filledTo: filled)
        try await journal.append([samples[2]])
        let next = try await journal.records(after: filled)
        #expect(next.records == [samples[2]])
        journal = try Journal(folder: folder, filledTo: next.position)
        try await journal.append([samples[0]])
        #expect(try await journal.records(after: next.position).records == [samples[0]])
    }
}

@Test func aRecordThatCannotBeWrittenIsNotKept() async throws {
    try await withFolder { folder in
        let journal = try Journal(folder: folder, segmentBytes: 1)
        try await journal.append([samples[0]])
        // /dev/full takes no byte, as a disk without space.
        try makeLink(from: "\(folder)/journal-00000002.log", to: "/dev/full")
        for _ in 0..<2 {
            let error = await #expect(throws: InputError.self) { try await journal.append([samples[1]]) }
            #expect(error?.file == "\(folder)/journal-00000002.log")
        }
        #expect(try await all(journal) == [samples[0]])
    }
}

@Test func figuresThatAreNoNumbersDoNotMakeARecordUnreadable() async throws {
    try await withFolder { folder in
        var odd = decision("odd", at: .infinity)
        (odd.confidence, odd.latencyMs) = (.nan, -.infinity)
        let journal = try Journal(folder: folder)
        try await journal.append([.decision(odd), .outcome(outcome("o"), at: .nan)])
        (odd.at, odd.confidence, odd.latencyMs) = (0, 0, 0)
        #expect(try await all(journal) == [.decision(odd), .outcome(outcome("o"), at: 0)])
    }
}
