import Kernels

// Masks: tensors of ones and zeros, broadcast by NumPy's rules. They are constants: no gradient flows through a
// comparison. A product of masks is "and", `Tensor.maximum` of them is "or", and `1 - mask` is "not"; comparisons with
// what is not a number are 0, but for `.!=`.

extension Tensor {
    /// 1 where x < y, else 0.
    public static func .< (x: Tensor, y: Tensor) -> Tensor { mask(Less.self, x, y) }

    /// 1 where x <= y, else 0.
    public static func .<= (x: Tensor, y: Tensor) -> Tensor { mask(LessOrEqual.self, x, y) }

    /// 1 where x > y, else 0.
    public static func .> (x: Tensor, y: Tensor) -> Tensor { mask(Greater.self, x, y) }

    /// 1 where x >= y, else 0.
    public static func .>= (x: Tensor, y: Tensor) -> Tensor { mask(GreaterOrEqual.self, x, y) }

    /// 1 where x = y, else 0; `==` tells whether two tensors are equal as a whole.
    public static func .== (x: Tensor, y: Tensor) -> Tensor { mask(Equal.self, x, y) }

    /// 1 where x ≠ y, else 0; `x .!= x` finds what is not a number.
    public static func .!= (x: Tensor, y: Tensor) -> Tensor { mask(NotEqual.self, x, y) }

    /// 1 where an element is less than a number, else 0.
    public static func .< (x: Tensor, y: Float) -> Tensor { x .< Tensor(y) }

    /// 1 where an element is at most a number, else 0.
    public static func .<= (x: Tensor, y: Float) -> Tensor { x .<= Tensor(y) }

    /// 1 where an element is greater than a number, else 0.
    public static func .> (x: Tensor, y: Float) -> Tensor { x .> Tensor(y) }

    /// 1 where an element is at least a number, else 0.
    public static func .>= (x: Tensor, y: Float) -> Tensor { x .>= Tensor(y) }

    /// 1 where an element is a number, else 0.
    public static func .== (x: Tensor, y: Float) -> Tensor { x .== Tensor(y) }

    /// 1 where an element is another than a number, else 0.
    public static func .!= (x: Tensor, y: Float) -> Tensor { x .!= Tensor(y) }
}

/// Whether two elements are in a relation.
private protocol Comparison {
    static func holds(_ x: Float, _ y: Float) -> Bool
}

private enum Less: Comparison {
    static func holds(_ x: Float, _ y: Float) -> Bool { x < y }
}

private enum LessOrEqual: Comparison {
    static func holds(_ x: Float, _ y: Float) -> Bool { x <= y }
}

private enum Greater: Comparison {
    static func holds(_ x: Float, _ y: Float) -> Bool { x > y }
}

private enum GreaterOrEqual: Comparison {
    static func holds(_ x: Float, _ y: Float) -> Bool { x >= y }
}

private enum Equal: Comparison {
    static func holds(_ x: Float, _ y: Float) -> Bool { x == y }
}

private enum NotEqual: Comparison {
    static func holds(_ x: Float, _ y: Float) -> Bool { x != y }
}

extension Tensor {
    /// 1 for each pair of elements of which the relation holds, else 0.
    private static func mask<Relation: Comparison>(_: Relation.Type, _ a: Tensor, _ b: Tensor) -> Tensor {
        let walk = Broadcast(a.shape, b.shape, operation: "a comparison")
        return Tensor(walk.mapped(a.scalars, b.scalars) { Relation.holds($0, $1) ? 1 : 0 }, shape: walk.result)
    }
}

extension Tensor {
    /// The elements of `other` where `mask` is not 0, and those of this elsewhere; all three broadcast by NumPy's rules.
    ///
    /// What is not selected has no part in the result nor in the gradient, be it infinite or not a number. PyTorch's
    /// `torch.where(mask, other, x)`.
    ///
    /// ```swift
    /// let hidden = scores.replacing(with: -.infinity, where: isFuture)       // [B, H, T, T] and [T, T]
    /// ```
    public func replacing(with other: Tensor, where mask: Tensor) -> Tensor {
        guard let both = shape.broadcast(with: other.shape), let result = both.broadcast(with: mask.shape) else {
            preconditionFailure("shapes \(shape) and \(other.shape) do not fit in a selection by \(mask.shape)")
        }
        let elements = Self.selection(
            mask, Broadcast.repeated(scalars, from: shape, to: result), other.scalars, other.shape, in: result)
        return Tensor(elements, shape: result, of: self, other) { upstream, adjoints in
            let zero = Tensor(0)
            if isTracked {
                let kept = Self.selection(mask, upstream, zero.scalars, zero.shape, in: result)
                adjoints.add(Broadcast.reduced(kept, from: result, to: shape), to: self)
            }
            if other.isTracked {
                let kept = Self.selection(1 - (mask .!= 0), upstream, zero.scalars, zero.shape, in: result)
                adjoints.add(Broadcast.reduced(kept, from: result, to: other.shape), to: other)
            }
        }
    }

    /// A number where `mask` is not 0, and the elements of this elsewhere.
    public func replacing(with number: Float, where mask: Tensor) -> Tensor {
        replacing(with: Tensor(number), where: mask)
    }

    /// `elements`, of the shape `result`, but those of `other` where `mask` is not 0.
    private static func selection(
        _ mask: Tensor, _ elements: [Float], _ other: [Float], _ shape: Shape, in result: Shape
    ) -> [Float] {
        var elements = elements
        Broadcast(mask.shape, shape, to: result).update(&elements, mask.scalars, other) { $1 != 0 ? $2 : $0 }
        return elements
    }
}
