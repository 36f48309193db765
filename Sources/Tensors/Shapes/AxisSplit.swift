/// A shape seen from one of its axes: [outer, length, inner], where `outer` and `inner` are the products of the lengths
/// before and behind it.
struct AxisSplit: Sendable {
    let outer: Int
    let length: Int
    let inner: Int

    init(_ shape: Shape, axis: Int) {
        let place = shape.place(of: axis)
        (outer, length, inner) = (
            shape.product(of: 0..<place), shape[place], shape.product(of: place + 1..<shape.rank)
        )
    }

    /// Elements that lie behind one another for one outer place.
    var block: Int { length * inner }
}
