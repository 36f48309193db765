import Foundation

/// What a program printed and how it ended.
public struct ProgramResult: Sendable {
    /// Its exit status.
    public let status: Int32
    /// What it wrote to standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errors: String
}

/// Runs the program at `path` to its end; `environment` is added to the test's own.
///
/// Its output goes through files, so that a long one cannot block it.
public func run(
    _ path: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:]
) throws -> ProgramResult {
    try TemporaryFolder.with { temporary in
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let (output, errors) = (try temporary.write("", to: "output"), try temporary.write("", to: "errors"))
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return ProgramResult(
            status: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }
}

/// A program of this package: the one that was built with the tests, beside them.
public func builtProgram(_ name: String) -> String {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let beside = folder.appendingPathComponent(name).path
    return FileManager.default.fileExists(atPath: beside) ? beside : repository + "/.build/debug/" + name
}

/// The Python that holds the packages of `Tests/requirements.txt`, named by `TACTUS_PYTHON`; `scripts/test` sets it.
public let python: String? = ProcessInfo.processInfo.environment["TACTUS_PYTHON"]

/// The folder of real traces, named by `TACTUS_TRACES`.
public let traces: String? = ProcessInfo.processInfo.environment["TACTUS_TRACES"]

/// The root of the repository.
public let repository: String = {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path
}()

/// Runs `script` with `TACTUS_PYTHON`, which must be set: give a test that calls this `.enabled(if: python != nil)`.
public func runPython(_ script: String, _ arguments: [String] = []) throws -> ProgramResult {
    try run(python ?? "/usr/bin/python3", ["-c", script] + arguments)
}
