/// A checksum of 32 bits, the remainder of a division of polynomials: every change of up to 32 bits in a row is noticed.
public struct Checksum: Sendable {
    /// CRC-32, of IEEE 802.3 and of gzip.
    public static let crc32 = Checksum(reflectedPolynomial: 0xEDB8_8320)
    /// CRC-32C, of iSCSI (RFC 3720, section 12.1) and of TFRecord; the polynomial is Castagnoli's.
    public static let crc32c = Checksum(reflectedPolynomial: 0x82F6_3B78)

    /// Bytes that are taken at once.
    private static let stride = 8

    /// The remainder of each byte with 0 to 7 zero bytes behind it, one after the other.
    ///
    /// Kounavis, Berry, "Novel table lookup-based algorithms for high-performance CRC generation", 2008.
    private let tables: [UInt32]

    /// The checksum of a polynomial of degree 32, given by its lower coefficients, the lowest in the highest bit.
    private init(reflectedPolynomial polynomial: UInt32) {
        var tables: [UInt32] = (0..<256).map { (byte: UInt32) -> UInt32 in
            (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1 }
        }
        for place in 256..<256 * Self.stride {
            let before = tables[place - 256]
            tables.append(before >> 8 ^ tables[Int(before & 0xFF)])
        }
        self.tables = tables
    }

    /// The checksum of `bytes`.
    public func callAsFunction(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let (span, table, stride) = (bytes.span, tables.span, Self.stride)
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
