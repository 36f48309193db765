import Files
import Foundation
import TestSupport
import Testing

private let models = repository + "/models"

private func export(_ arguments: String..., in folder: TemporaryFolder) throws -> ProgramResult {
    try run(program, ["models", "export"] + arguments, in: folder.path)
}

@Test(.enabled(if: python != nil, "TACTUS_PYTHON is not set"))
func theChampionIsExportedAsAFileThatONNXRuntimeRuns() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let told = try export(
            "predictor", "1", "--format", "onnx", "--output", "p.onnx", "--models", models, in: folder)
        #expect(told.status == 0, "\(told.errors)")
        for line in [
            "  input sequences: F32 [N, 13, 16]", "  input mask: F32 [N, 13]", "  output residuals: F32 [N, 3, 9]",
        ] {
            #expect(told.output.split(separator: "\n").contains(line[...]), "\(told.output)")
        }
        let first = try readBytes(of: folder("p.onnx"))
        #expect(told.output.contains("p.onnx: \(first.count) bytes"))
        // Without a version it is the champion, and a file that is there is replaced.
        try folder.write("old", to: "p.onnx")
        let answer = try JSONValue(
            parsing: Array(
                export(
                    "predictor", "--format", "onnx", "--output", "p.onnx", "--models", models, "--json", in: folder
                ).output.utf8))
        #expect(try readBytes(of: folder("p.onnx")) == first)
        #expect(try contents(ofFolder: folder.path) == ["p.onnx"])
        #expect(answer["version"]?.int == 1 && answer["sha256"]?.string == sha256(of: first))
        #expect(answer["inputs"]?.array?.compactMap { $0["name"]?.string } == ["sequences", "mask"])
        let reading = try runONNX(folder("p.onnx")).reading
        #expect(reading.producer == "tactus" && reading.producerVersion == "0.1.0")
        #expect(reading.metadata["name"] == "predictor" && reading.metadata["version"] == "1")
        #expect(reading.metadata["weights"] == (try sha256(ofFile: models + "/predictor/1/weights.safetensors")))
        #expect(reading.inputs == ["sequences: tensor(float) [N, 13, 16]", "mask: tensor(float) [N, 13]"])
    }
}

@Test func aKindWithoutANetworkIsNotExported() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tcomplete\trealtime\t%cpu\tpeak_rss"
        let rows = (0..<60).map {
            "\($0)\talign\tCOMPLETED\t0\t1\t\($0 * 9000)\t\($0 * 9000 + 5000)\t\(1000 + $0 % 7 * 500)\t90\t1000000"
        }
        try folder.write(([header] + rows).joined(separator: "\n"), to: "wf.trace.txt")
        #expect(try run(program, ["import", "wf.trace.txt", "--into", "h.h5"], in: folder.path).status == 0)
        let trained = try run(
            program, ["train", "predictor", "--history", "h.h5", "--model", "statistics"], in: folder.path)
        #expect(trained.status == 0, "\(trained.errors)")
        let refused = try export("predictor", "1", "--format", "onnx", "--output", "p.onnx", in: folder)
        #expect(refused.status != 0 && refused.output == "")
        #expect(refused.errors.contains("predictor 1 is of the kind statistics, which has no network to export"))
        #expect(kind(of: folder("p.onnx")) == nil)
    }
}

/// A version that is not what its digests say is not exported either.
@Test func aDamagedVersionIsNotExported() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        for file in try files(inFolder: models) {
            try folder.write(Data(try readBytes(of: file)), to: "models" + file.dropFirst(models.count))
        }
        var weights = try readBytes(of: folder("models/predictor/1/weights.safetensors"))
        weights[weights.count - 1] ^= 1
        try folder.write(Data(weights), to: "models/predictor/1/weights.safetensors")
        let refused = try export("predictor", "1", "--format", "onnx", "--output", "p.onnx", in: folder)
        #expect(refused.status != 0 && refused.errors.contains("its SHA-256 differs"), "\(refused.errors)")
        #expect(kind(of: folder("p.onnx")) == nil)
    }
}
