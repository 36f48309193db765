import TestSupport
import Testing

/// How many allocations a round of a piece of work may make.
private struct Limit {
    /// In a release build, whose count is the same for every batch, length and number of nodes.
    let optimized: Int
    /// In a debug build, for the largest size.
    let unoptimized: Int
    /// Whether a debug build makes some for each step, row or sample, too, where it boxes what closures capture.
    var growsUnoptimized = false
}

/// Counts as measured, and up to a twentieth more.
private let limits: [String: Limit] = [
    "LSTM step": Limit(optimized: 118, unoptimized: 310, growsUnoptimized: true),
    "LSTM answer to one": Limit(optimized: 14, unoptimized: 24),
    "LSTM answer to many": Limit(optimized: 15, unoptimized: 25),
    "double DQN step": Limit(optimized: 63, unoptimized: 935, growsUnoptimized: true),
    "DQN answer": Limit(optimized: 6, unoptimized: 9),
    "graph step": Limit(optimized: 63, unoptimized: 104),
    "graph answer": Limit(optimized: 14, unoptimized: 16),
    "attention step": Limit(optimized: 75, unoptimized: 155, growsUnoptimized: true),
    "attention answer": Limit(optimized: 13, unoptimized: 56, growsUnoptimized: true),
    "Transformer step": Limit(optimized: 188, unoptimized: 384, growsUnoptimized: true),
    "Transformer answer": Limit(optimized: 25, unoptimized: 132, growsUnoptimized: true),
    "SGD update": Limit(optimized: 0, unoptimized: 0),
    "SGD with momentum update": Limit(optimized: 0, unoptimized: 0),
    "Adam update": Limit(optimized: 0, unoptimized: 0),
    "AdamW update": Limit(optimized: 0, unoptimized: 0),
    "RMSProp update": Limit(optimized: 0, unoptimized: 0),
    "RMSProp with momentum update": Limit(optimized: 0, unoptimized: 0),
    "walk over parameters": Limit(optimized: 0, unoptimized: 0),
    "clipping": Limit(optimized: 1, unoptimized: 5),
    "batches of an epoch": Limit(optimized: 1, unoptimized: 12_800, growsUnoptimized: true),
]

private struct Row: Decodable {
    let work: String
    let size: String
    /// The most and the fewest of some rounds.
    let allocations: Int
    let fewest: Int
}

@Suite(.enabled(if: AllocationReport.canCount, "allocations are not counted under a sanitizer"))
struct AllocationTests {
    /// One run for both tests that look at its counts.
    private static let counts = Result { try AllocationReport() }

    @Test func noWorkAllocatesMoreThanItsLimit() throws {
        let report = try Self.counts.get()
        let rows = try report.rows(of: Row.self)
        #expect(Set(rows.map(\.work)) == Set(limits.keys))
        for row in rows {
            guard let limit = limits[row.work] else { continue }
            let most = report.header.build == "debug" ? limit.unoptimized : limit.optimized
            #expect(row.allocations <= most, "\(row.work), \(row.size)")
            #expect(row.fewest == row.allocations, "\(row.work), \(row.size): rounds differ")
        }
    }

    @Test func nothingIsAllocatedForEachElement() throws {
        let report = try Self.counts.get()
        for (work, rows) in Dictionary(grouping: try report.rows(of: Row.self), by: \.work) {
            #expect(rows.count > 1, "\(work) has one size only")
            if report.header.build == "debug", limits[work]?.growsUnoptimized == true { continue }
            let counts = Set(rows.map(\.allocations))
            #expect(counts.count == 1, "\(work): \(rows.map { "\($0.allocations) for \($0.size)" })")
        }
    }

    @Test func nothingLeaksInTenThousandSteps() throws {
        struct Held: Decodable {
            let steps: Int
            let alive: Int
            let residentKilobytes: Int
        }
        let held = try AllocationReport("--leak").rows(of: Held.self)
        #expect(held.map(\.steps) == [1000, 10_000])
        #expect(held[0].alive > 0 && held[0].alive == held[1].alive)
        // What the allocator keeps for later may shift by some pages; the smallest block kept for each step is 288 kB.
        #expect(held[1].residentKilobytes - held[0].residentKilobytes <= 256)
    }
}
