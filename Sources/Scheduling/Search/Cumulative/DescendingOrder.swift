/// Sorts tasks by a key, the largest first; of equal ones the one that came first before.
///
/// Radix sort (Knuth, "The art of computer programming" 3, section 5.2.5): as long whatever the keys are.
struct DescendingOrder {
    private let digits: Digits
    private var codes: [UInt64]
    private var other: [Int32]
    private var places: [Int32]

    /// How keys are cut into digits: few bits for few tasks, so that counting digits does not take longer than sorting.
    private struct Digits {
        let bits: UInt64
        var count: Int { 1 << Int(bits) }
        var passes: Int { (64 + Int(bits) - 1) / Int(bits) }
        var mask: UInt64 { UInt64(count) - 1 }
    }

    init(count: Int) {
        digits = Digits(bits: count < 512 ? 6 : 11)
        codes = [UInt64](repeating: 0, count: count)
        other = [Int32](repeating: 0, count: count)
        places = [Int32](repeating: 0, count: digits.count * digits.passes)
    }

    /// Writes into `order` the tasks of `base`, sorted by `keys`, none of which is a NaN.
    mutating func sort(_ base: [Int32], by keys: [Double], into order: inout [Int32]) {
        Self.countDigits(keys, digits, &codes, &places)
        Self.move(base, to: &order, &places, codes, digits, pass: 0)
        for pass in 1..<digits.passes {
            Self.move(order, to: &other, &places, codes, digits, pass: pass)
            swap(&order, &other)
        }
    }

    /// Turns the keys into numbers that grow as they fall, and finds the place of the first of each digit in each pass.
    private static func countDigits(
        _ keys: [Double], _ digits: Digits, _ codes: inout [UInt64], _ places: inout [Int32]
    ) {
        let keys = keys.span
        var places = places.mutableSpan
        var codes = codes.mutableSpan
        let (count, passes, mask) = (digits.count, digits.passes, digits.mask)
        for digit in places.indices { places[digit] = 0 }
        for task in keys.indices {
            let bits = (keys[task] + 0).bitPattern
            // Negative numbers are ordered by size, which is already the other way round.
            let code = bits >> 63 == 0 ? ~bits & ~(1 << 63) : bits
            codes[task] = code
            var rest = code
            for pass in 0..<passes {
                places[pass &* count &+ Int(rest & mask)] &+= 1
                rest >>= digits.bits
            }
        }
        for pass in 0..<passes {
            var place: Int32 = 0
            for digit in pass * count..<(pass + 1) * count {
                let tasks = places[digit]
                places[digit] = place
                place += tasks
            }
        }
    }

    private static func move(
        _ source: [Int32], to target: inout [Int32], _ places: inout [Int32], _ codes: [UInt64], _ digits: Digits,
        pass: Int
    ) {
        let source = source.span
        let codes = codes.span
        var target = target.mutableSpan
        var places = places.mutableSpan
        let (shift, mask, base) = (UInt64(pass) * digits.bits, digits.mask, pass * digits.count)
        for index in source.indices {
            let task = source[index]
            let digit = base &+ Int((codes[Int(task)] >> shift) & mask)
            target[Int(places[digit])] = task
            places[digit] &+= 1
        }
    }
}
