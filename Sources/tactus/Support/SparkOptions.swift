import ArgumentParser
import Files
import Simulation

/// The streams of Spark jobs that a command is about.
struct SparkOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A folder of measured jobs, a file for each input size.", valueName: "dir"))
    var jobs: String

    @Option(help: ArgumentHelp("Executors.", valueName: "n"))
    var executors = 10

    @Option(help: ArgumentHelp("Jobs of a stream.", valueName: "n"))
    var count = 50

    @Option(help: ArgumentHelp("Mean seconds between two arrivals.", valueName: "s"))
    var gap = 25.0

    @Option(
        help: ArgumentHelp(
            "Queries that jobs are drawn from, such as 1-16,20: others are never seen; all of them where it is not given.",
            valueName: "numbers"))
    var queries: String?

    func validate() throws {
        guard (1...100_000).contains(executors) else {
            throw ValidationError("--executors is \(executors), not between 1 and 100000")
        }
        guard (1...100_000).contains(count) else {
            throw ValidationError("--count is \(count), not between 1 and 100000")
        }
        guard gap >= 0, gap <= 1e9 else { throw ValidationError("--gap is \(gap), not between 0 and 1e9") }
    }

    /// The jobs.
    func read() throws -> SparkJobs {
        SparkJobs(try SparkJob.measured(in: jobs, queries: try queries.map(Self.numbers)))
    }

    /// The numbers that `text` lists, ranges as `1-16`.
    private static func numbers(_ text: String) throws -> Set<Int> {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        return try parts.reduce(into: []) { numbers, part in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first >= 0, first <= last,
                last <= 10_000
            else { throw InputError("\"\(part)\" is neither a number nor a range such as 1-16", field: "--queries") }
            numbers.formUnion(first...last)
        }
    }
}
