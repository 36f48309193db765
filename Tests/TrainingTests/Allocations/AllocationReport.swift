import Foundation
import TestSupport

/// What the program `allocations` printed: the one that `TACTUS_ALLOCATIONS` names, or else the one that was built with the
/// tests.
struct AllocationReport {
    /// How the program was built, and whether it counts: it does not under a sanitizer.
    struct Header: Decodable {
        let build: String
        let isCounting: Bool
    }

    let header: Header
    /// The other lines.
    private let lines: [Data]

    init(_ arguments: String...) throws {
        let program = ProcessInfo.processInfo.environment["TACTUS_ALLOCATIONS"] ?? builtProgram("allocations")
        let result = try run(program, arguments)
        guard result.status == 0, !result.output.isEmpty else { throw Failure(description: "\(program): \(result)") }
        let lines = result.output.split(separator: "\n").map { Data($0.utf8) }
        header = try JSONDecoder().decode(Header.self, from: lines[0])
        self.lines = Array(lines.dropFirst())
    }

    func rows<Row: Decodable>(of _: Row.Type) throws -> [Row] {
        try lines.map { try JSONDecoder().decode(Row.self, from: $0) }
    }

    struct Failure: Error {
        let description: String
    }

    /// False where nothing can be tested; a program that does not run is no reason to skip a test.
    static let canCount = (try? AllocationReport("--header").header.isCounting) ?? true
}
