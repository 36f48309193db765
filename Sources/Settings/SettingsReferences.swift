import Files

/// Anchors and aliases of YAML: a few lines of them can stand for a document of any size, so they are not read.
enum SettingsReferences {
    private enum State {
        case plain, comment, single, double, escape
    }

    /// Refuses a text with an anchor (`&name`) or an alias (`*name`), and names the line.
    static func refuse(in text: String, file: String) throws {
        var (state, line) = (State.plain, 1)
        var before = UInt8(ascii: "\n")
        for byte in text.utf8 {
            switch (state, byte) {
            case (.comment, UInt8(ascii: "\n")), (.single, UInt8(ascii: "'")), (.double, UInt8(ascii: "\"")):
                state = .plain
            case (.double, UInt8(ascii: "\\")): state = .escape
            case (.escape, _): state = .double
            // Two in a row stand for one within quotes.
            case (.plain, UInt8(ascii: "'")) where before == byte: state = .single
            case (.plain, _) where begins(behind: before):
                switch byte {
                case UInt8(ascii: "#"): state = .comment
                case UInt8(ascii: "'"): state = .single
                case UInt8(ascii: "\""): state = .double
                case UInt8(ascii: "&"), UInt8(ascii: "*"):
                    throw InputError(
                        "anchors (&) and aliases (*) are not read; a text that begins so needs quotes", file: file,
                        line: line)
                default: break
                }
            default: break
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            before = byte
        }
    }

    /// Whether something may begin behind `byte`: white space or a bracket, comma or colon.
    private static func begins(behind byte: UInt8) -> Bool {
        byte <= UInt8(ascii: " ") || "[]{},:".utf8.contains(byte)
    }
}
