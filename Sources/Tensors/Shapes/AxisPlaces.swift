import Kernels

/// Whole slices of a tensor at some places along one axis.
struct AxisSlices: Sendable {
    private let places: [Int]
    private let split: AxisSplit

    /// Slices of `shape`; each of the `places` must be one along `axis`.
    init(_ places: [Int], _ shape: Shape, axis: Int) {
        split = AxisSplit(shape, axis: axis)
        self.places = places
        for place in places {
            precondition(place >= 0 && place < split.length, "place \(place) along axis \(axis) of \(shape)")
        }
    }

    /// The slices, one behind the other.
    func taken(from x: [Float]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(split.outer * places.count * split.inner)
        for outer in 0..<split.outer {
            for place in places {
                let start = outer * split.block + place * split.inner
                if split.inner == 1 {
                    result.append(x[start])
                } else {
                    result.append(contentsOf: x[start..<start + split.inner])
                }
            }
        }
        return result
    }

    /// Adds slices, which lie one behind the other, each at its place.
    func add(_ source: Span<Float>, into x: inout MutableSpan<Float>) {
        var first = 0
        for outer in 0..<split.outer {
            for place in places {
                let start = outer * split.block + place * split.inner
                if split.inner == 1 {
                    x[start] += source[first]
                } else {
                    let slice = source.extracting(first..<first + split.inner)
                    Elementwise.add(slice, into: &x, range: start..<start + split.inner)
                }
                first += split.inner
            }
        }
    }
}

/// One element along an axis for each place of the other axes.
struct AxisPicks: Sendable {
    private let places: [Int]
    private let split: AxisSplit

    /// Elements of `shape`; each of the `places`, one for each place of the other axes, must be one along `axis`.
    init(_ places: [Int], _ shape: Shape, axis: Int) {
        split = AxisSplit(shape, axis: axis)
        self.places = places
        precondition(
            places.count == split.outer * split.inner, "\(places.count) places along axis \(axis) of \(shape)")
        for place in places {
            precondition(place >= 0 && place < split.length, "place \(place) along axis \(axis) of \(shape)")
        }
    }

    /// The elements, row-major.
    func picked(from x: [Float]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(places.count)
        for outer in 0..<split.outer {
            for inner in 0..<split.inner {
                let place = places[outer * split.inner + inner]
                result.append(x[outer * split.block + place * split.inner + inner])
            }
        }
        return result
    }

    /// Adds elements, which lie row-major, each at its place.
    func add(_ source: Span<Float>, into x: inout MutableSpan<Float>) {
        for outer in 0..<split.outer {
            for inner in 0..<split.inner {
                let index = outer * split.inner + inner
                x[outer * split.block + places[index] * split.inner + inner] += source[index]
            }
        }
    }
}
