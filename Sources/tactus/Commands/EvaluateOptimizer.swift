import ArgumentParser
import Evaluation
import Files
import Foundation
import Reports
import WorkflowOptimization
import Workflows

extension OptimizerReport.Part: ExpressibleByArgument {}

struct EvaluateOptimizer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimizer",
        abstract: "Plant faults in workflows, and count which are found and what mending them is worth.",
        discussion: """
            Fails where a kind of fault that costs a tenth of the makespan, or redundant dependencies, which cost nothing, are \
            found with a precision or recall under 0.9, or where the changes gain less than 30 % at the median on workflows whose \
            faults cost 40 %; and where a kind that the cluster allows, or such a workflow, could not be planted at all.

            Ways to look for sets of changes are compared on these workflows, and on the same with other ways to get the results \
            of their tasks, drawn, so that time, cost, memory and quality are given up for each other; money counts where the nodes \
            have prices, and most where they form pools. Where only the first few changes are simulated, the champion of optimizer orders \
            them too, if it has learned what changes gain.

            EXAMPLE
              tactus evaluate optimizer --cluster cluster.json --workflow montage.json --workflow rnaseq.json
            """)

    @Option(
        help: ArgumentHelp(
            "A workflow in WfFormat 1.5, with its durations; without any, synthetic ones are drawn.", valueName: "json")
    )
    var workflow: [String] = []

    @Option(
        help: ArgumentHelp(
            "The nodes; with tiny tasks planted where they have taskOverheadSeconds, and distant files where a bandwidth is given.",
            valueName: "json"))
    var cluster: String

    @Option(help: ArgumentHelp("Trials of each kind and size: one for each seed from --seed on.", valueName: "n"))
    var trials = 20

    @Option(help: ArgumentHelp("Milliseconds for each question.", valueName: "n"))
    var budgetMs = 2000.0

    @Option(
        help: ArgumentHelp(
            "What is measured: \(OptimizerReport.Part.allCases.map(\.rawValue).joined(separator: ", ")); all of it where it is not given.",
            valueName: "part"))
    var part: [OptimizerReport.Part] = []

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1000).contains(trials) else {
            throw ValidationError("--trials is \(trials), not between 1 and 1000")
        }
        guard budgetMs > 0, budgetMs <= 86_400_000 else {
            throw ValidationError("--budget-ms is \(budgetMs), not between 0 and a day")
        }
        guard seed.seed <= UInt64.max - UInt64(trials) else { throw ValidationError("--seed is too large") }
    }

    func run() throws {
        let nodes = try readCluster(cluster)
        let parts = Set(part.isEmpty ? OptimizerReport.Part.allCases : part)
        let given = try workflow.map { try WfFormatDocument(contentsOf: $0).workflow }
        let evaluator = OptimizerEvaluator(
            SimulatingOptimizer(),
            workflows: given.isEmpty
                ? OptimizerEvaluator.syntheticWorkflows(8, on: nodes, seed: seed.seed) : given,
            on: nodes, seeds: (0..<UInt64(trials)).map { seed.seed + $0 }, budget: .milliseconds(budgetMs),
            parts: parts,
            searches: [
                ("greedy", { _ in SimulatingOptimizer(search: .greedy) }),
                ("annealing", { _ in SimulatingOptimizer(search: .annealing) }),
                ("path-integral", { _ in SimulatingOptimizer(search: .pathIntegral) }),
                ("random", { SimulatingOptimizer(search: .random, simulations: $0) }),
            ],
            orders: parts.contains(.orders) ? try orders() : [])
        let report = try evaluator.run()
        if output.json { try printJSON(report) } else { print(report.text) }
        let shortfalls = report.shortfalls(on: nodes)
        guard shortfalls.isEmpty else {
            note("error: less is found or gained than is promised: \(shortfalls.joined(separator: "; "))")
            throw ExitCode.failure
        }
    }

    /// An optimizer that simulates so many changes at the most.
    private typealias Order = (name: String, make: @Sendable (Int?) -> any WorkflowOptimizer)

    /// Orders in which changes are simulated; of the champion only what it expects changes to gain is asked: what it says of
    /// bottlenecks changes no order, and takes time.
    private func orders() throws -> [Order] {
        let champion = LearnedOptimizer.champion(of: "the order of changes", in: try settings.registry())
        let scorer = champion.flatMap { champion in
            champion.optimizer.gains.map { LearnedScorer(nil, changes: $0, named: champion.name) }
        }
        var orders: [Order] = [("as proposed", { SimulatingOptimizer(trials: $0) })]
        if let champion, let scorer {
            orders.append(("by \(champion.name)", { SimulatingOptimizer(asking: scorer, trials: $0) }))
        }
        orders.append(("by gain, known beforehand", { SimulatingOptimizer(order: .byGain, trials: $0) }))
        return orders
    }
}
