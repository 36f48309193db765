extension String {
    /// The text with what would upset a terminal escaped, as in `\u{1b}`: control characters, which can move the cursor or
    /// run as keys, and those that turn the direction of writing. Line breaks and tabs stay.
    ///
    /// Whatever comes from a file that somebody else wrote goes through it on its way to a person.
    public var printable: String { escapingControls { $0 == "\n" || $0 == "\t" ? $0 : nil } }

    /// The same in one line: line breaks and tabs are spaces.
    public var printableLine: String {
        escapingControls { ["\n", "\r", "\t", "\u{2028}", "\u{2029}"].contains($0) ? " " : nil }
    }

    private func escapingControls(_ replacement: (Unicode.Scalar) -> Unicode.Scalar?) -> String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var scalars = UnicodeScalarView()
        for scalar in unicodeScalars {
            if !scalar.isControl {
                scalars.append(scalar)
            } else if let replacement = replacement(scalar) {
                scalars.append(replacement)
            } else {
                scalars.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            }
        }
        return String(scalars)
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character (C0, DEL, C1), breaks a line or paragraph, or turns the direction of writing.
    fileprivate var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
