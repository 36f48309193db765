import Files
import TestSupport
import Testing

@Test func numbersLieWithTheirLowestByteFirst() {
    var bytes: [UInt8] = [7]
    LittleEndian.append([0x0102_0304, -1] as [Int32], to: &bytes)
    LittleEndian.append([1.0, -0.0] as [Float], to: &bytes)
    LittleEndian.append([] as [Double], to: &bytes)
    LittleEndian.append([.max] as [UInt16], to: &bytes)
    #expect(bytes == [7, 4, 3, 2, 1, 255, 255, 255, 255, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x80, 255, 255])
    // From an odd address on.
    #expect(LittleEndian.numbers(in: bytes.span.extracting(1..<9), of: Int32.self) == [0x0102_0304, -1])
    let floats = LittleEndian.numbers(in: bytes.span.extracting(9..<17), of: Float.self)
    #expect(floats.map(\.bitPattern) == [0x3F80_0000, 0x8000_0000])
    #expect(LittleEndian.numbers(in: bytes.span.extracting(3..<3), of: Double.self) == [])
    #expect(LittleEndian.numbers(in: bytes.span, of: UInt8.self) == bytes)
}

@Test func bytesThatAreNoWholeNumbersStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
        _ = LittleEndian.numbers(in: [1, 2, 3].span, of: UInt16.self)
    }
}

@Test(arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_000])
func filesOfAnySizeComeBack(count: Int) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try writeAtomically(bytes, to: folder("f"))
        #expect(try readBytes(of: folder("f")) == bytes)
    }
}

@Test func filesWithoutASizeAreReadToTheirEnd() throws {
    // What the system makes up while it is read says that its size is 0.
    #expect(try readText(of: "/proc/self/status").contains("VmRSS"))
    #expect(try readBytes(of: "/dev/null") == [])
}
