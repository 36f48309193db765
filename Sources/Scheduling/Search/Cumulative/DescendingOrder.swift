/// Sorts tasks by a key, the largest first; of equal ones the one that came first before.
///
/// Radix sort by eleven bits at a time (Knuth, "The art of computer programming" 3, section 5.2.5): as long whatever the
/// keys are.
struct DescendingOrder {
    private static let digitBits: UInt64 = 11
    private static let digits = 1 << 11
    private static let passes = 6
    private var codes: [UInt64]
    private var other: [Int32]
    private var places: [Int32]

    init(count: Int) {
        codes = [UInt64](repeating: 0, count: count)
        other = [Int32](repeating: 0, count: count)
        places = [Int32](repeating: 0, count: Self.digits * Self.passes)
    }

    /// Writes into `order` the tasks of `base`, sorted by `keys`, none of which is a NaN.
    mutating func sort(_ base: [Int32], by keys: [Double], into order: inout [Int32]) {
        Self.countDigits(keys, &codes, &places)
        Self.move(base, to: &order, &places, codes, pass: 0)
        for pass in 1..<Self.passes {
            Self.move(order, to: &other, &places, codes, pass: pass)
            swap(&order, &other)
        }
    }

    /// Turns the keys into numbers that grow as they fall, and counts how often each digit occurs.
    private static func countDigits(_ keys: [Double], _ codes: inout [UInt64], _ places: inout [Int32]) {
        let keys = keys.span
        var places = places.mutableSpan
        var codes = codes.mutableSpan
        for digit in places.indices { places[digit] = 0 }
        for task in keys.indices {
            let bits = (keys[task] + 0).bitPattern
            // Negative numbers are ordered by size, which is already the other way round.
            let code = bits >> 63 == 0 ? ~bits & ~(1 << 63) : bits
            codes[task] = code
            var rest = code
            for pass in 0..<passes {
                places[pass &* digits &+ Int(rest & UInt64(digits - 1))] &+= 1
                rest >>= digitBits
            }
        }
        for pass in 0..<passes {
            var place: Int32 = 0
            for digit in pass * digits..<(pass + 1) * digits {
                let count = places[digit]
                places[digit] = place
                place += count
            }
        }
    }

    private static func move(
        _ source: [Int32], to target: inout [Int32], _ places: inout [Int32], _ codes: [UInt64], pass: Int
    ) {
        let source = source.span
        let codes = codes.span
        var target = target.mutableSpan
        var places = places.mutableSpan
        let shift = UInt64(pass) * digitBits
        let base = pass * digits
        for index in source.indices {
            let task = source[index]
            let digit = base &+ Int((codes[Int(task)] >> shift) & UInt64(digits - 1))
            target[Int(places[digit])] = task
            places[digit] &+= 1
        }
    }
}
