"""The network of the embedded predictor behind MLServer, by ONNX Runtime.

    python3 -m venv .venv-peers-serving && .venv-peers-serving/bin/pip install -r Benchmarks/peers/requirements-serving.txt
    cd Benchmarks/peers/mlserver && ../../../.venv-peers-serving/bin/mlserver start .

Two layers of LSTM of 64 over 13 steps of 16 inputs, and 27 outputs (3 targets, 9 quantiles) from the last state: the shape of
models/predictor/1. The weights are random, as their values cost nothing.
"""
import numpy
import onnx
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse
from onnx import TensorProto, helper, numpy_helper

STEPS, INPUTS, HIDDEN, OUTPUTS = 13, 16, 64, 27


def network():
    generator = numpy.random.default_rng(1)
    nodes, constants, source, width = [], [], "sequences", INPUTS
    for layer in range(2):
        shapes = {"W": (1, 4 * HIDDEN, width), "R": (1, 4 * HIDDEN, HIDDEN), "B": (1, 8 * HIDDEN)}
        constants += [numpy_helper.from_array(generator.normal(0, 0.1, shape).astype("float32"), f"{name}{layer}")
                      for name, shape in shapes.items()]
        nodes.append(helper.make_node("LSTM", [source, f"W{layer}", f"R{layer}", f"B{layer}"],
                                      [f"all{layer}", f"last{layer}"], hidden_size=HIDDEN))
        constants.append(numpy_helper.from_array(numpy.array([1]), f"direction{layer}"))
        nodes.append(helper.make_node("Squeeze", [f"all{layer}", f"direction{layer}"], [f"layer{layer}"]))
        source, width = f"layer{layer}", HIDDEN
    constants += [numpy_helper.from_array(numpy.array([0]), "first"),
                  numpy_helper.from_array(generator.normal(0, 0.1, (HIDDEN, OUTPUTS)).astype("float32"), "head"),
                  numpy_helper.from_array(numpy.zeros(OUTPUTS, "float32"), "bias")]
    nodes += [helper.make_node("Squeeze", ["last1", "first"], ["state"]),
              helper.make_node("Gemm", ["state", "head", "bias"], ["residuals"])]
    graph = helper.make_graph(
        nodes, "predictor", [helper.make_tensor_value_info("sequences", TensorProto.FLOAT, [STEPS, "tasks", INPUTS])],
        [helper.make_tensor_value_info("residuals", TensorProto.FLOAT, ["tasks", OUTPUTS])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


class Network(MLModel):
    async def load(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(network(), options)
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        sequences = self.decode(payload.inputs[0], default_codec=NumpyCodec).transpose(1, 0, 2)
        answer = self.session.run(None, {"sequences": numpy.ascontiguousarray(sequences)})[0]
        return InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output("residuals", answer)])
