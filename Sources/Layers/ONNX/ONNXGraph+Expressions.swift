import Tensors

// Expressions of a few nodes that several layers need.

extension ONNXGraph {
    /// A number without axes.
    mutating func constant(_ value: Float, named name: String) -> ONNXValue {
        constant(Tensor([value], shape: []), named: name)
    }

    /// The elements as those of another type: `Cast` (opset 13).
    mutating func cast(_ value: ONNXValue, to element: ONNXElement) -> ONNXValue {
        node("Cast", value, attributes: ["to": .integer(element.rawValue)])
    }

    /// The length of one axis, [1] of `int64`: `Shape` (opset 15).
    mutating func length(ofAxis axis: Int, of value: ONNXValue) -> ONNXValue {
        node("Shape", value, attributes: ["start": .integer(axis), "end": .integer(axis + 1)])
    }

    /// 0, 1, 2 and so on, as many as one axis is long, of `int64`: `Range` (opset 11).
    mutating func places(ofAxis axis: Int, of value: ONNXValue) -> ONNXValue {
        let length = length(ofAxis: axis, of: value)
        return node("Range", constant(0), node("Squeeze", length, constant([0])), constant(1))
    }
}
