import NotebookFormat
import Testing

private func notebook(_ text: String) throws -> Notebook { try Notebook(text, name: "n.md") }

@Test func blocksAreAProgramAndItsOutput() throws {
    let page = try notebook(
        """
        # Title
        ```swift
        let x = 1
        ```
        Prose.
        ```sh
        swift run
        ```
        ```swift

        print(x)
        ```
        ```text
        1
        ```
        """)
    #expect(
        page.program == """
            #sourceLocation(file: "n.md", line: 3)
            let x = 1
            #sourceLocation(file: "n.md", line: 10)

            print(x)
            #sourceLocation()

            """)
    #expect(page.output.map(\.line) == [14] && page.output.map(\.text) == ["1"])
}

@Test(arguments: [
    ("```swift\nlet x = 1\n", 1, "not closed"), ("\n```Swift\n```\n", 2, "neither swift"),
    ("```swift \n```\n", 1, "neither swift"), ("```\ncode\n```\n", 1, "neither swift"),
    ("```text\n1\n```\n", 1, "no program"), ("```swift\nlet x = 1\n```swift\n```\n", 3, "in a block"),
])
func aPageThatIsNoNotebookIsRefused(text: String, line: Int, reason: String) {
    let error = #expect(throws: NotebookError.self) { try notebook(text) }
    #expect(error?.line == line && error?.reason.contains(reason) == true, "\(String(describing: error))")
    #expect(error?.description.hasPrefix("n.md:\(line): error: ") == true)
}

@Test(arguments: [
    ("loss 0.123, 7 epochs", "loss 0.124, 7 epochs", true), ("loss 0.123", "loss 0.125", false),
    ("0.12", "0.123", false), ("7 epochs", "8 epochs", false), ("loss", "lost", false), ("-0.00", "0.01", true),
    ("1.0 and 2.0", "1.1 and 2.2", false), ("", "", true), ("a ", "a", false), ("9.99", "10.00", true),
])
func linesAreAlikeUpToTheLastDigits(shown: String, printed: String, isAlike: Bool) {
    let output = ShownOutput([(line: 5, text: shown)])
    #expect((output.difference(to: printed + "\n") == nil) == isAlike)
}

@Test func theFirstDifferenceIsTold() {
    let output = ShownOutput([(line: 5, text: "a"), (line: 9, text: "b")])
    #expect(output.difference(to: "a\nb\n") == nil)
    #expect(output.difference(to: "a\nb") == nil)
    #expect(output.difference(to: "a\nc\n") == .init(line: 9, shown: "b", printed: "c"))
    #expect(output.difference(to: "a\n") == .init(line: 9, shown: "b", printed: nil))
    #expect(output.difference(to: "") == .init(line: 5, shown: "a", printed: nil))
    #expect(output.difference(to: "a\nb\n\n") == .init(line: 9, shown: nil, printed: ""))
}
