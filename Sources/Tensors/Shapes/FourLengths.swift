/// One number for each of up to four axes.
///
/// Not `SIMD4<Int>`: Swift 6.3 misplaces values with its alignment of 32 bytes in optimised asynchronous functions, which
/// then abort ("freed pointer was not the last allocation"), and each object that holds one costs an aligned allocation.
struct FourLengths: Hashable, Sendable {
    private var first: Int
    private var second: Int
    private var third: Int
    private var fourth: Int

    init(repeating value: Int) {
        self.init(value, value, value, value)
    }

    init(_ first: Int, _ second: Int, _ third: Int, _ fourth: Int) {
        (self.first, self.second, self.third, self.fourth) = (first, second, third, fourth)
    }

    subscript(axis: Int) -> Int {
        get {
            switch axis {
            case 0: first
            case 1: second
            case 2: third
            case 3: fourth
            default: preconditionFailure("axis \(axis) of four")
            }
        }
        set {
            switch axis {
            case 0: first = newValue
            case 1: second = newValue
            case 2: third = newValue
            case 3: fourth = newValue
            default: preconditionFailure("axis \(axis) of four")
            }
        }
    }
}
