import ArgumentParser
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
    func read() throws -> SparkJobs { SparkJobs(try SparkJob.measured(in: jobs)) }
}
