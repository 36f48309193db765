import Files

// Messages and numbers of fields are those of `onnx/onnx.proto` (proto2: a repeated field is packed only where it says so).

extension ONNXGraph {
    /// The fields of `GraphProto`.
    func write(to message: inout ProtobufWriter) {
        for node in nodes { message.field(1) { node.write(to: &$0) } }
        message.field(2, string: name)
        for constant in constants { message.field(5) { constant.write(to: &$0) } }
        for input in inputs { message.field(11) { input.write(to: &$0) } }
        for output in outputs { message.field(12) { output.write(to: &$0) } }
    }
}

extension ONNXGraph.Node {
    /// The fields of `NodeProto`; the node is called like its first result.
    fileprivate func write(to message: inout ProtobufWriter) {
        for input in inputs { message.field(1, string: input) }
        for output in outputs { message.field(2, string: output) }
        message.field(3, string: outputs[0])
        message.field(4, string: operation)
        for (name, value) in attributes {
            message.field(5) { attribute in
                attribute.field(1, string: name)
                value.write(to: &attribute)
            }
        }
    }
}

extension ONNXAttribute {
    /// The value and the type of `AttributeProto`.
    fileprivate func write(to message: inout ProtobufWriter) {
        switch self {
        case .float(let value):
            message.field(2, float: value)
            message.field(20, varint: 1)
        case .integer(let value):
            message.field(3, varint: value)
            message.field(20, varint: 2)
        case .text(let value):
            message.field(4, string: value)
            message.field(20, varint: 3)
        case .integers(let values):
            for value in values { message.field(8, varint: value) }
            message.field(20, varint: 7)
        }
    }
}

extension ONNXGraph.Constant {
    /// The fields of `TensorProto`.
    fileprivate func write(to message: inout ProtobufWriter) {
        for length in shape { message.field(1, varint: length) }
        switch elements {
        case .floats(let values):
            message.field(2, varint: ONNXElement.float.rawValue)
            message.field(4, packed: values)
        case .integers(let values):
            message.field(2, varint: ONNXElement.int64.rawValue)
            message.field(7, packed: values)
        }
        message.field(8, string: name)
    }
}

extension ONNXSignature {
    /// The fields of `ValueInfoProto`, with those of `TypeProto`, `Tensor` and `TensorShapeProto` in it.
    fileprivate func write(to message: inout ProtobufWriter) {
        message.field(1, string: name)
        message.field(2) { type in
            type.field(1) { tensor in
                tensor.field(1, varint: element.rawValue)
                tensor.field(2) { shape in
                    for axis in self.shape { shape.field(1) { axis.write(to: &$0) } }
                }
            }
        }
    }
}

extension ONNXAxis {
    /// The length or the name of a `Dimension`.
    fileprivate func write(to message: inout ProtobufWriter) {
        switch self {
        case .length(let length): message.field(1, varint: length)
        case .dynamic(let name): message.field(2, string: name)
        }
    }
}
