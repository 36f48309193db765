import Files
import Testing

/// The check values of the catalogue of parametrised CRC algorithms, and of RFC 3720, appendix B.4.
@Test func checksumsAreThoseOfTheStandards() {
    let digits = Array("123456789".utf8)
    #expect(Checksum.crc32(digits[...]) == 0xCBF4_3926)
    #expect(Checksum.crc32c(digits[...]) == 0xE306_9283)
    #expect(Checksum.crc32c([UInt8](repeating: 0, count: 32)[...]) == 0x8A91_36AA)
    #expect(Checksum.crc32c([UInt8](repeating: 0xFF, count: 32)[...]) == 0x62A8_AB43)
    #expect(Checksum.crc32c(Array(UInt8(0)...31)[...]) == 0x46DD_794E)
}

@Test(arguments: 0...40) func aChecksumOfAPartIsThatOfItsBytes(count: Int) {
    let bytes = (0..<64).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
    for checksum in [Checksum.crc32, .crc32c] {
        #expect(checksum(bytes[7..<7 + count]) == checksum(Array(bytes[7..<7 + count])[...]))
        var changed = bytes
        changed[7 + count / 2] ^= 1
        #expect(count == 0 || checksum(changed[7..<7 + count]) != checksum(bytes[7..<7 + count]))
    }
}
