import Files
import Testing

@Test func whatIsEscapedStaysInItsCellAndIsReadAgain() {
    for text in ["a|b", "a\\|b", "`code`", "<b>", "größe *x* [y]", "", "\\", "||", "a\\\\b"] {
        let escaped = Markdown.escaped(text)
        #expect(Markdown.unescaped(escaped) == text)
        // No bar is left that nothing stands before.
        var isEscaped = false
        for character in escaped {
            #expect(isEscaped || !"|`<".contains(character), "\(escaped)")
            isEscaped = !isEscaped && character == "\\"
        }
        #expect(!isEscaped)
    }
    #expect(Markdown.escaped("two\nlines\r\nmore") == "two lines more")
    #expect(Markdown.unescaped("a\\qb") == "a\\qb")
}
