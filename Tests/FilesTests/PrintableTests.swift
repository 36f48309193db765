import Files
import Testing

@Test(arguments: [
    ("plain, größe, 语, 👩‍🚀", "plain, größe, 语, 👩‍🚀"), ("\u{1B}[2J\u{7}", "\\u{1b}[2J\\u{7}"),
    ("a\u{0}b\u{7F}c\u{9B}31m", "a\\u{0}b\\u{7f}c\\u{9b}31m"), ("x\u{202E}txt\u{2066}", "x\\u{202e}txt\\u{2066}"),
    ("a\rb", "a\\u{d}b"), ("a\u{2028}b", "a\\u{2028}b"), ("a\nb\tc", "a\nb\tc"), ("", ""),
])
func whatWouldUpsetATerminalIsEscaped(text: String, shown: String) {
    #expect(text.printable == shown)
}

@Test func everyControlCharacterIsEscapedAndNothingElse() {
    for value in 0..<UInt32(0x3000) {
        guard let scalar = Unicode.Scalar(value) else { continue }
        let upsets =
            scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
            || [.lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        let text = "a" + String(scalar) + "b"
        let isLayout = scalar == "\n" || scalar == "\t"
        #expect((text.printable == text) == (!upsets || isLayout), "\(value)")
        let line = text.printableLine
        #expect((line == text) == !upsets, "\(value)")
        #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(value)")
    }
    #expect("a\nb\r\u{2029}c\td".printableLine == "a b  c d")
}

/// Whatever name a file has, an error about it is one line that a terminal shows as it is.
@Test func anErrorIsOneLineThatMovesNoCursor() {
    let error = InputError("holds \u{1B}[31m\nred", file: "models/\u{1B}]0;x\u{7}\n/1", field: "a\u{9B}b")
    #expect(error.description == "models/\\u{1b}]0;x\\u{7} /1: field a\\u{9b}b: holds \\u{1b}[31m red")
    // What a program reads is as it was.
    #expect(error.problem == "holds \u{1B}[31m\nred" && error.field == "a\u{9B}b")
}
