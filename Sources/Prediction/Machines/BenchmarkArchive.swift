import Files
import Layers
import Workflows

/// What is known of machines as arrays of a weight archive: it is part of a predictor's version.
public enum BenchmarkArchive {
    /// Adds `benchmarks` under `prefix`; nothing where there are none.
    public static func write(_ benchmarks: [MachineBenchmark], to archive: inout WeightArchive, prefix: String) {
        guard !benchmarks.isEmpty else { return }
        archive.set(prefix + "value", shape: [benchmarks.count], .float64(benchmarks.map(\.value)))
        let texts = benchmarks.map { JSONValue.array([.string($0.key), .string($0.machine), .string($0.name)]) }
        archive.set(prefix + "names", text: JSONValue.array(texts).text())
    }

    /// Reads what ``write(_:to:prefix:)`` wrote; none from an archive without it.
    /// - Throws: `InputError` that names the array that does not fit.
    public static func read(from archive: WeightArchive, prefix: String) throws -> [MachineBenchmark] {
        guard archive[prefix + "value"] != nil else { return [] }
        let values = try archive.doubles(prefix + "value")
        let names = try JSONField(JSONValue(parsing: Array(archive.text(prefix + "names").utf8))).elements().map {
            try $0.elements().map { try $0.string() }
        }
        guard names.count == values.count, names.allSatisfy({ $0.count == 3 }) else {
            throw InputError("do not fit the \(values.count) values", field: prefix + "names")
        }
        guard values.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw InputError("holds a result that is no finite number from 0 upwards", field: prefix + "value")
        }
        return zip(names, values).map { MachineBenchmark(key: $0[0], machine: $0[1], name: $0[2], value: $1) }
    }
}
