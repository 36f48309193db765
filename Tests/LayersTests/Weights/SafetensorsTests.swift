import Files
import Foundation
import Layers
import TestSupport
import Testing

private var sample: WeightArchive {
    var archive = WeightArchive()
    archive.set("layer.weight", shape: [2, 3], .float32([1, -2.5, 3, 0, .pi, 1e-30]))
    archive.set("moments", shape: [2], .float64([1_629_973_353.123, -0.1]))
    archive.set("counts", shape: [3], .int64([1, -1, .max]))
    archive.set("text", text: "größe")
    archive.set("none", shape: [0, 4], .float32([]))
    archive.metadata = ["kind": "lstm"]
    return archive
}

@Test func comesBackEqual() throws {
    let bytes = Safetensors.encode(sample)
    #expect(bytes == Safetensors.encode(sample))
    #expect(try Safetensors.decode(bytes) == sample)
}

@Test(.enabled(if: python != nil)) func pythonReadsOursAndWeReadPythons() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write(Data(Safetensors.encode(sample)), to: "ours")
        let result = try runPython(
            """
            import sys, numpy as np
            from safetensors import safe_open
            from safetensors.numpy import save_file
            f = safe_open(sys.argv[1], "numpy")
            assert f.metadata() == {"kind": "lstm"}
            assert f.get_tensor("layer.weight").tolist()[0] == [1, -2.5, 3]
            assert f.get_tensor("moments")[0] == 1629973353.123
            assert f.get_tensor("counts")[2] == 2**63 - 1
            assert bytes(f.get_tensor("text")).decode() == "größe"
            assert f.get_tensor("none").shape == (0, 4)
            save_file({"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([2**40, -1])}, sys.argv[2])
            """, [folder("ours"), folder("theirs")])
        #expect(result.status == 0, "\(result.errors)")
        let theirs = try Safetensors.decode(try readBytes(of: folder("theirs")))
        #expect(try theirs.floats("a", shape: [2, 3]) == [0, 1, 2, 3, 4, 5])
        #expect(try theirs.integers("b") == [1 << 40, -1])
    }
}

/// A file with this header over `data` bytes.
private func file(_ header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
    let text = Array(header.utf8)
    let size = length ?? UInt64(text.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * UInt64($0))) } + text
        + [UInt8](repeating: 0, count: data)
}

@Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 9, "behind the last"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, "offsets outside"),
    (#" {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "does not begin with {"),
    (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        8, "twice"
    ),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "hole"),
    (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        8, "overlaps"
    ),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}"#, 4, "more bytes than can be counted"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "no length"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "offsets outside"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}"#, 4, "its shape 12"),
    (#"{"a":{"dtype":"Q8","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown type"),
    (#"{"../a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "no name"),
    (#"{"a\u0000":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "no name"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551615]}}"#, 4, "offsets outside"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4, "does not consist"),
    (#"{"__metadata__":{"k":1}}"#, 0, "is no text"),
])
func refusesBadFiles(header: String, data: Int, complaint: String) {
    let error = #expect(throws: InputError.self) { try Safetensors.decode(file(header, data: data), name: "w") }
    #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
    #expect(error?.file == "w")
}

@Test func refusesHeadersThatCannotBe() {
    for length in [UInt64.max, 100_000_001, 1 << 63, 50] {
        #expect(throws: InputError.self) { try Safetensors.decode(file("{}", data: 0, length: length)) }
    }
    for count in 0..<8 {
        #expect(throws: InputError.self) { try Safetensors.decode([UInt8](repeating: 0, count: count)) }
    }
}

@Test func randomBytesNeverTrap() {
    let good = Safetensors.encode(sample)
    var state: UInt64 = 1
    for _ in 0..<2_000 {
        var bytes = good
        for _ in 0..<3 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            bytes[Int(state >> 33) % 400] = UInt8(truncatingIfNeeded: state >> 20)
        }
        _ = try? Safetensors.decode(bytes)
    }
    #expect((try? Safetensors.decode(good)) == sample)
}
