import Files
import Foundation
import Kernels
import Layers
import TestSupport
import Testing

/// An archive with all that is written: each type, an empty array, a scalar, an odd number of bytes before the next.
var sampleArchive: WeightArchive {
    var archive = WeightArchive()
    archive.set("layer.weight", shape: [2, 3], .float32([1, -2.5, 3, 0, .pi, 1e-30]))
    archive.set("moments", shape: [2], .float64([1_629_973_353.123, -0.1]))
    archive.set("text", text: "größe")
    archive.set("counts", shape: [3], .int64([1, -1, .max]))
    archive.set("none", shape: [0, 4], .float32([]))
    archive.set("odd/name \"quoted\" größe", shape: [], .float32([-0.0]))
    archive.metadata = ["kind": "lstm", "note": "a\nb"]
    return archive
}

@Test func comesBackEqual() throws {
    let bytes = try Safetensors.encode(sampleArchive)
    #expect(try bytes == Safetensors.encode(sampleArchive))
    #expect(try Safetensors.decode(bytes) == sampleArchive)
    #expect(try Safetensors.decode(Safetensors.encode(WeightArchive())) == WeightArchive())
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try folder.write("old", to: "weights")
        try Safetensors.write(sampleArchive, to: folder("weights"))
        #expect(try readBytes(of: folder("weights")) == bytes)
        #expect(try Safetensors.read(from: folder("weights")) == sampleArchive)
        #expect(try contents(ofFolder: folder.path) == ["weights"])
        let missing = #expect(throws: InputError.self) { try Safetensors.read(from: folder("none")) }
        #expect(missing?.file == folder("none"))
    }
}

@Test(arguments: 1...20 as ClosedRange<UInt64>)
func randomArchivesComeBackEqual(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var archive = WeightArchive()
    for place in 0..<Int(generator.next() % 20) {
        let shape = (0..<generator.next() % 4).map { _ in Int(generator.next() % 5) }
        let count = shape.reduce(1, *)
        // Any bits but those of a number that is none, which equals nothing.
        let floats = (0..<count).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }
        let elements: WeightArchive.Elements =
            switch generator.next() % 4 {
            case 0: .float32(floats.map { $0.isNaN ? 0 : $0 })
            case 1: .float64((0..<count).map { _ in Double(generator.normal()) })
            case 2: .int64((0..<count).map { _ in Int64(bitPattern: generator.next()) })
            default: .uint8((0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
            }
        archive.set("a\(place)", shape: shape, elements)
    }
    #expect(try Safetensors.decode(Safetensors.encode(archive)) == archive)
}

@Test(.enabled(if: python != nil)) func pythonReadsOursAndWritesTheSameBytesBack() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        try Safetensors.write(sampleArchive, to: folder("ours"))
        let result = try runPython(
            """
            import sys, numpy as np
            from safetensors import safe_open
            from safetensors.numpy import save_file
            f = safe_open(sys.argv[1], "numpy")
            assert f.metadata() == {"kind": "lstm", "note": "a\\nb"}
            read = {name: f.get_tensor(name) for name in f.keys()}
            weight = read["layer.weight"]
            assert weight.dtype == np.float32 and weight.tolist()[0] == [1, -2.5, 3] and weight[1][2] == np.float32(1e-30)
            assert read["moments"].dtype == np.float64 and read["moments"][0] == 1629973353.123
            assert read["counts"].dtype == np.int64 and read["counts"].tolist() == [1, -1, 2**63 - 1]
            assert bytes(read["text"]).decode() == "größe"
            assert read["none"].shape == (0, 4) and read["none"].dtype == np.float32
            scalar = read['odd/name "quoted" größe']
            assert scalar.shape == () and np.signbit(scalar)
            save_file(read, sys.argv[2], f.metadata())
            """, [folder("ours"), folder("theirs")])
        #expect(result.status == 0, "\(result.errors)")
        // They write the arrays in another order.
        let theirs = try Safetensors.read(from: folder("theirs"))
        #expect(theirs.metadata == sampleArchive.metadata && theirs.entries.count == sampleArchive.entries.count)
        for entry in sampleArchive.entries { #expect(theirs[entry.name] == entry) }
    }
}

@Test(.enabled(if: python != nil)) func whatPythonWritesInOtherTypesIsReadExactly() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let result = try runPython(
            """
            import sys, numpy as np
            from safetensors import serialize
            from safetensors.numpy import save_file
            save_file({
                "i32": np.array([[1, -2], [2**31 - 1, -2**31]], dtype=np.int32),
                "i16": np.array([2**15 - 1, -2**15], dtype=np.int16), "i8": np.array([127, -128], dtype=np.int8),
                "u64": np.array([0, 2**63 - 1], dtype=np.uint64), "u32": np.array([2**32 - 1], dtype=np.uint32),
                "u16": np.array([2**16 - 1], dtype=np.uint16), "u8": np.array([255], dtype=np.uint8),
                "bool": np.array([True, False]), "f16": np.arange(65536, dtype=np.uint16).view(np.float16),
                "f32": np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float32),
            }, sys.argv[1])
            raw = (np.arange(65536, dtype=np.uint32) << 16)
            open(sys.argv[2], "wb").write(serialize({
                "bf16": {"dtype": "bfloat16", "shape": [65536], "data": np.arange(65536, dtype=np.uint16).tobytes()},
                "f32": {"dtype": "float32", "shape": [65536], "data": raw.tobytes()},
            }))
            """, [folder("numpy"), folder("brain")])
        #expect(result.status == 0, "\(result.errors)")
        let numpy = try Safetensors.read(from: folder("numpy"))
        #expect(numpy["i32"]?.shape == [2, 2])
        #expect(numpy["i32"]?.elements == .int64([1, -2, Int64(Int32.max), Int64(Int32.min)]))
        #expect(numpy["i16"]?.elements == .int64([32_767, -32_768]))
        #expect(numpy["i8"]?.elements == .int64([127, -128]))
        #expect(numpy["u64"]?.elements == .int64([0, .max]))
        #expect(numpy["u32"]?.elements == .int64([4_294_967_295]))
        #expect(numpy["u16"]?.elements == .int64([65_535]))
        #expect(numpy["u8"]?.elements == .uint8([255]))
        #expect(numpy["bool"]?.elements == .uint8([1, 0]))
        let brain = try Safetensors.read(from: folder("brain"))
        // Each of all patterns of 16 bits.
        for (archive, name) in [(numpy, "f16"), (brain, "bf16")] {
            let ours = try archive.floats(name, shape: [65_536])
            let theirs = try archive.floats("f32", shape: [65_536])
            let different = zip(ours, theirs).filter { $0.bitPattern != $1.bitPattern && !($0.isNaN && $1.isNaN) }
            #expect(different.isEmpty, "\(name): \(different.prefix(3))")
        }
    }
}

@Test func whatWouldNotBeReadIsNotWritten() throws {
    for (name, complaint) in [
        ("", "empty name"), ("/etc/passwd", "absolute"), ("a/../b", ".. in its name"), ("..\\b", ".. in its name"),
        ("a\u{0}", "control character"), ("a\u{1B}[2J", "control character"), ("__metadata__", "name of the texts"),
    ] {
        var archive = WeightArchive()
        archive.set(name, shape: [1], .float32([1]))
        let error = #expect(throws: InputError.self) { try Safetensors.encode(archive) }
        #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
    }
    var archive = WeightArchive()
    archive.set("a", shape: [0, 1 << 62, 4], .float32([]))
    let error = #expect(throws: InputError.self) { try Safetensors.encode(archive) }
    #expect(error?.field == "a" && error?.problem.contains("[0, 4611686018427387904, 4]") == true)
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        let path = folder("w")
        #expect(throws: InputError.self) { try Safetensors.write(archive, to: path) }
        #expect(try contents(ofFolder: folder.path) == [])
    }
    archive.set("a", text: "b")
    archive.metadata = ["long": String(repeating: "x", count: 100_000_000)]
    let long = #expect(throws: InputError.self) { try Safetensors.encode(archive) }
    #expect(long?.problem.contains("100000000 is the limit") == true)
}

@Test func readersSayWhichArrayIsNotWhatTheyWant() throws {
    let archive = sampleArchive
    #expect(throws: InputError("the array is missing", field: "x")) { try archive.integers("x") }
    #expect(throws: InputError("does not hold whole numbers", field: "moments")) { try archive.integers("moments") }
    #expect(throws: InputError("does not hold 64-bit floating-point numbers", field: "counts")) {
        try archive.doubles("counts")
    }
    #expect(throws: InputError("does not hold 32-bit floating-point numbers", field: "text")) {
        try archive.floats("text", shape: [6])
    }
    #expect(throws: InputError("is of shape [2, 3], not [3, 2]", field: "layer.weight")) {
        try archive.floats("layer.weight", shape: [3, 2])
    }
    #expect(throws: InputError("is no text in bytes", field: "counts")) { try archive.text("counts") }
    #expect(try archive.text("text") == "größe")
}
