import Files
import Foundation
import Layers
import TestSupport
import Testing

/// A file that is refused: why, and what Python's library (0.4.5) makes of it.
struct BadFile: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    /// Part of our reason.
    var reason: String
    /// The array that the reason names.
    var array: String?
    var pythonAccepts: Bool

    init(
        _ name: String, _ header: String, data: [UInt8] = [], length: UInt64? = nil, _ reason: String,
        array: String? = nil, pythonAccepts: Bool = false
    ) {
        self.init(
            name, Array(header.utf8), data: data, length: length, reason, array: array, pythonAccepts: pythonAccepts)
    }

    init(
        _ name: String, _ header: [UInt8], data: [UInt8] = [], length: UInt64? = nil, _ reason: String,
        array: String? = nil, pythonAccepts: Bool = false
    ) {
        self.name = name
        let size = length ?? UInt64(header.count)
        bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * UInt64($0))) } + header + data
        self.reason = reason
        self.array = array
        self.pythonAccepts = pythonAccepts
    }

    var testDescription: String { name }

    /// The member of one array.
    static func entry(
        _ name: String = "a", type: String = #""F32""#, shape: String = "[1]", offsets: String = "[0,4]",
        more: String = ""
    ) -> String {
        #""\#(name)":{"dtype":\#(type),"shape":\#(shape),"data_offsets":\#(offsets)\#(more)}"#
    }

    private static let four = [UInt8](repeating: 0, count: 4)

    private static func one(
        _ name: String, _ entry: String, data: [UInt8] = four, _ reason: String, array: String? = "a",
        pythonAccepts: Bool = false
    ) -> BadFile {
        BadFile(name, "{\(entry)}", data: data, reason, array: array, pythonAccepts: pythonAccepts)
    }

    static let headers = [
        BadFile("no bytes", [UInt8](), length: 0, "does not begin with {"),
        BadFile("a header longer than the file", "{}", length: 50, "states a header of 50 bytes and ends before"),
        BadFile("a header over the limit", "{}", length: 100_000_001, "100000000 is the limit"),
        BadFile("a length beyond 63 bits", "{}", length: 1 << 63, "100000000 is the limit"),
        BadFile("the largest length", "{}", length: .max, "100000000 is the limit"),
        BadFile("a leading space", " {\(entry())}", data: four, "does not begin with {", pythonAccepts: true),
        BadFile("a byte order mark", [0xEF, 0xBB, 0xBF] + Array("{}".utf8), "does not begin with {"),
        BadFile("a list", "[]", "does not begin with {"),
        BadFile("an open object", "{", "a member's name in quotes expected"),
        BadFile("an open text", "{\"a", "ends in the middle of a text"),
        BadFile("something behind the object", "{}{}", "something stands behind"),
        BadFile("NUL behind the object", "{}\0\0", "something stands behind"),
        BadFile("a comma too many", "{\(entry()),}", data: four, "a member's name in quotes expected"),
        BadFile("a comment", "{/**/}", "a member's name in quotes expected"),
        BadFile("a name twice", "{\(entry()),\(entry())}", data: four, "\"a\" stands twice", pythonAccepts: true),
        BadFile(
            "a name twice, once escaped", "{\(entry()),\(entry(#"\u0061"#))}", data: four, "\"a\" stands twice",
            pythonAccepts: true),
        BadFile(
            "a field twice", "{\(entry(more: #","dtype":"F32""#))}", data: four, #""dtype" stands twice in "a""#),
        BadFile(
            "a text twice", #"{"__metadata__":{"k":"1","k":"2"}}"#, #""k" stands twice in "__metadata__""#,
            pythonAccepts: true),
        BadFile(
            "the texts twice", #"{"__metadata__":{},"__metadata__":{}}"#, #""__metadata__" stands twice"#),
        BadFile("texts that are none", #"{"__metadata__":{"k":1}}"#, "\"k\" is no text", array: "__metadata__"),
        BadFile(
            "texts that are nothing", #"{"__metadata__":null}"#, "is no object", array: "__metadata__",
            pythonAccepts: true),
        BadFile(
            "no UTF-8", Array("{\"".utf8) + [0xFF] + Array(entry().utf8.dropFirst(2)) + [0x7D],
            "no valid UTF-8"),
        BadFile("half a surrogate", "{\(entry(#"\ud800"#))}", data: four, "surrogate stands alone"),
        BadFile("a control character", "{\(entry("\u{1}"))}", data: four, "a control character"),
        BadFile("nested too deep", "{\(entry(shape: "[[[[[]]]]]"))}", data: four, "nested deeper than 4"),
        BadFile(
            "nested as deep as a stack", "{\"a\":" + String(repeating: "[", count: 100_000), "nested deeper than 4"),
    ]

    static let entries = [
        one("a list for fields", #""a":["F32",[1],[0,4]]"#, "does not consist of", pythonAccepts: true),
        one("a field missing", #""a":{"dtype":"F32","shape":[1]}"#, "does not consist of"),
        one("an unknown field", entry(more: #","x":1"#), "does not consist of", pythonAccepts: true),
        one("an unknown type", entry(type: #""Q8""#), "unknown type"),
        one("a type in small letters", entry(type: #""f32""#), "unknown type"),
        one("a type of 8 bits", entry(type: #""F8_E4M3""#, shape: "[4]"), "unknown type", pythonAccepts: true),
        one("a number for a type", entry(type: "32"), "unknown type"),
        one("an empty name", entry(""), "an empty name", array: nil, pythonAccepts: true),
        one("NUL in a name", entry(#"a\u0000"#), "control character", array: "a?", pythonAccepts: true),
        one("an escape in a name", entry(#"\u001b[2J"#), "control character", array: "?[2J", pythonAccepts: true),
        one("DEL in a name", entry("a\u{7F}"), "control character", array: "a?", pythonAccepts: true),
        one("the folder above in a name", entry("../a"), ".. in its name", array: "../a", pythonAccepts: true),
        one("the folder above further on", entry("a/.."), ".. in its name", array: "a/..", pythonAccepts: true),
        one(
            "the folder above in Windows", entry(#"a\\..\\b"#), ".. in its name", array: #"a\..\b"#, pythonAccepts: true
        ),
        one(
            "the folder above behind an accent on a slash", entry("../\u{301}a"), ".. in its name",
            array: "../\u{301}a",
            pythonAccepts: true),
        one(
            "an absolute name with an accent on its slash", entry("/\u{301}a"), "absolute path", array: "/\u{301}a",
            pythonAccepts: true),
        one("an absolute name", entry("/a"), "absolute path", array: "/a", pythonAccepts: true),
        one("a negative length", entry(shape: "[-1]"), "no list of lengths"),
        one("a negative zero", entry(shape: "[-0]", offsets: "[0,0]"), data: [], "no list of lengths"),
        one("a fraction", entry(shape: "[1.0]"), "no list of lengths"),
        one("an exponent", entry(shape: "[1e0]"), "no list of lengths"),
        one("a text for a length", entry(shape: #"["1"]"#), "no list of lengths"),
        one("a truth value for a length", entry(shape: "[true]"), "no list of lengths"),
        one("no list of lengths", entry(shape: "1"), "no list of lengths"),
        one("a length beyond 63 bits", entry(shape: "[9223372036854775808]"), "no list of lengths"),
        one("a shape that overflows", entry(shape: "[4294967296,4294967296]"), "more bytes than can be counted"),
        one("a size that overflows", entry(shape: "[4611686018427387904]"), "more bytes than can be counted"),
        one(
            "an overflow before a zero", entry(shape: "[4294967296,4294967296,0]", offsets: "[0,0]"), data: [],
            "more bytes than can be counted"),
        one(
            "an overflow behind a zero", entry(shape: "[0,4294967296,4294967296]", offsets: "[0,0]"), data: [],
            "more bytes than can be counted", pythonAccepts: true),
        one("a size that does not fit its shape", entry(shape: "[3]"), "has 4 bytes, its shape and type 12"),
        one("a size that does not fit its type", entry(type: #""F64""#), "has 4 bytes, its shape and type 8"),
        one("one offset", entry(offsets: "[4]"), "no two whole numbers"),
        one("three offsets", entry(offsets: "[0,4,4]"), "no two whole numbers"),
        one("a negative offset", entry(offsets: "[-4,0]"), "no two whole numbers"),
        one("an offset beyond 64 bits", entry(offsets: "[0,18446744073709551616]"), "no two whole numbers"),
        one("an offset beyond 63 bits", entry(offsets: "[0,18446744073709551615]"), "no two whole numbers"),
        one("the largest offset", entry(offsets: "[0,9223372036854775807]"), "outside of the 4 bytes"),
        one("offsets in reverse", entry(offsets: "[4,0]"), "outside of the 4 bytes"),
        one("data that end before", entry(offsets: "[0,4]"), data: [0, 0, 0], "outside of the 3 bytes"),
        one("a byte behind the last", entry(), data: four + [0], "1 bytes stand behind the last array", array: nil),
        one("data without an array", #""__metadata__":{}"#, "4 bytes stand behind the last array", array: nil),
        one("a hole at the start", entry(offsets: "[4,8]"), data: four + four, "a hole of 4 bytes"),
        one(
            "a hole between", entry() + "," + entry("b", offsets: "[8,12]"), data: four + four + four,
            "a hole of 4 bytes", array: "b"),
        one("the same bytes twice", entry() + "," + entry("b"), "overlaps", array: "b"),
        one(
            "an overlap", entry(shape: "[2]", offsets: "[0,8]") + "," + entry("b", shape: "[2]", offsets: "[4,12]"),
            data: four + four + four, "overlaps", array: "b"),
        one(
            "an empty array inside another", entry() + "," + entry("b", shape: "[0]", offsets: "[2,2]"), "overlaps",
            array: "b"),
        one(
            "a truth value of 2", entry(type: #""BOOL""#, shape: "[4]"), data: [0, 1, 2, 0], "neither 0 nor 1",
            pythonAccepts: true),
        one(
            "a number beyond 63 bits", entry(type: #""U64""#, offsets: "[0,8]"), data: [0, 0, 0, 0, 0, 0, 0, 128],
            "from 2⁶³ on", pythonAccepts: true),
    ]
}

@Test(arguments: BadFile.headers + BadFile.entries) func badFilesAreRefusedWithTheirReason(bad: BadFile) {
    let error = #expect(throws: InputError.self) { try Safetensors.decode(bad.bytes, name: "weights.safetensors") }
    #expect(error?.problem.contains(bad.reason) == true, "\(String(describing: error))")
    #expect(error?.field == bad.array)
    #expect(error?.file == "weights.safetensors" && error?.line == nil)
}

@Test func filesShorterThanALengthAreRefused() {
    for count in 0..<8 {
        #expect(throws: InputError("is no safetensors file: shorter than its header's length")) {
            try Safetensors.decode([UInt8](repeating: 0, count: count))
        }
    }
}

@Test func everyCutOfAFileIsRefused() throws {
    let bytes = try Safetensors.encode(sampleArchive)
    for count in bytes.indices { #expect(throws: InputError.self) { try Safetensors.decode(Array(bytes[..<count])) } }
}

@Test(.enabled(if: python != nil)) func pythonsLibraryIsNoStricterAndAcceptsWhatIsNoted() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let files = BadFile.headers + BadFile.entries
        for (place, bad) in files.enumerated() { try folder.write(Data(bad.bytes), to: "\(place)") }
        let result = try runPython(
            """
            import sys
            from safetensors import deserialize
            for place in range(int(sys.argv[2])):
                try:
                    deserialize(open(f"{sys.argv[1]}/{place}", "rb").read())
                    print("accepted")
                except Exception:
                    print("refused")
            """, [folder.path, "\(files.count)"])
        #expect(result.status == 0, "\(result.errors)")
        let answers = result.output.split(separator: "\n")
        #expect(answers.count == files.count)
        for (bad, answer) in zip(files, answers) {
            #expect((answer == "accepted") == bad.pythonAccepts, "\(bad.name): Python's library \(answer) it")
        }
        #expect(files.filter(\.pythonAccepts).count > 15)
    }
}
