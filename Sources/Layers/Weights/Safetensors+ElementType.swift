import Files

extension Safetensors {
    /// A type of elements, by its name in the format.
    enum ElementType: String, CaseIterable {
        case float64 = "F64"
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"
        case int64 = "I64"
        case int32 = "I32"
        case int16 = "I16"
        case int8 = "I8"
        case uint64 = "U64"
        case uint32 = "U32"
        case uint16 = "U16"
        case uint8 = "U8"
        case boolean = "BOOL"

        /// Bytes of one element.
        var size: Int {
            switch self {
            case .float64, .int64, .uint64: 8
            case .float32, .int32, .uint32: 4
            case .float16, .bfloat16, .int16, .uint16: 2
            case .int8, .uint8, .boolean: 1
            }
        }
    }

    /// The elements that `bytes` hold, which the header says are of `type`.
    static func elements(
        _ bytes: Span<UInt8>, of type: ElementType, name: String
    ) throws -> WeightArchive.Elements {
        switch type {
        case .float64: return .float64(LittleEndian.numbers(in: bytes))
        case .float32: return .float32(LittleEndian.numbers(in: bytes))
        case .float16: return .float32(LittleEndian.numbers(in: bytes).map(float(ofHalf:)))
        case .bfloat16:
            return .float32(
                LittleEndian.numbers(in: bytes, of: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) })
        case .int64: return .int64(LittleEndian.numbers(in: bytes))
        case .int32: return .int64(LittleEndian.numbers(in: bytes, of: Int32.self).map(Int64.init))
        case .int16: return .int64(LittleEndian.numbers(in: bytes, of: Int16.self).map(Int64.init))
        case .int8: return .int64(LittleEndian.numbers(in: bytes, of: Int8.self).map(Int64.init))
        case .uint32: return .int64(LittleEndian.numbers(in: bytes, of: UInt32.self).map(Int64.init))
        case .uint16: return .int64(LittleEndian.numbers(in: bytes, of: UInt16.self).map(Int64.init))
        case .uint64:
            let values = LittleEndian.numbers(in: bytes, of: Int64.self)
            guard values.allSatisfy({ $0 >= 0 }) else {
                throw InputError("holds a number from 2⁶³ on, which does not fit in 64 bits with a sign", field: name)
            }
            return .int64(values)
        case .uint8: return .uint8(LittleEndian.numbers(in: bytes))
        case .boolean:
            let values = LittleEndian.numbers(in: bytes, of: UInt8.self)
            guard values.allSatisfy({ $0 <= 1 }) else {
                throw InputError("holds a truth value that is neither 0 nor 1", field: name)
            }
            return .uint8(values)
        }
    }

    /// A number of 16 bits, 5 of them the exponent (IEEE 754 binary16), exactly.
    ///
    /// Moved to the places of 32 bits it is 2¹¹² times too small, subnormal numbers included. Where all bits of the
    /// exponent are set it is infinite or no number, and all 8 bits must be.
    private static func float(ofHalf bits: UInt16) -> Float {
        let magnitude = UInt32(bits & 0x7FFF) << 13
        let special: UInt32 = bits & 0x7C00 == 0x7C00 ? 0x7F80_0000 : 0
        let scaled = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
        return Float(bitPattern: (special == 0 ? scaled : magnitude | special) | UInt32(bits & 0x8000) << 16)
    }
}
