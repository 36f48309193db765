import CPlugin
import Files
import Glibc

/// A model in a shared library, as `tactus_plugin.h` says, in this process for the rest of it.
///
/// Its functions may be called from several threads at once, as the header asks of them.
@safe final class PluginLibrary: Sendable {
    private typealias Training = @convention(c) (tactus_bytes, UInt64, tactus_output) -> Int32
    private typealias Loading =
        @convention(c) (
            tactus_bytes, tactus_bytes, UnsafeMutablePointer<UnsafeMutableRawPointer?>?, tactus_output
        ) -> Int32
    private typealias Forecasting = @convention(c) (UnsafeMutableRawPointer?, tactus_bytes, tactus_output) -> Int32
    private typealias Releasing = @convention(c) (UnsafeMutableRawPointer?) -> Void

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
    private let loading: Loading
    private let forecasting: Forecasting
    private let training: Training?
    private let releasing: Releasing

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
        let functions = unsafe start.load(as: tactus_plugin_functions.self)
        guard let loading = unsafe functions.load, let forecasting = unsafe functions.predict,
            let releasing = unsafe functions.release
        else { throw failure("lacks one of the functions load, predict and release") }
        unsafe (self.loading, self.forecasting, self.releasing) = (loading, forecasting, releasing)
        unsafe training = functions.train
        self.path = path
        do {
            kind = try CheckedName(unsafe String(bounded: functions.kind), field: "kind")
        } catch let error as InputError {
            throw failure("its kind: \(error.problem)")
        }
        summary = unsafe Self.line(String(bounded: functions.summary))
    }

    /// Whether it can train.
    var trains: Bool { unsafe training != nil }

    /// Learns from `executions`, one JSON object a line; the weights.
    func train(_ executions: [UInt8], seed: UInt64) throws -> [UInt8] {
        guard let training = unsafe training else {
            throw InputError("the plugin \(kind) cannot train", field: "model")
        }
        return unsafe try call("training", limit: Self.weightsLimit) { output in
            unsafe withBytes(executions) { unsafe training($0, seed, output) }
        }
    }

    /// A model of `weights`; to be handed back to ``release(_:)``.
    func load(_ weights: [UInt8], manifest: [UInt8]) throws -> UnsafeMutableRawPointer? {
        var model: UnsafeMutableRawPointer?
        var isLoaded = false
        do {
            _ = unsafe try call("loading", limit: PluginOutput.textLimit) { output in
                let status = unsafe withBytes(weights) { weights in
                    unsafe withBytes(manifest) { unsafe loading(weights, $0, &model, output) }
                }
                isLoaded = status == 0
                return status
            }
        } catch {
            // There is a model, of which too much was told; one that failed has let go of it by itself.
            if isLoaded { unsafe release(model) }
            throw error
        }
        return unsafe model
    }

    /// What `model` says to a `question` about `count` tasks.
    func predict(_ model: UnsafeMutableRawPointer?, _ question: [UInt8], count: Int) throws -> [UInt8] {
        return unsafe try call("forecasting", limit: Self.answerLimit * (count + 1)) { output in
            unsafe withBytes(question) { unsafe forecasting(model, $0, output) }
        }
    }

    /// Lets go of a model.
    func release(_ model: UnsafeMutableRawPointer?) { unsafe releasing(model) }

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
            let reason = Self.line(received.reason)
            throw InputError("the plugin \(kind) failed at \(what)" + (reason.isEmpty ? "" : ": \(reason)"))
        }
        guard !received.isFull else {
            throw InputError("the plugin \(kind) emitted more than \(limit) bytes at \(what)")
        }
        return received.bytes
    }

    /// The first line of a text, without what a terminal would obey.
    private static func line(_ text: String) -> String { String(text.prefix { !$0.isNewline }).printableLine }
}

/// Calls `body` with `bytes` as C has them.
private func withBytes<Result>(_ bytes: [UInt8], _ body: (tactus_bytes) -> Result) -> Result {
    unsafe bytes.withUnsafeBufferPointer { buffer in
        unsafe body(tactus_bytes(bytes: buffer.baseAddress, count: buffer.count))
    }
}
