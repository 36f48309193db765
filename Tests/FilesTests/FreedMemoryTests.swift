import CMalloc
import Files
import Foundation
import TestSupport
import Testing

/// What a process holds of memory that its blocks lie in, in MB.
private func residentMegabytes() throws -> Int {
    let line = try readText(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return try #require(line.flatMap { Int($0.filter(\.isNumber)) }) / 1000
}

/// How many arenas the allocator has.
private func arenas() throws -> Int {
    try TemporaryFolder.with { folder in
        let path = try folder.write("", to: "arenas.xml")
        guard let file = unsafe fopen(path, "w") else { throw InputError("cannot be opened", file: path) }
        unsafe malloc_info(0, file)
        unsafe fclose(file)
        return try readText(of: path).components(separatedBy: "<heap nr=").count - 1
    }
}

@Suite struct FreedMemoryTests {
    @Test(.enabled(if: slowness == 1, "a sanitizer brings an allocator of its own"))
    func whatLiesBetweenBlocksInUseGoesBackToo() async {
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

    @Test func threadsShareAsManyArenasAsThereAreProcessors() async {
        await #expect(processExitsWith: .success) {
            // Those of threads that are there already.
            let before = try arenas()
            shareArenas()
            let (ready, end) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let threads = 4 * max(before, ProcessInfo.processInfo.activeProcessorCount)
            for number in 0..<threads {
                Thread.detachNewThread {
                    let block = [UInt8](repeating: UInt8(number % 251), count: 1000)
                    ready.signal()
                    end.wait()
                    withExtendedLifetime(block) {}
                }
            }
            for _ in 0..<threads { ready.wait() }
            let after = try arenas()
            #expect(after <= max(before, ProcessInfo.processInfo.activeProcessorCount), "\(before) and \(after) arenas")
            for _ in 0..<threads { end.signal() }
        }
    }
}
