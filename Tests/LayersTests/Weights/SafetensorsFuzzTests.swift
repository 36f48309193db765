import Foundation
import Kernels
import Layers
import Testing

/// How many files are tried; `TACTUS_FUZZ` sets another number.
private let trials = ProcessInfo.processInfo.environment["TACTUS_FUZZ"].flatMap(Int.init) ?? 2_000

/// A change of bytes, mostly of the header, where the rules are.
private func mutated(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    func below(_ count: Int) -> Int { Int(generator.next() % UInt64(max(count, 1))) }
    func place() -> Int { generator.next() % 3 == 0 ? below(bytes.count) : 8 + below(min(560, bytes.count - 8)) }
    for _ in 0...below(2) where bytes.count > 40 {
        let start = place()
        let end = min(bytes.count, start + below(24))
        switch below(8) {
        case 0: bytes[start] ^= 1 << UInt8(below(8))
        case 1: bytes[start] = UInt8(truncatingIfNeeded: generator.next())
        case 2: bytes.removeSubrange(start..<end)
        case 3: bytes.insert(contentsOf: bytes[start..<end], at: place())
        case 4:
            // Another digit where there is one: lengths and offsets that are nearly right.
            if let digit = bytes[start...].firstIndex(where: { (48...57).contains($0) }) {
                bytes[digit] = 48 + UInt8(below(10))
            }
        case 5:
            let texts = [
                "{", "}", "[", "]", ",", "\"", ":", "-", "1e9", "null", "BOOL", "\\u0000", "99999999999999999999",
            ]
            bytes.insert(contentsOf: texts[below(texts.count)].utf8, at: start)
        case 6: bytes.removeLast(below(40))
        default: bytes[0] = UInt8(truncatingIfNeeded: Int(bytes[0]) + below(5) - 2)
        }
        // So that the header is read at all, its length follows mostly.
        if generator.next() % 4 > 0, let end = bytes.lastIndex(of: UInt8(ascii: "}")), end >= 8 {
            let padding = bytes[(end + 1)...].prefix { $0 == UInt8(ascii: " ") }.count
            let length = end + 1 + padding - 8 + (generator.next() % 8 == 0 ? 3 : 0)
            for place in 0..<8 { bytes[place] = UInt8(truncatingIfNeeded: length >> (8 * place)) }
        }
    }
    return bytes
}

@Test func changedFilesAreRefusedOrComeBackEqual() throws {
    let good = try Safetensors.encode(sampleArchive)
    var generator = SeededGenerator(seed: 1)
    var (accepted, reasons) = (0, Set<String>())
    for trial in 0..<trials {
        let bytes = mutated(good, &generator)
        do {
            // Bits are compared, because a number that is none equals nothing.
            let again = try Safetensors.encode(Safetensors.decode(bytes))
            #expect(try Safetensors.encode(Safetensors.decode(again)) == again, "trial \(trial)")
            accepted += 1
        } catch {
            reasons.insert(String("\(error)".filter { $0.isLetter }.suffix(12)))
        }
    }
    // It tells something only where some files still are good and the others fail for many reasons.
    #expect(accepted > trials / 50 && accepted < trials * 9 / 10, "\(accepted) of \(trials) were good")
    #expect(reasons.count > 12, "\(reasons)")
}

@Test func randomBytesAreRefused() {
    var generator = SeededGenerator(seed: 2)
    for count in 0..<500 {
        var bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        if count > 9 { bytes.replaceSubrange(0..<9, with: [UInt8(min(count - 8, 255)), 0, 0, 0, 0, 0, 0, 0, 0x7B]) }
        #expect(throws: (any Error).self) { try Safetensors.decode(bytes) }
    }
}
