import Files
import Foundation
import TestSupport

/// A server in a process of its own.
final class RunningServer {
    let url: String
    let process: Process
    private let errorsPath: String

    /// Starts `tactus serve` in `folder` and waits until it listens: on a free port, unless `port` is nil.
    init(in folder: TemporaryFolder, _ arguments: [String] = [], port: Int? = 0) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["serve", "--json"] + (port.map { ["--port", "\($0)"] } ?? []) + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let output = try folder.write("", to: "serve-\(UUID().uuidString).out")
        errorsPath = try folder.write("", to: "serve-\(UUID().uuidString).err")
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errorsPath)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        for _ in 0..<600 {
            if let line = try? String(contentsOfFile: output, encoding: .utf8), line.hasSuffix("\n") {
                url = try JSONField(JSONValue(parsing: Array(line.utf8)))["url"].string()
                return
            }
            guard process.isRunning else { break }
            Thread.sleep(forTimeInterval: 0.05)
        }
        process.terminate()
        throw InputError("the server does not listen: \(try String(contentsOfFile: errorsPath, encoding: .utf8))")
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// What it wrote to standard error.
    var errors: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }

    /// Whether it runs, and how it ended, with the end of what it wrote to standard error.
    var state: String {
        let end =
            process.isRunning ? "it runs" : "it ended by \(process.terminationReason) \(process.terminationStatus)"
        return "\(end); \(errors.suffix(2000))"
    }

    var port: String { String(url.split(separator: ":").last ?? "") }

    /// Asks by curl; the status and the body.
    func ask(_ path: String, _ body: String? = nil, _ arguments: [String] = []) throws -> (status: Int, body: String) {
        let data = body.map { ["--data-binary", $0] } ?? []
        let result = try run(
            "/usr/bin/curl", ["-s", "-m", "30", "-w", "\n%{http_code}"] + data + arguments + [url + path])
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    /// The answer as JSON.
    func json(_ path: String, _ body: String? = nil) throws -> JSONField {
        JSONField(try JSONValue(parsing: Array(try ask(path, body).body.utf8), maximumDepth: 512))
    }

    /// Sends `signal` and waits for the end; the exit status.
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// A Python program that runs beside a test, started by `TACTUS_PYTHON`.
final class PythonProcess {
    private let process = Process()
    private let output: String
    private let errors: String

    init(_ script: String, _ arguments: [String], in folder: TemporaryFolder) throws {
        process.executableURL = URL(fileURLWithPath: python ?? "/usr/bin/python3")
        process.arguments = ["-c", script] + arguments
        output = try folder.write("", to: "python-\(UUID().uuidString).out")
        errors = try folder.write("", to: "python-\(UUID().uuidString).err")
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
    }

    /// Waits for its end; what it printed, as JSON.
    func result() throws -> JSONField {
        process.waitUntilExit()
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard process.terminationStatus == 0 else {
            throw InputError(try String(contentsOfFile: errors, encoding: .utf8))
        }
        return JSONField(try JSONValue(parsing: Array(text.utf8)))
    }
}
