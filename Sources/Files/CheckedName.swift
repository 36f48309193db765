/// A name that is safe as the name of a folder: `[a-z0-9][a-z0-9-]{0,63}`.
public struct CheckedName: Hashable, Sendable, CustomStringConvertible {
    /// The name itself.
    public let description: String

    /// Checks `text`.
    /// - Throws: `InputError` about `field` if it is no such name.
    public init(_ text: String, field: String = "name") throws {
        let bytes = Array(text.utf8)
        func isPlain(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
        guard (1...64).contains(bytes.count), isPlain(bytes[0]),
            bytes.allSatisfy({ isPlain($0) || $0 == UInt8(ascii: "-") })
        else {
            throw InputError(
                "\"\(text.prefix(80))\" is no name: 1 to 64 of a-z, 0-9 and -, the first no -", field: field)
        }
        description = text
    }
}
