import Files
import Foundation
import Registry

/// Takes models in shared libraries into a catalog.
///
/// A library is loaded in a process of its own first, and so is each version of its kind: only what lived there, within a
/// limit of time, is loaded here. What comes after that runs in this process, and a crash ends it.
public struct PluginLoader: Sendable {
    /// The program `tactus`.
    public var program: String
    /// How long a trial may take.
    public var limit: Duration

    /// Bytes that a trial may write.
    private static let outputLimit = 1 << 14

    /// A loader that tries libraries by running `program`: the one that runs already, unless another is given.
    public init(program: String = "/proc/self/exe", limit: Duration = .seconds(30)) {
        (self.program, self.limit) = (program, limit)
    }

    /// Loads the library at `path`, an absolute one, and adds its kind to `catalog`.
    ///
    /// - Throws: `InputError` with the reason for which the library is refused; then nothing of it is in this process,
    ///   unless it changed while it was tried.
    @discardableResult
    public func load(_ path: String, into catalog: inout Catalog) throws -> PluginDescription {
        let description = try tried([path], path)
        // Before it is loaded here.
        try catalog.checkName(description.kind, file: path)
        let before = try PluginTrial.digest(of: path)
        guard before == description.sha256 else { throw InputError("changed while it was tried", file: path) }
        let library = try PluginLibrary(path: path)
        guard try PluginTrial.digest(of: path) == before, library.kind == description.kind else {
            throw InputError("changed while it was loaded", file: path)
        }
        try catalog.add(
            PredictorKind(
                name: library.kind.description, summary: library.summary,
                makeTrainer: { _ in PluginTrainer(library: library) },
                load: { version in
                    try rehearse(version, of: library, description)
                    return try PluginPredictor(library, version.weights, manifest: version.manifest.bytes())
                }))
        return description
    }

    /// Lets another process load `version` and test it by its own questions.
    private func rehearse(_ version: ModelVersion, of library: PluginLibrary, _ loaded: PluginDescription) throws {
        let folder = NSTemporaryDirectory() + "tactus-trial-" + UUID().uuidString
        defer { try? remove(folder) }
        try PluginTrial.write(version, to: folder)
        guard try tried([library.path, "--version-folder", folder], library.path) == loaded else {
            throw InputError("the library \(lastComponent(of: library.path)) has changed since it was loaded")
        }
    }

    private func tried(_ arguments: [String], _ path: String) throws -> PluginDescription {
        func refusal(_ problem: String) -> InputError { InputError(problem, file: path) }
        let ending = try runProgram(
            program, ["plugin-check", "--seconds", "\(Int((limit / .seconds(1)).rounded(.up)) + 5)"] + arguments,
            environment: ProcessInfo.processInfo.environment, within: limit, outputLimit: Self.outputLimit)
        switch ending.way {
        case .outOfTime:
            throw refusal(
                "did not come to an end within \(JSONValue.text(of: limit / .seconds(1))) s when it was tried")
        case .tooMuchOutput: throw refusal(Self.babble)
        case .signalled(let signal): throw refusal("crashed when it was tried: \(Self.words(signal))")
        case .exited(let status):
            if ending.output.isEmpty { throw refusal("ended its process with status \(status) when it was tried") }
            guard let answer = try? JSONField(JSONValue(parsing: ending.output, maximumDepth: 4)) else {
                throw refusal(Self.babble)
            }
            if let problem = try? answer["problem"].string() { throw refusal(problem) }
            guard status == 0, let description = try? PluginDescription(answer) else { throw refusal(Self.babble) }
            return description
        }
    }

    private static let babble = "writes to standard output, which belongs to the program"

    private static func words(_ signal: Int32) -> String {
        let names = [
            SIGILL: "illegal instruction", SIGABRT: "aborted", SIGBUS: "bus error", SIGFPE: "arithmetic error",
            SIGKILL: "killed", SIGSEGV: "segmentation fault", SIGTRAP: "trap",
        ]
        return "signal \(signal)" + (names[signal].map { ", \($0)" } ?? "")
    }
}
