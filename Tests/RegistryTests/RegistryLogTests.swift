import Files
import TestSupport
import Testing

@testable import Registry

/// A log never grows beyond what is read of it: the line that would is refused, and the log stays as it was.
@Test func aFullLogRefusesALineAndStaysReadable() throws {
    try TemporaryFolder.with { folder in
        let log = RegistryLog(path: folder("a.log"), limit: 64)
        let line = JSONObject([("a", .string(String(repeating: "x", count: 12)))])
        for _ in 0..<3 { try log.append(line) }
        let before = try readBytes(of: folder("a.log"))
        #expect(before.count == 63)
        let error = #expect(throws: InputError.self) { try log.append(line) }
        #expect(error?.file == folder("a.log") && error?.problem.hasPrefix("is full") == true)
        #expect(try readBytes(of: folder("a.log")) == before && log.lines().count == 3)
        // To the last byte.
        try RegistryLog(path: folder("a.log"), limit: 84).append(line)
        #expect(try RegistryLog(path: folder("a.log"), limit: 84).lines().count == 4)
    }
}
