import Tensors

/// Which connections of a unit are counted.
public enum Fan: Sendable, CaseIterable {
    /// Those that come in.
    case inputs
    /// Those that go out.
    case outputs
}

extension Shape {
    /// Connections of one unit of a weight [outputs, inputs, ...], times the axes behind: PyTorch's `fan_in`, `fan_out`.
    var fans: (inputs: Int, outputs: Int) {
        precondition(rank >= 2, "a weight between units is a matrix or has more axes, unlike \(self)")
        let field = axes[2...].reduce(1, *)
        return (self[1] * field, self[0] * field)
    }
}
