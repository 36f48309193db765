import CPlugin
import Files
import Glibc

/// A model in a shared library, as `tactus_plugin.h` says, in this process for the rest of it.
///
/// Its functions may be called from several threads at once, as the header asks of them; the struct and its texts last as
/// long as the process and are written to by nobody.
@safe final class PluginLibrary: @unchecked Sendable {
    /// The version of the interface that is read.
    static let version = UInt32(TACTUS_PLUGIN_ABI)
    /// Bytes of weights that a training may emit.
    private static let weightsLimit = 1 << 30
    /// Bytes of an answer about one task.
    private static let answerLimit = 1 << 14

    /// Its path.
    let path: String
    /// The kind of model.
    let kind: CheckedName
    /// What it is, in one line.
    let summary: String
    private let functions: tactus_plugin_functions

    /// Loads the library at `path`, which is never let go of again: threads may be in it.
    /// - Throws: `InputError` if it is none, has no entry point, or is of another version of the interface.
    init(path: String) throws {
        func failure(_ problem: String) -> InputError { InputError(problem, file: path) }
        // Without a slash the system would look for it elsewhere.
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { throw failure("is no absolute path") }
        guard let handle = unsafe dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
            throw failure(
                "cannot be loaded: \(unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason given")")
        }
        guard let symbol = unsafe dlsym(handle, "tactus_plugin") else {
            throw failure("has no entry point tactus_plugin")
        }
        typealias EntryPoint = @convention(c) () -> UnsafeRawPointer?
        guard let start = unsafe unsafeBitCast(symbol, to: EntryPoint.self)() else {
            throw failure("its entry point returned nothing")
        }
        // Nothing else is read before both fit.
        let (abi, size) = unsafe (
            start.loadUnaligned(as: UInt32.self), start.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
        )
        guard abi == Self.version else {
            throw failure("is of version \(abi) of the interface; \(Self.version) is read")
        }
        let least = unsafe MemoryLayout<tactus_plugin_functions>.size
        guard size >= least else { throw failure("says that its functions take \(size) bytes, not \(least)") }
        unsafe functions = start.load(as: tactus_plugin_functions.self)
        guard unsafe functions.load != nil, unsafe functions.predict != nil, unsafe functions.release != nil else {
            throw failure("lacks one of the functions load, predict and release")
        }
        self.path = path
        do {
            kind = try CheckedName(unsafe String(bounded: functions.kind), field: "kind")
        } catch let error as InputError {
            throw failure("its kind: \(error.problem)")
        }
        summary = unsafe Self.line(Array(String(bounded: functions.summary).utf8))
    }

    /// Whether it can train.
    var trains: Bool { unsafe functions.train != nil }

    /// Learns from `executions`, one JSON object a line; the weights.
    func train(_ executions: [UInt8], seed: UInt64) throws -> [UInt8] {
        guard let train = unsafe functions.train else {
            throw InputError("the plugin \(kind) cannot train", field: "model")
        }
        return unsafe try call("training", limit: Self.weightsLimit) { output in
            unsafe withBytes(executions) { unsafe train($0, seed, output) }
        }
    }

    /// A model of `weights`; to be handed back to ``release(_:)``.
    func load(_ weights: [UInt8], manifest: [UInt8]) throws -> UnsafeMutableRawPointer? {
        guard let load = unsafe functions.load else { preconditionFailure("\(kind) lost its function load") }
        var model: UnsafeMutableRawPointer?
        _ = unsafe try call("loading", limit: PluginOutput.textLimit) { output in
            unsafe withBytes(weights) { weights in
                unsafe withBytes(manifest) { unsafe load(weights, $0, &model, output) }
            }
        }
        return unsafe model
    }

    /// What `model` says to a `question` about `count` tasks.
    func predict(_ model: UnsafeMutableRawPointer?, _ question: [UInt8], count: Int) throws -> [UInt8] {
        guard let predict = unsafe functions.predict else { preconditionFailure("\(kind) lost its function predict") }
        return unsafe try call("forecasting", limit: Self.answerLimit * (count + 1)) { output in
            unsafe withBytes(question) { unsafe predict(model, $0, output) }
        }
    }

    /// Lets go of a model.
    func release(_ model: UnsafeMutableRawPointer?) { unsafe functions.release?(model) }

    /// What a function emits, at most `limit` bytes.
    /// - Throws: `InputError` with the reason that it gave where it failed.
    private func call(_ what: String, limit: Int, _ body: (tactus_output) -> Int32) throws -> [UInt8] {
        let received = PluginOutput(limit: limit)
        let status = withExtendedLifetime(received) {
            unsafe body(
                tactus_output(
                    emit: PluginOutput.emit, fail: PluginOutput.fail,
                    receiver: Unmanaged.passUnretained(received).toOpaque()))
        }
        guard status == 0 else {
            let reason = Self.line(Array(received.reason.utf8))
            throw InputError("the plugin \(kind) failed at \(what)" + (reason.isEmpty ? "" : ": \(reason)"))
        }
        guard !received.isFull else {
            throw InputError("the plugin \(kind) emitted more than \(limit) bytes at \(what)")
        }
        return received.bytes
    }

    /// The first line of a text, without what a terminal would obey.
    private static func line(_ text: [UInt8]) -> String {
        let line = text.prefix(PluginOutput.textLimit).prefix { $0 != UInt8(ascii: "\n") }.map {
            $0 < 0x20 || $0 == 0x7F ? 0x20 : $0
        }
        return String(decoding: line, as: UTF8.self)
    }
}

/// Calls `body` with `bytes` as C has them.
private func withBytes<Result>(_ bytes: [UInt8], _ body: (tactus_bytes) -> Result) -> Result {
    unsafe bytes.withUnsafeBufferPointer { buffer in
        unsafe body(tactus_bytes(bytes: buffer.baseAddress, count: buffer.count))
    }
}
