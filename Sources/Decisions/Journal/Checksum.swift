/// CRC-32, the checksum of IEEE 802.3 and of gzip: every change of up to 32 bits in a row is noticed.
enum Checksum {
    /// Bytes that are taken at once.
    private static let stride = 8

    /// The remainder of each byte with 0 to 7 zero bytes behind it, reflected polynomial 0xEDB88320, one after the other.
    ///
    /// Kounavis, Berry, "Novel table lookup-based algorithms for high-performance CRC generation", 2008.
    private static let tables: [UInt32] = {
        var tables: [UInt32] = (0..<256).map { (byte: UInt32) -> UInt32 in
            (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
        }
        for place in 256..<256 * stride {
            let before = tables[place - 256]
            tables.append(before >> 8 ^ tables[Int(before & 0xFF)])
        }
        return tables
    }()

    /// The checksum of `bytes`.
    static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let (span, tables) = (bytes.span, tables)
        let table = tables.span
        var value: UInt32 = .max
        var place = 0
        while place + stride <= span.count {
            var next: UInt32 = 0
            for step in 0..<stride {
                let mask = step < 4 ? UInt8(truncatingIfNeeded: value >> (8 * UInt32(step))) : 0
                next ^= table[256 * (stride - 1 - step) + Int(span[place + step] ^ mask)]
            }
            value = next
            place += stride
        }
        while place < span.count {
            value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ span[place])]
            place += 1
        }
        return ~value
    }
}
