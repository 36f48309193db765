import Files
import Testing

/// Messages of the documentation of Protocol Buffers, "Encoding", and what its rules say of the other types.
@Suite struct ProtobufWriterTests {
    private func bytes(_ write: (inout ProtobufWriter) -> Void) -> [UInt8] {
        var message = ProtobufWriter()
        write(&message)
        return message.bytes
    }

    @Test func writesTheMessagesOfTheDocumentation() {
        // "A Simple Message": a = 150.
        #expect(bytes { $0.field(1, varint: 150) } == [0x08, 0x96, 0x01])
        // "Length-Delimited Records": b = "testing".
        let testing: [UInt8] = [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]
        #expect(bytes { $0.field(2, string: "testing") } == testing)
        #expect(bytes { $0.field(2, bytes: Array("testing".utf8)) } == testing)
        // "Submessages": c { a: 150 }.
        let inner: [UInt8] = [0x1a, 0x03, 0x08, 0x96, 0x01]
        #expect(bytes { $0.field(3) { $0.field(1, varint: 150) } } == inner)
        // "Repeated Elements": f = [3, 270, 86942], packed; "hello" under 4 before 1, 2, 3 under 5, one by one.
        #expect(
            bytes { $0.field(6, packed: [3, 270, 86942] as [Int64]) } == [
                0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05,
            ])
        let hello = bytes { message in
            message.field(4, string: "hello")
            for element in 1...3 { message.field(5, varint: element) }
        }
        #expect(hello == [0x22, 0x05, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x28, 0x01, 0x28, 0x02, 0x28, 0x03])
        // "Signed Integers": -2 as int32 or int64.
        #expect(bytes { $0.field(1, varint: -2) } == [0x08, 0xfe] + [UInt8](repeating: 0xff, count: 8) + [0x01])
    }

    @Test(
        arguments: [
            (0, [0x00]), (1, [0x01]), (127, [0x7f]), (128, [0x80, 0x01]), (16_383, [0xff, 0x7f]),
            (16_384, [0x80, 0x80, 0x01]), (.max, [UInt8](repeating: 0xff, count: 9) + [0x01]),
        ] as [(UInt64, [UInt8])])
    func aVarintTakesSevenBitsAByte(value: UInt64, expected: [UInt8]) {
        #expect(bytes { $0.field(1, varint: value) } == [0x08] + expected)
        #expect(bytes { $0.field(1, packed: [Int64(bitPattern: value)]) } == [0x0a, UInt8(expected.count)] + expected)
    }

    @Test func numbersOfFixedLengthAreLittleEndian() {
        #expect(bytes { $0.field(1, fixed32: 0x0102_0304) } == [0x0d, 0x04, 0x03, 0x02, 0x01])
        #expect(bytes { $0.field(1, fixed64: 0x0102_0304_0506_0708) } == [0x09, 8, 7, 6, 5, 4, 3, 2, 1])
        // IEEE 754: 1 is 0x3f800000 and 0x3ff0000000000000, -2 is 0xc0000000 and 0xc000000000000000.
        #expect(bytes { $0.field(2, float: 1) } == [0x15, 0, 0, 0x80, 0x3f])
        #expect(bytes { $0.field(2, double: 1) } == [0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
        #expect(bytes { $0.field(4, packed: [1, -2] as [Float]) } == [0x22, 8, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
        let doubles: [UInt8] = [0x22, 16, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0]
        #expect(bytes { $0.field(4, packed: [1, -2] as [Double]) } == doubles)
    }

    @Test func lengthsAndTagsMayTakeSeveralBytes() {
        #expect(bytes { $0.field(16, bool: true) } == [0x80, 0x01, 0x01])
        #expect(bytes { $0.field(1, bool: false) } == [0x08, 0x00])
        #expect(bytes { $0.field((1 << 29) - 1, varint: 0) } == [0xf8, 0xff, 0xff, 0xff, 0x0f, 0x00])
        let text = String(repeating: "é", count: 100)
        #expect(bytes { $0.field(1, string: text) } == [0x0a, 0xc8, 0x01] + Array(text.utf8))
        let nested = bytes { $0.field(1) { $0.field(1) { $0.field(1, string: text) } } }
        #expect(nested == [0x0a, 0xce, 0x01, 0x0a, 0xcb, 0x01, 0x0a, 0xc8, 0x01] + Array(text.utf8))
    }

    @Test func emptyMessagesAndTextsAreWrittenAndEmptyListsAreNot() {
        #expect(bytes { $0.field(1, string: "") } == [0x0a, 0x00])
        #expect(bytes { $0.field(1, message: ProtobufWriter()) } == [0x0a, 0x00])
        #expect(bytes { $0.field(1, packed: [] as [Float]) } == [])
        #expect(bytes { $0.field(1, packed: [] as [Int64]) } == [])
    }

    @Test func whatAMessageThrowsIsPassedOn() {
        struct Failure: Error {}
        var message = ProtobufWriter()
        #expect(throws: Failure.self) {
            try message.field(1) { (_: inout ProtobufWriter) throws(Failure) in throw Failure() }
        }
        #expect(message.bytes == [])
    }
}
