import Files

/// A log of runs for TensorBoard: an event file of the curves `loss/training`, `loss/validation` and `learning_rate` by
/// epoch, and of `loss/step` and `gradient_norm` by step if asked; all over the number of updates.
///
/// The file is a series of TFRecords, each of the length (8 bytes, the lowest first), the masked CRC-32C of those bytes
/// (4), an `Event` message, and its masked CRC-32C (4). A checksum c is masked as `(c >> 15 | c << 17) + 0xa282ead8`. Formats:
/// TensorFlow, `tensorflow/core/lib/io/record_writer.h`, `core/util/event.proto` and `core/framework/summary.proto`.
public struct EventFile: RunLog {
    /// The file.
    public let path: String
    /// Whether each step has its values.
    public var logsSteps: Bool
    private let now: @Sendable () -> Double

    /// A new event file in `folder`, which is made if it is missing: a folder is a run, to TensorBoard.
    public init(
        folder: String, logsSteps: Bool = false, now: @escaping @Sendable () -> Double = currentMoment
    ) {
        path = "\(folder)/events.out.tfevents.\(Int(now())).tactus"
        self.logsSteps = logsSteps
        self.now = now
    }

    /// Writes the version of the format, and that a session starts: TensorBoard then drops what an earlier one told of
    /// later updates.
    public func begin(_ configuration: JSONObject, updates: Int) throws {
        try makeFolder(parent(of: path))
        try write(step: 0) { $0.field(3, string: "brain.Event:2") }
        try write(step: updates + 1) { event in
            event.field(7) { session in session.field(1, varint: 1) }
        }
    }

    /// Writes the values of a step, if steps are logged.
    public func add(_ step: StepRecord) throws {
        guard logsSteps else { return }
        try write([("loss/step", step.loss), ("gradient_norm", step.gradientNorm)], step: step.updates)
    }

    /// Writes the values of an epoch.
    public func add(_ epoch: EpochRecord) throws {
        try write(
            [
                ("loss/training", epoch.trainingLoss), ("loss/validation", epoch.validationLoss),
                ("learning_rate", epoch.learningRate),
            ], step: epoch.updates)
    }

    private func write(_ values: [(tag: String, value: Float)], step: Int) throws {
        try write(step: step) { event in
            event.field(5) { summary in
                for (tag, number) in values {
                    summary.field(1) { value in
                        value.field(1, string: tag)
                        value.field(2, float: number)
                    }
                }
            }
        }
    }

    private func write(step: Int, _ body: (inout ProtobufWriter) -> Void) throws {
        var event = ProtobufWriter()
        event.field(1, double: now())
        event.field(2, varint: step)
        body(&event)
        var file = try AppendOnlyFile(path: path)
        try file.append(Self.record(event.bytes))
    }

    /// `data` as a TFRecord.
    static func record(_ data: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(data.count))
        return length + littleEndian(masked(length)) + data + littleEndian(masked(data))
    }

    private static func masked(_ bytes: [UInt8]) -> UInt32 {
        let sum = Checksum.crc32c(bytes[...])
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }

    private static func littleEndian<Word: FixedWidthInteger>(_ value: Word) -> [UInt8] {
        (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
