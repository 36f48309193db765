import Files

/// The format safetensors: a length, a JSON header, and the arrays one behind the other. Data only: nothing in it is run.
///
/// Hugging Face, "Safetensors: format", version 0.4. What is written here, their library reads. What it writes is read
/// here, with these types:
///
/// | in the file | becomes | |
/// |---|---|---|
/// | `F32`, `F16`, `BF16` | ``WeightArchive/Elements/float32(_:)`` | exactly |
/// | `F64` | ``WeightArchive/Elements/float64(_:)`` | |
/// | `I64`, `I32`, `I16`, `I8`, `U32`, `U16` | ``WeightArchive/Elements/int64(_:)`` | exactly |
/// | `U64` | ``WeightArchive/Elements/int64(_:)`` | refused from 2⁶³ on |
/// | `U8` | ``WeightArchive/Elements/uint8(_:)`` | |
/// | `BOOL` | ``WeightArchive/Elements/uint8(_:)`` | 0 and 1; any other byte is refused |
///
/// Files that the library lets pass though they are not what the format says are refused: see ``decode(_:name:)``.
public enum Safetensors {
    /// The longest header that is read or written, in bytes, as in the reference.
    static let maximumHeader = 100_000_000
    /// The member of the header that holds texts.
    static let metadata = "__metadata__"

    /// Reads the file at `path`; see ``decode(_:name:)``.
    public static func read(from path: String) throws -> WeightArchive {
        try decode(readBytes(of: path), name: path)
    }

    /// Writes `archive` to `path`, so that whoever reads finds the old file or the new one whole.
    public static func write(_ archive: WeightArchive, to path: String) throws {
        do {
            try writeAtomically(encode(archive), to: path)
        } catch var error as InputError {
            error.file = error.file ?? path
            throw error
        }
    }
}
