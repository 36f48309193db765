import Files
import TestSupport

/// A small trace, and the history that is imported from it.
enum TraceFixture {
    /// Writes `h.h5` (or `name`) of two task types, one a minute from `first` minutes on.
    static func writeHistory(
        in folder: TemporaryFolder, rows: Int, first: Int = 0, factor: Double = 1, to name: String = "h.h5"
    ) throws {
        let header = "task_id\tprocess\tstatus\texit\tcpus\tsubmit\tcomplete\trealtime\t%cpu\tpeak_rss\tlines"
        let lines = (first..<first + rows).map { place -> String in
            let (time, lines) = (place * 60_000, 100 + place % 7 * 50)
            let duration = Int(factor * Double(1000 + 5 * lines + place % 3 * 20))
            return "\(place)\t\(place % 2 == 0 ? "sort" : "align")\tCOMPLETED\t0\t1\t\(time)\t\(time + duration)\t"
                + "\(duration)\t\(80 + place % 10)\t\(1_000_000 + lines * 1000)\t\(lines)"
        }
        let trace = "\(name).d/wf.trace.txt"
        try folder.write(([header] + lines).joined(separator: "\n"), to: trace)
        let imported = try run(program, ["import", folder(trace), "--into", folder(name)], in: folder.path)
        guard imported.status == 0 else { throw InputError(imported.errors) }
    }
}
