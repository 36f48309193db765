import Glibc

/// Takes in what a function of a library emits during one call.
final class PluginOutput {
    /// Bytes of what is told of a kind, or of a failure.
    static let textLimit = 200

    private(set) var bytes: [UInt8] = []
    private(set) var isFull = false
    private(set) var reason = ""
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// `tactus_output.emit`.
    static let emit: @convention(c) (UnsafeMutableRawPointer?, UnsafeRawPointer?, Int) -> Int32 = {
        receiver, bytes, count in
        guard let receiver = unsafe receiver else { return 1 }
        let output = unsafe Unmanaged<PluginOutput>.fromOpaque(receiver).takeUnretainedValue()
        guard count > 0, let bytes = unsafe bytes else { return output.isFull ? 1 : 0 }
        guard !output.isFull, count <= output.limit - output.bytes.count else {
            output.isFull = true
            return 1
        }
        unsafe output.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        return 0
    }

    /// `tactus_output.fail`.
    static let fail: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void = { receiver, reason in
        guard let receiver = unsafe receiver else { return }
        unsafe Unmanaged<PluginOutput>.fromOpaque(receiver).takeUnretainedValue().reason = String(bounded: reason)
    }
}

extension String {
    /// The text at `pointer` up to its NUL, or as much as may be told; empty where there is none.
    init(bounded pointer: UnsafePointer<CChar>?) {
        guard let pointer = unsafe pointer else {
            self = ""
            return
        }
        let count = unsafe strnlen(pointer, PluginOutput.textLimit)
        self = unsafe String(decoding: UnsafeRawBufferPointer(start: pointer, count: count), as: UTF8.self)
    }
}
