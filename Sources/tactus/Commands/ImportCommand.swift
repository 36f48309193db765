import ArgumentParser
import Files
import History
import Training
import Workflows

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read executions from trace files, or series of a cluster, into a history.",
        discussion: """
            Files and folders; a file that was imported before adds nothing. The format follows from the content.

            EXAMPLE
              tactus import traces/ run-7.trace.txt --into history.h5
              tactus import usage.csv --format series --interval 60 --into history.h5
            """)

    @Argument(help: "Files and folders.")
    var paths: [String]

    @Option(help: ArgumentHelp("The history, an HDF5 file; it is made if it is not there.", valueName: "h5"))
    var into: String

    @Option(help: "The format: \(ImportFormat.allCases.map(\.rawValue).joined(separator: " or ")).")
    var format: ImportFormat?

    @Option(help: "Name of the workflow, instead of the one that follows from the file.")
    var workflow: String?

    @Option(
        help: ArgumentHelp(
            "Seconds from one line of a file of series to the next; its timestamps say it, else it is 300.",
            valueName: "seconds"))
    var interval: Double?

    @Option(
        help: ArgumentHelp("Columns that are no features, or no series, separated by commas.", valueName: "names"))
    var ignoreColumns: String?

    @Flag(help: "Refuse a file that has a bad row.")
    var strict = false

    @OptionGroup var output: OutputOptions

    /// What was done, for `--json`.
    struct Answer: Encodable {
        var history: String
        var files: Int
        var alreadyThere: Int
        var skipped: [String]
        var rows: Int
        var benchmarkResults: Int
        var series: Int
        var values: Int
        var badRows: Int
        var problems: [String]
    }

    func validate() throws {
        if let interval, !(interval >= 0.001 && interval <= 31_536_000) {
            throw ValidationError("--interval is \(interval), not between 0.001 and 31536000")
        }
    }

    func run() throws {
        var options = ImportOptions()
        options.format = format
        options.workflow = workflow
        options.ignoredColumns = Set((ignoreColumns ?? "").split(separator: ",").map(String.init))
        options.isStrict = strict
        options.intervalSeconds = interval
        let found = try paths.flatMap { path -> [(path: String, isNamed: Bool)] in
            guard let kind = kind(of: path) else { throw InputError("no such file or folder", file: path) }
            return kind == .folder ? try files(inFolder: path).map { ($0, false) } : [(path, true)]
        }
        var batches: [HistoryBatch] = []
        var problems: [InputError] = []
        var skipped: [String] = []
        var bar = ProgressBar("import", total: found.count, on: output.json ? .silent : .standardError)
        for (place, file) in found.enumerated() {
            do {
                let (batch, bad) = try importFile(file.path, options: options)
                batches.append(batch)
                problems += bad
            } catch let error where !file.isNamed && (error is UnknownFormat || error is NothingToImport) {
                skipped.append(file.path)
            }
            bar.update(to: place + 1)
        }
        bar.finish()
        guard !batches.isEmpty else {
            let kind = format.map { "the format \($0.rawValue)" } ?? "a known format"
            throw InputError("holds no file of \(kind)", file: paths.joined(separator: ", "))
        }
        var store = HDF5ExecutionStore(path: into)
        try answer(try store.append(batches), batches: batches, problems: problems, skipped: skipped)
    }

    private func answer(
        _ outcomes: [AppendOutcome], batches: [HistoryBatch], problems: [InputError], skipped: [String]
    ) throws {
        let alreadyThere = outcomes.count { $0 == .alreadyThere }
        let rows = outcomes.reduce(0) { if case .appended(let rows) = $1 { $0 + rows } else { $0 } }
        let results = zip(outcomes, batches).reduce(0) { $1.0 == .alreadyThere ? $0 : $0 + $1.1.benchmarks.count }
        let added = zip(batches, outcomes).filter { $1 != .alreadyThere }.flatMap(\.0.series)
        let values = added.reduce(0) { $0 + $1.values.count }
        if output.json {
            try printJSON(
                Answer(
                    history: into, files: outcomes.count - alreadyThere, alreadyThere: alreadyThere, skipped: skipped,
                    rows: rows, benchmarkResults: results, series: added.count, values: values, badRows: problems.count,
                    problems: problems.prefix(100).map(\.description)))
            return
        }
        for problem in problems.prefix(10) { note("left out: \(problem)") }
        if problems.count > 10 { note("left out: \(problems.count - 10) more rows") }
        let kind = format.map { "not of the format \($0.rawValue)" } ?? "of no known format"
        for path in skipped { note("skipped, \(kind): \(path)") }
        var what = (added.isEmpty && results == 0) || rows > 0 ? [counted(rows, "execution")] : []
        if results > 0 { what.append(counted(results, "benchmark result")) }
        if !added.isEmpty { what.append("\(counted(added.count, "series", "series")) of \(counted(values, "value"))") }
        let files = counted(outcomes.count - alreadyThere, "file")
        say("\(into): \(what.joined(separator: " and ")) from \(files) added")
        if alreadyThere > 0 {
            say("\(counted(alreadyThere, "file was", "files were")) there already and added nothing")
        }
        if !problems.isEmpty { say("\(counted(problems.count, "bad row was", "bad rows were")) left out") }
    }
}

extension ImportFormat: ExpressibleByArgument {}
