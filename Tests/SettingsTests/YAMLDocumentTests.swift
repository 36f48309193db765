import Files
import Settings
import Testing

@Test func aYAMLDocumentSaysWhatTheSameJSONSays() throws {
    let yaml = """
        version: 1
        gap: 25.5
        tiny: 1e-05
        name: blast, in the cloud
        quoted: "12"
        flag: true
        nothing:
        list: [1, -2, 3.5]
        nested:
          - {a: 1, b: x}
          - a: 2
        """
    let json = """
        {"version": 1, "gap": 25.5, "tiny": 0.00001, "name": "blast, in the cloud", "quoted": "12", "flag": true,
        "nothing": null, "list": [1, -2, 3.5], "nested": [{"a": 1, "b": "x"}, {"a": 2}]}
        """
    #expect(try YAMLDocument(parsing: yaml, file: "w.yaml").json == JSONValue(parsing: Array(json.utf8)))
    #expect(try YAMLDocument(parsing: "# nothing\n", file: "w.yaml").json == .object(JSONObject()))
}

@Test func whatIsWrittenAsYAMLIsReadAgain() throws {
    let texts = [
        "plain", "true", "No", "12", "1e5", "a: b", "# no comment", "", " x", "é\u{7}\n", "&a", "null", "2026-11-26",
    ]
    let value = JSONValue.object(
        JSONObject(
            [("texts", .array(texts.map(JSONValue.string)))]
                + texts.filter { !$0.isEmpty }.map { ($0, JSONValue.string($0)) }
                + [
                    (
                        "numbers",
                        .array([
                            .integer(.max), .integer(-1), .number(1e-300), .number(0.1), .number(1.7e308),
                            .number(2.5e-7),
                        ])
                    ),
                    (
                        "others",
                        .array([.null, .bool(true), .array([]), .object(JSONObject()), .array([.array([.integer(1)])])])
                    ),
                ]))
    let text = try YAMLDocument.text(of: value, comment: "Two lines\nof comment")
    #expect(text.hasPrefix("# Two lines\n# of comment\n"))
    #expect(try YAMLDocument(parsing: text, file: "w.yaml").json == value)
}

@Test(arguments: [
    ("a: 1\nb: 0x1F\n", 2), ("a: .inf\n", 1), ("a: yes\n", 1), ("a: 1\nb: *x\n", 2), ("a: 1\na: 2\n", 1),
    ("a: 1e999\n", 1), ("a: [1\n", 2),
])
func whatYAMLWouldGuessAtIsRefused(text: String, line: Int) throws {
    let error = #expect(throws: InputError.self) { try YAMLDocument(parsing: text, file: "w.yaml") }
    #expect(error?.file == "w.yaml" && error?.line == line, "\(text) \(String(describing: error))")
}

@Test func anErrorAboutAPlaceNamesItsLine() throws {
    let document = try YAMLDocument(parsing: "a: 1\nlist:\n  - b: 1\n  - b: x\n", file: "w.yaml")
    let error = #expect(throws: InputError.self) {
        try document.read { _ = try $0["list"].elements().map { try $0["b"].double() } }
    }
    #expect(error?.line == 4 && error?.field == "list[1].b")
    let missing = #expect(throws: InputError.self) {
        try document.read { _ = try $0["list"].elements().map { try $0["c"].double() } }
    }
    #expect(missing?.line == 3 && missing?.field == "list[0].c")
}
