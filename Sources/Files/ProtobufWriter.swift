/// A message in the wire format of Protocol Buffers, written field by field.
///
/// Two formats need it, ONNX models and TensorBoard events, and both are only written: these few lines stand in the place
/// of swift-protobuf and some ten thousand generated ones. Numbers and types of the fields are those of the format's
/// `.proto` file; a field that is not written has its default.
///
/// ```swift
/// var event = ProtobufWriter()
/// event.field(1, double: 1_700_000_000)            // wall_time
/// event.field(2, varint: 25)                       // step
/// event.field(5) { summary in                      // a message in the message
///     summary.field(1) { value in
///         value.field(1, string: "loss")
///         value.field(2, float: 0.5)
///     }
/// }
/// ```
///
/// Google, "Protocol Buffers: Encoding", https://protobuf.dev/programming-guides/encoding.
public struct ProtobufWriter: Sendable, Equatable {
    /// The message so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty message.
    public init() {}

    private enum WireType: UInt64 {
        case varint = 0
        case eightBytes = 1
        case lengthDelimited = 2
        case fourBytes = 5
    }

    /// A field of the type `int32`, `int64` or an enumeration; a negative value takes ten bytes.
    public mutating func field(_ number: Int, varint value: some SignedInteger) {
        field(number, varint: UInt64(bitPattern: Int64(value)))
    }

    /// A field of the type `uint32` or `uint64`.
    public mutating func field(_ number: Int, varint value: UInt64) {
        tag(number, .varint)
        append(varint: value)
    }

    /// A field of the type `bool`.
    public mutating func field(_ number: Int, bool value: Bool) {
        field(number, varint: value ? 1 : 0)
    }

    /// A field of the type `fixed32`.
    public mutating func field(_ number: Int, fixed32 value: UInt32) {
        tag(number, .fourBytes)
        append(littleEndian: value)
    }

    /// A field of the type `fixed64`.
    public mutating func field(_ number: Int, fixed64 value: UInt64) {
        tag(number, .eightBytes)
        append(littleEndian: value)
    }

    /// A field of the type `float`.
    public mutating func field(_ number: Int, float value: Float) {
        field(number, fixed32: value.bitPattern)
    }

    /// A field of the type `double`.
    public mutating func field(_ number: Int, double value: Double) {
        field(number, fixed64: value.bitPattern)
    }

    /// A field of the type `bytes`.
    public mutating func field(_ number: Int, bytes value: [UInt8]) {
        tag(number, .lengthDelimited)
        append(varint: UInt64(value.count))
        bytes += value
    }

    /// A field of the type `string`.
    public mutating func field(_ number: Int, string value: String) {
        field(number, bytes: Array(value.utf8))
    }

    /// A message as a field.
    public mutating func field(_ number: Int, message: ProtobufWriter) {
        field(number, bytes: message.bytes)
    }

    /// A message as a field, which `body` writes.
    public mutating func field<Failure>(
        _ number: Int, message body: (inout ProtobufWriter) throws(Failure) -> Void
    ) throws(Failure) {
        var message = ProtobufWriter()
        try body(&message)
        field(number, message: message)
    }

    /// A repeated field of `float`, packed; left out where it is empty.
    public mutating func field(_ number: Int, packed values: [Float]) {
        startPacked(number, count: 4 * values.count)
        for value in values { append(littleEndian: value.bitPattern) }
    }

    /// A repeated field of `double`, packed; left out where it is empty.
    public mutating func field(_ number: Int, packed values: [Double]) {
        startPacked(number, count: 8 * values.count)
        for value in values { append(littleEndian: value.bitPattern) }
    }

    /// A repeated field of `int64`, packed; left out where it is empty.
    public mutating func field(_ number: Int, packed values: [Int64]) {
        var packed = ProtobufWriter()
        for value in values { packed.append(varint: UInt64(bitPattern: value)) }
        startPacked(number, count: packed.bytes.count)
        bytes += packed.bytes
    }

    private mutating func startPacked(_ number: Int, count: Int) {
        guard count > 0 else { return }
        tag(number, .lengthDelimited)
        append(varint: UInt64(count))
        bytes.reserveCapacity(bytes.count + count)
    }

    private mutating func tag(_ number: Int, _ type: WireType) {
        precondition(
            (1..<1 << 29).contains(number) && !(19_000...19_999).contains(number), "\(number) is no number of a field")
        append(varint: UInt64(number) << 3 | type.rawValue)
    }

    /// Seven bits a byte, the lowest first; the eighth bit says that more follow.
    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func append(littleEndian value: some FixedWidthInteger) {
        for place in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> place))
        }
    }
}
