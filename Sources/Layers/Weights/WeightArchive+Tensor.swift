import Tensors

extension WeightArchive {
    /// Adds the elements of `tensor` as an array of its shape, or replaces the one of that name.
    public mutating func set(_ name: String, _ tensor: Tensor) {
        set(name, shape: tensor.shape.axes, .float32(tensor.scalars))
    }
}
