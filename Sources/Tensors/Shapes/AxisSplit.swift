/// A shape seen from one of its axes: [outer, length, inner], where `outer` and `inner` are the products of the lengths
/// before and behind it.
struct AxisSplit: Sendable {
    let outer: Int
    let length: Int
    let inner: Int

    init(_ shape: Shape, axis: Int) {
        let axes = shape.axes
        let place = shape.place(of: axis)
        outer = axes[..<place].reduce(1, *)
        length = axes[place]
        inner = axes[(place + 1)...].reduce(1, *)
    }

    /// Elements that lie behind one another for one outer place.
    var block: Int { length * inner }
}
