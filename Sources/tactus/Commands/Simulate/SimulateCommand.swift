import ArgumentParser
import Files
import History
import Settings
import Simulation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run streams of workflows on a virtual cluster.",
        discussion: """
            EXAMPLE
              tactus simulate fit --history history.h5 --output workload.yaml
              tactus simulate run --workload workload.yaml --cluster cluster.json --policy srpt
            """,
        subcommands: [SimulateFit.self, SimulateRun.self])
}

struct SimulateFit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Describe the workflows of a history by distributions, so that streams like them can be drawn.",
        discussion: """
            EXAMPLE
              tactus simulate fit --history history.h5 --output workload.yaml
            """)

    @Option(help: ArgumentHelp("The history.", valueName: "h5"))
    var history: String

    @Option(help: ArgumentHelp("Where the workload is written.", valueName: "yaml"))
    var output: String

    @OptionGroup var format: OutputOptions

    func run() throws {
        let content = try HDF5ExecutionStore(path: history).content()
        let workload = try naming(history) {
            try Workload.fit(executions: content.executions, graphs: content.graphs)
        }
        let text = try YAMLDocument.text(
            of: workload.json,
            comment: "Streams of workflows like those of \(lastComponent(of: history)), for tactus simulate run.")
        try writeAtomically(text, to: output)
        let summary = WorkloadSummary(workload)
        print(format.json ? summary.json.text(pretty: true) : summary.text)
        note("wrote \(output)")
    }
}
