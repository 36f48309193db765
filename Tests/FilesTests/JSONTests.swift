import Files
import TestSupport
import Testing

private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8), file: "f.json") }

@Test func keepsOrderUnknownMembersAndWholeNumbers() throws {
    let text = #"{"b":9007199254740993,"a":[1.5,-0.25,true,null,"x\n\u00e9\ud83d\ude00"],"":{}}"#
    let value = try parse(text)
    #expect(value["b"]?.int == 9_007_199_254_740_993)
    #expect(value["a"]?.array?[4].string == "x\né😀")
    #expect(value.object?.keys == ["b", "a", ""])
    #expect(try parse(value.text()) == value)
    #expect(try parse(value.text(pretty: true)) == value)
}

@Test(arguments: [
    ("", "is empty"), ("{", "in quotes expected"), ("[", "ends in the middle"), ("[1,]", "no JSON value"),
    ("01", "something stands behind"),
    ("{\"a\":1,\"a\":2}", "\"a\" stands twice in one object"),
    ("{\"b\":[{\"a\":1,\"a\":2}]}", "\"a\" stands twice in one object"),
    ("{\"b\":{\"a\":1,\"a\":2}}", "\"a\" stands twice in \"b\""), ("1e999", "too large"),
    ("\"\u{01}\"", "control character"),
    ("\"\\ud800\"", "surrogate"), ("nul", "no JSON value"), ("1 2", "something stands behind"), ("-", "digit expected"),
    ("{\"a\" 1}", "colon expected"), ("\"abc", "ends in the middle of a text"), ("[1.]", "digit expected"),
])
func refusesWhatIsNoJSON(text: String, complaint: String) {
    let error = #expect(throws: InputError.self) { try parse(text) }
    #expect(error?.problem.contains(complaint) == true, "\(String(describing: error))")
    #expect(error?.file == "f.json")
}

@Test func zeroKeepsItsSign() throws {
    #expect(try parse("0") == .integer(0))
    guard case .number(let zero) = try parse("-0") else {
        Issue.record("-0 became a whole number, which has no negative zero")
        return
    }
    #expect(zero == 0 && zero.sign == .minus)
    #expect(try parse("-0").int == 0)
}

@Test func namesTheLine() {
    let error = #expect(throws: InputError.self) { try parse("{\n  \"a\": 1,\n  \"b\": ?\n}") }
    #expect(error?.line == 3)
}

@Test func refusesDeepNesting() {
    #expect(throws: InputError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: Never.self) { try parse(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)) }
}

@Test func numbersComeBackExactly() throws {
    for value: Double in [0.1, 1e-7, 123_456_789.125, 1e300, -5e-300, 3, 1e15, 1 / 3] {
        #expect(try parse(JSONValue.number(value).text()) == .number(value))
    }
    #expect(JSONValue.number(.nan).text() == "null")
}

@Test func fieldsNameTheirPlace() throws {
    let field = JSONField(try parse(#"{"tasks":[{"id":"a"},{"id":7,"bytes":-1,"more":0}]}"#), file: "f.json")
    let second = try field["tasks"].elements()[1]
    #expect(throws: InputError("is a number, not a text", file: "f.json", field: "tasks[1].id")) {
        try second["id"].string()
    }
    #expect(throws: InputError("is missing", file: "f.json", field: "tasks[1].name")) { try second["name"].string() }
    #expect(throws: InputError("is negative: -1", file: "f.json", field: "tasks[1].bytes")) {
        try second["bytes"].amount()
    }
    #expect(throws: InputError("is not known here", file: "f.json", field: "tasks[1].more")) {
        try second.refuseUnknown(["id", "bytes"])
    }
}

@Test func anObjectOfManyMembersFindsThem() {
    var object = JSONObject((0..<500).map { ("k\($0)", .integer($0)) })
    #expect(object["k499"] == .integer(499))
    object["k0"] = nil
    #expect(object["k0"] == nil && object["k1"] == .integer(1) && object.keys.count == 499)
}
