/// Something that came from outside is wrong: says what, in which field, of which file, at which line or row.
///
/// It prints as one line, `FILE:LINE: field FIELD: PROBLEM`, with the parts that are known.
public struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Path of the file as the user wrote it; absent for text that came from elsewhere.
    public var file: String?
    /// Line in the file, from 1.
    public var line: Int?
    /// Row of a table in a binary file, from 0.
    public var row: Int?
    /// Name of the field, column or key; nested keys are joined with dots.
    public var field: String?
    /// What is wrong, in words, with the values needed to mend it.
    public var problem: String

    /// An error about `problem`; give whatever else is known.
    public init(_ problem: String, file: String? = nil, line: Int? = nil, row: Int? = nil, field: String? = nil) {
        self.problem = problem
        self.file = file
        self.line = line
        self.row = row
        self.field = field
    }

    /// The error as one line, which a terminal can show whatever names and values stand in it.
    public var description: String {
        var place = file ?? ""
        if let line { place += file == nil ? "line \(line)" : ":\(line)" }
        if let row { place += place.isEmpty ? "row \(row)" : ", row \(row)" }
        let parts = [place.isEmpty ? nil : place, field.map { "field \($0)" }, problem]
        return parts.compactMap { $0 }.joined(separator: ": ").printableLine
    }
}
