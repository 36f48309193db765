import Files
import Foundation
import History
import TestSupport
import Testing
import Workflows

private func batch(_ name: String, _ series: [MetricSeries]) -> HistoryBatch {
    HistoryBatch(
        source: ImportedSource(name: name, digest: "digest of \(name)", format: "series"), executions: [],
        series: series)
}

private let samples = [
    MetricSeries(name: "größe.cpu", unit: "cores", intervalSeconds: 60, startedAt: 1e9, values: [1, .nan, 2.5]),
    MetricSeries(name: "empty", values: []), MetricSeries(name: "b/c.%", values: [-1e300, 0, 7]),
]

@Test func theDigestOfSeriesFollowsAllThatTheyHold() {
    let digest = DatasetDigest(samples)
    #expect(digest == DatasetDigest(samples) && digest.rows == 6)
    #expect(digest.firstAt == 0 && digest.lastAt == samples[0].moment(at: 2))
    var digests: Set = [digest.sha256, DatasetDigest(samples.reversed()).sha256]
    let changes: [(inout MetricSeries) -> Void] = [
        { $0.name = "cpu" }, { $0.unit = nil }, { $0.intervalSeconds = 61 }, { $0.startedAt += 1 },
        { $0.values[2].negate() }, { $0.values[2] = $0.values[2].nextUp }, { $0.values.swapAt(0, 2) },
        { $0.values.append(2.5) },
    ]
    for change in changes {
        var changed = samples
        change(&changed[0])
        digests.insert(DatasetDigest(changed).sha256)
    }
    #expect(digests.count == 2 + changes.count)
}

@Test func bothStoresKeepSeries() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var file = HDF5ExecutionStore(path: folder("h.h5"))
        var memory = InMemoryExecutionStore()
        let later = MetricSeries(
            name: "größe.cpu", unit: "cores", intervalSeconds: 60, startedAt: 1e9 + 300, values: [9])
        for part in [randomBatch(seed: 3, count: 7), batch("a", samples), batch("b", [later]), batch("b", [later])] {
            #expect(try file.append([part]) == memory.append([part]))
        }
        let content = try file.content()
        #expect(content == memory.content())
        #expect(content.series.map(\.name) == samples.map(\.name) && content.executions.count == 7)
        #expect(content.series[0].values.count == 6 && content.series[0].values[5] == 9)
        #expect(content.cleaned().series == content.series)
        // What does not go on with a series changes nothing.
        let overlapping = batch("c", [samples[0]])
        for error in [
            #expect(throws: InputError.self) { try file.append([overlapping]) },
            #expect(throws: InputError.self) { try memory.append([overlapping]) },
        ] {
            #expect(error?.file == "c" && error?.field == "größe.cpu")
        }
        #expect(try file.content() == content && memory.content() == content)
    }
}

@Test(.enabled(if: python != nil)) func h5pyReadsSeriesAndHistoriesWithoutThem() throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        _ = try store.append([randomBatch(seed: 4, count: 3), batch("a", samples)])
        let result = try runPython(
            """
            import h5py, json, sys, numpy as np
            h = h5py.File(sys.argv[1])
            strings, s = h["strings"].asstr()[:], h["series"]
            ends = np.cumsum(s["length"][:])
            print(json.dumps([[strings[n], strings[u] if u >= 0 else None, i, t, [None if np.isnan(v) else v for v in s["values"][e - l:e]]]
                for n, u, i, t, l, e in zip(s["name"][:], s["unit"][:], s["intervalSeconds"][:], s["startedAt"][:], s["length"][:], ends)]))
            """, [folder("h.h5")])
        #expect(result.status == 0, "\(result.errors)")
        let read = try #require(try JSONValue(parsing: Array(result.output.utf8)).array)
        #expect(read.count == samples.count)
        for (row, series) in zip(read, samples) {
            #expect(row.array?[0].string == series.name && row.array?[1].string == series.unit)
            #expect(row.array?[2].double == series.intervalSeconds && row.array?[3].double == series.startedAt)
            #expect(row.array?[4].array?.map(\.double) == series.values.map { $0.isNaN ? nil : $0 })
        }
        let old = try runPython(
            "import h5py, sys; h = h5py.File(sys.argv[1], 'r+'); del h['series']; h.attrs['schemaVersion'] = 1",
            [folder("h.h5")])
        #expect(old.status == 0, "\(old.errors)")
        #expect(try store.content().series.isEmpty && store.content().executions.count == 3)
        _ = try store.append([batch("again", samples)])
        #expect(try store.content().series == samples)
    }
}

@Test(
    .enabled(if: python != nil),
    arguments: [
        ("h['series/length'][0] = 10**12", "series/length"), ("h['series/length'][1] = -1", "series/length"),
        ("h['series/intervalSeconds'][1] = 0.0", "series/intervalSeconds"),
        ("h['series/startedAt'][0] = float('nan')", "series/intervalSeconds"),
        ("h['series/name'][1] = h['series/name'][0]", "series/name"), ("h['series/name'][1] = -1", "series/name"),
        ("h['series/values'][2] = float('inf')", "series/values"), ("del h['series/unit']", "series/unit"),
        ("del h['series']", "series/name"),
    ])
func hostileSeriesAreRefused(change: String, complaint: String) throws {
    try TemporaryFolder.with { (folder: TemporaryFolder) throws -> Void in
        var store = HDF5ExecutionStore(path: folder("h.h5"))
        _ = try store.append([batch("a", samples)])
        let result = try runPython("import h5py, sys; h = h5py.File(sys.argv[1], 'r+'); \(change)", [folder("h.h5")])
        #expect(result.status == 0, "\(result.errors)")
        let error = #expect(throws: InputError.self) { try store.content() }
        #expect(error?.field == complaint && error?.file == folder("h.h5"), "\(error?.description ?? "")")
    }
}

private func importText(
    _ text: String, name: String = "usage.csv", interval: Double? = nil, strict: Bool = false,
    format: ImportFormat? = nil
)
    throws -> (series: [MetricSeries], problems: [InputError], format: String)
{
    try TemporaryFolder.with { folder in
        var options = ImportOptions()
        options.intervalSeconds = interval
        options.isStrict = strict
        options.format = format
        let (batch, problems) = try importFile(folder.write(text, to: name), options: options)
        return (batch.series, problems, batch.source.format)
    }
}

@Test func columnsOfNumbersAreSeries() throws {
    let read = try importText("cpu,mem_percent,word\n1,2,3\n,5,\n-7e2,nan,4\n")
    #expect(read.format == "series" && read.problems.isEmpty)
    #expect(read.series.map(\.name) == ["usage.cpu", "usage.mem_percent", "usage.word"])
    #expect(read.series.map(\.unit) == [nil, "percent", nil])
    #expect(read.series[0] == MetricSeries(name: "usage.cpu", values: [1, .nan, -700]))
    #expect(try importText("cpu,mem\n1,2\n3,4\n", interval: 60).series[0].intervalSeconds == 60)
}

@Test func timestampsSpanAGrid() throws {
    for text in [
        "timestamp,\"a,b\"\n1392388200,1\n1392388500,2\n1392389100,4\n1392389405,5\n1392389700,6\n",
        "\u{FEFF}timestamp,\"a,b\"\r\n2014-02-14 14:30:00,1\r\n2014-02-14 14:35:00,2\r\n2014-02-14T14:45:00,4\r\n2014-02-14 14:50:05,5\r\n2014-02-14 14:55:00,6\r\n",
    ] {
        let read = try importText(text)
        #expect(read.problems.isEmpty && read.series.count == 1, "\(read.problems)")
        #expect(
            read.series.first
                == MetricSeries(name: "usage.a,b", startedAt: 1_392_388_200, values: [1, 2, .nan, 4, 5, 6]))
    }
}

@Test func badLinesAreNamedAndBecomeGaps() throws {
    let text = "timestamp,cpu,mem\n0,1,2\n300,x,5\n600,3\n900,4,inf\n1200,6,7\n900,9,9\nnoon,9,9\n1210,9,9\n1500,8,1\n"
    let read = try importText(text, format: .series)
    #expect(read.problems.map(\.line) == [3, 4, 5, 7, 8, 9])
    #expect(read.problems.map(\.field) == ["cpu", nil, "mem", "timestamp", "timestamp", "timestamp"])
    #expect(read.series[0] == MetricSeries(name: "usage.cpu", values: [1, .nan, .nan, .nan, 6, 8]))
    #expect(read.series[1] == MetricSeries(name: "usage.mem", values: [2, .nan, .nan, .nan, 7, 1]))
    #expect(throws: InputError.self) { try importText(text, strict: true, format: .series) }
}

@Test(arguments: [
    ("a,b\nx,y\nz,w\n", "of no known format"), ("1,2\n3,4\n", "of no known format"),
    ("a\n1\n2\n", "of no known format"),
    ("timestamp,a\n0,1\n300,2\n600,3\n999999999999,4\n", "too far apart"), ("a,a\n1,2\n", "of no known format"),
])
func filesThatAreNoSeriesAreRefused(text: String, complaint: String) {
    var told = ""
    do { _ = try importText(text) } catch { told = "\(error)" }
    #expect(told.contains(complaint), "\(told)")
}

@Test func manyColumnsShareTheValuesThatAFileMayHave() throws {
    let columns = 1000
    let header = "timestamp," + (0..<columns).map { "c\($0)" }.joined(separator: ",")
    func text(_ moments: [Int]) -> String {
        let rest = String(repeating: ",1", count: columns)
        return ([header] + moments.map { "\($0)\(rest)" }).joined(separator: "\n") + "\n"
    }
    // 2²⁶ values in 1000 series are 67108 each.
    for last in [67_108, 3_999_999] {
        let error = #expect(throws: InputError.self) { _ = try importText(text([0, 1, last])) }
        #expect(error?.line == 4 && error?.field == "timestamp")
        #expect(error?.problem.contains("value \(last + 1) of 1000 series, of at most 67108 each") == true)
    }
    let read = try importText(text([0, 1, 40]))
    #expect(read.series.count == columns && read.series.allSatisfy { $0.values.count == 41 })
}

@Test func whatHoldsNoNumbersIsToldApart() throws {
    for text in ["", "# Notes\nSome, words\n", "\"Don't say\n1\n", "a, , \nx,y,z\n"] {
        #expect(throws: NothingToImport.self, "\(text)") { try importText(text, name: "NOTE.md", format: .series) }
    }
    let error = #expect(throws: InputError.self) { try importText("a,a\n1,2\n", format: .series) }
    #expect(error?.field == "a" && error?.line == 1)
}
