import Foundation
import TestSupport
import Testing

/// Lines of `text` that store a value of a protocol's type, `any P`.
private func storedExistentials(in text: String) -> [Substring] {
    text.split(separator: "\n").filter { line in
        line.contains(/^\s*(?:\w+(?:\(set\))?\s+)*(?:var|let)\s+[^=\/]*\bany\s+[A-Z]/)
    }
}

/// A struct with a stored existential is one whose address is taken: methods that read it get a copy of the whole. In the
/// virtual cluster, which is large and read at every event, one of them made a stream take 84 ms instead of 24.
@Test func theVirtualClusterStoresNoExistential() throws {
    let folder = repository + "/Sources/Simulation/Cluster"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
    #expect(files.contains("VirtualCluster.swift") && files.contains("QueueOrder+Choosing.swift"))
    for file in files {
        #expect(
            storedExistentials(in: try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) == [], "\(file)")
    }
}

@Test(arguments: [
    ("    var chooser: (any TaskChooser)?", true), ("    private(set) var members: [any Member] = []", true),
    ("    public let rule: any Rule", true), ("    func by(_ chooser: (any TaskChooser)? = nil) {", false),
    ("    // var rule: any Rule", false), ("    var count = 0", false), ("    /// It is no `any TaskChooser`.", false),
])
func storedExistentialsAreFound(line: String, isStored: Bool) {
    #expect(storedExistentials(in: line).isEmpty != isStored)
}
