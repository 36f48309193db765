import Kernels

extension Shape {
    /// The shape of an elementwise operation on this and `other`, by NumPy's rules of broadcasting; nil if they do not
    /// fit: aligned at the innermost axis, lengths are equal or one of them is 1.
    public func broadcast(with other: Shape) -> Shape? {
        if self == other { return self }
        let (a, b) = (padded, other.padded)
        let rank = max(self.rank, other.rank)
        for axis in 0..<4 where a[axis] != b[axis] && a[axis] != 1 && b[axis] != 1 { return nil }
        return Shape(rank: rank) { axis in
            let place = 4 - rank + axis
            return a[place] == 1 ? b[place] : a[place]
        }
    }
}

/// The way through the elements of two operands that are broadcast to one shape, in runs.
///
/// In a run each operand either moves with the result or stands still; neighbouring axes on which both do the same are
/// one run, so that a sum of equal shapes is a single run, and a bias added to a matrix is one run for each row.
struct Broadcast: Sendable {
    let result: Shape
    /// Elements of the result in a run.
    private(set) var run = 1
    /// Whether the first operand stands still within a run.
    private(set) var repeatsFirst = false
    /// Whether the second operand stands still within a run.
    private(set) var repeatsSecond = false
    /// Up to three axes around the runs, outermost first; their lengths and the steps of both operands.
    private var outer = FourLengths(repeating: 1)
    private var firstSteps = FourLengths(repeating: 0)
    private var secondSteps = FourLengths(repeating: 0)

    /// Pairs shapes that fit; what is wrong otherwise is the caller's `operation`.
    init(_ first: Shape, _ second: Shape, operation: String) {
        guard let result = first.broadcast(with: second) else {
            preconditionFailure("shapes \(first) and \(second) do not fit in \(operation)")
        }
        self.init(first, second, to: result)
    }

    /// Pairs shapes that both broadcast to `result`.
    init(_ first: Shape, _ second: Shape, to result: Shape) {
        self.result = result
        let lengths = result.padded
        let (a, b) = (Self.steps(of: first), Self.steps(of: second))
        var begun = false
        var isInner = true
        for axis in (0..<4).reversed() where lengths[axis] != 1 {
            if !begun {
                (repeatsFirst, repeatsSecond) = (a[axis] == 0, b[axis] == 0)
                (run, begun) = (lengths[axis], true)
            } else if isInner, a[axis] == (repeatsFirst ? 0 : run), b[axis] == (repeatsSecond ? 0 : run) {
                run *= lengths[axis]
            } else {
                isInner = false
                (outer[axis], firstSteps[axis], secondSteps[axis]) = (lengths[axis], a[axis], b[axis])
            }
        }
    }

    /// Steps along four padded axes; 0 along an axis of length 1, which is repeated.
    private static func steps(of shape: Shape) -> FourLengths {
        let lengths = shape.padded
        var steps = FourLengths(repeating: 0)
        var step = 1
        for axis in (0..<4).reversed() {
            if lengths[axis] > 1 { steps[axis] = step }
            step *= lengths[axis]
        }
        return steps
    }

    /// Calls `body` with the places in the result and in both operands at which each run starts, in order.
    @inline(__always)
    func forEachRun(_ body: (_ result: Int, _ first: Int, _ second: Int) -> Void) {
        guard result.count > 0 else { return }
        var place = 0
        for p in 0..<outer[0] {
            for q in 0..<outer[1] {
                for r in 0..<outer[2] {
                    let a = p * firstSteps[0] + q * firstSteps[1] + r * firstSteps[2]
                    let b = p * secondSteps[0] + q * secondSteps[1] + r * secondSteps[2]
                    body(place, a, b)
                    place += run
                }
            }
        }
    }
}

extension Broadcast {
    /// `f(xᵢ, yᵢ)` for each element of the result.
    @inline(__always)
    func mapped(_ x: [Float], _ y: [Float], _ transform: (Float, Float) -> Float) -> [Float] {
        var elements = [Float](repeating: 0, count: result.count)
        let (x, y) = (x.span, y.span)
        var z = elements.mutableSpan
        forEachRun { place, i, j in
            Elementwise.mapRun(
                x, from: i, repeats: repeatsFirst, y, from: j, repeats: repeatsSecond, into: &z,
                range: place..<place + run, transform)
        }
        return elements
    }

    /// `zᵢ ← f(zᵢ, xᵢ, yᵢ)` for elements z of the result.
    @inline(__always)
    func update(_ elements: inout [Float], _ x: [Float], _ y: [Float], _ transform: (Float, Float, Float) -> Float) {
        let (x, y) = (x.span, y.span)
        var z = elements.mutableSpan
        forEachRun { place, i, j in
            Elementwise.updateRun(
                &z, range: place..<place + run, x, from: i, repeats: repeatsFirst, y, from: j, repeats: repeatsSecond,
                transform)
        }
    }
}

extension Broadcast {
    /// The adjoint of ``repeated(_:from:to:)``: sums `values`, of the shape `from`, over the axes along which `to` would
    /// be repeated.
    static func reduced(_ values: [Float], from: Shape, to: Shape) -> [Float] {
        if to.count == from.count { return values }
        var sum = [Float](repeating: 0, count: to.count)
        let walk = Broadcast(to, from, to: from)
        let values = values.span
        var total = sum.mutableSpan
        walk.forEachRun { place, start, _ in
            let run = values.extracting(place..<place + walk.run)
            if walk.repeatsFirst {
                total[start] += Reduction.sum(run)
            } else {
                Elementwise.add(run, into: &total, range: start..<start + walk.run)
            }
        }
        return sum
    }

    /// `values`, of the shape `from`, repeated along the axes on which `to` is longer.
    static func repeated(_ values: [Float], from: Shape, to: Shape) -> [Float] {
        if to.count == from.count { return values }
        var result: [Float] = []
        result.reserveCapacity(to.count)
        let walk = Broadcast(from, to, to: to)
        walk.forEachRun { _, start, _ in
            if walk.repeatsFirst {
                result.append(contentsOf: repeatElement(values[start], count: walk.run))
            } else {
                result.append(contentsOf: values[start..<start + walk.run])
            }
        }
        return result
    }
}
