/// A number of which every pattern of bits is a value, so that bytes can be taken as it without a check.
public protocol PlainNumber: BitwiseCopyable, Sendable {}

extension Float: PlainNumber {}
extension Double: PlainNumber {}
extension Int8: PlainNumber {}
extension Int16: PlainNumber {}
extension Int32: PlainNumber {}
extension Int64: PlainNumber {}
extension UInt8: PlainNumber {}
extension UInt16: PlainNumber {}
extension UInt32: PlainNumber {}
extension UInt64: PlainNumber {}

/// Numbers as they lie in files: one behind the other without gaps, the lowest byte of each first.
///
/// That is how the processors lie them that this package is for, so that each way is one copy of memory.
public enum LittleEndian {
    #if _endian(big)
        #error("the numbers of this processor begin with their highest byte; they must be turned around here")
    #endif

    /// The numbers in `bytes`, of whose size their count must be a multiple; they may begin at any address.
    public static func numbers<Number: PlainNumber>(
        in bytes: Span<UInt8>, of type: Number.Type = Number.self
    ) -> [Number] {
        let size = MemoryLayout<Number>.size
        precondition(bytes.count % size == 0, "\(bytes.count) bytes are no whole numbers of \(size) bytes")
        // Even of no elements it writes the count, and to the empty array that all threads share.
        guard bytes.count > 0 else { return [] }
        return unsafe [Number](unsafeUninitializedCapacity: bytes.count / size) { numbers, count in
            unsafe bytes.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(numbers).copyMemory(from: source)
            }
            count = bytes.count / size
        }
    }

    /// Adds the bytes of `numbers` to `bytes`.
    public static func append<Number: PlainNumber>(_ numbers: [Number], to bytes: inout [UInt8]) {
        unsafe numbers.withUnsafeBytes { source in
            unsafe source.withMemoryRebound(to: UInt8.self) { unsafe bytes.append(contentsOf: $0) }
        }
    }
}
