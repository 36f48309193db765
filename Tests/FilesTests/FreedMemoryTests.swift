import Files
import Testing

/// What a process holds of memory that its blocks lie in, in MB.
private func residentMegabytes() throws -> Int {
    let line = try readText(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return try #require(line.flatMap { Int($0.filter(\.isNumber)) }) / 1000
}

@Suite struct FreedMemoryTests {
    @Test func whatLiesBetweenBlocksInUseGoesBackToo() async {
        await #expect(processExitsWith: .success) {
            var blocks = (0..<50_000).map { [UInt8](repeating: UInt8($0 % 251), count: 4000) }
            let full = try residentMegabytes()
            // Every hundredth stays, so that no end of the heap is free.
            for place in blocks.indices where place % 100 != 99 { blocks[place] = [] }
            let before = try residentMegabytes()
            giveBackFreedMemory()
            let after = try residentMegabytes()
            // The allocator keeps what is freed between blocks.
            #expect(full >= 200 && before >= full - 20, "\(full) MB and \(before) MB")
            #expect(after <= before - 150, "\(before) MB before and \(after) MB after")
            withExtendedLifetime(blocks) {}
        }
    }
}
