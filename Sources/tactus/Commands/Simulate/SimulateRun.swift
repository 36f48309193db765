import ArgumentParser
import Evaluation
import Files
import Foundation
import Reports
import Scheduling
import Settings
import Simulation
import Workflows

struct SimulateRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a stream of workflows on a virtual cluster under a policy.",
        discussion: """
            Changes that --what-if tries on the same stream, several of them joined by commas:
              policy=srpt      another policy
              add=n1*2         two more nodes like n1
              remove=n1        without n1
              speed=spot*0.8   the nodes of a pool, or one node, at that part of their speed

            EXAMPLE
              tactus simulate run --workload workload.yaml --cluster cluster.json --policy srpt --what-if add=n1
            """)

    @OptionGroup var stream: WorkloadOptions

    @Option(
        help: """
            The policy: \(SchedulingPolicy.allCases.map(\.rawValue).joined(separator: ", ")); or dqn, the champion among the \
            learned schedulers of the registry, dqn@NAME or dqn@NAME@VERSION; portfolio+dqn is the portfolio with it.
            """)
    var policy: String

    @Flag(help: "List every task: its node, its start and its end.")
    var tasks = false

    @Option(
        help: ArgumentHelp("Also try a change on the same stream; can be given more than once.", valueName: "change"))
    var whatIf: [String] = []

    @Option(
        help: ArgumentHelp(
            "Write a page: how long workflows take, and how much of the cluster is in use.", valueName: "html"))
    var report: String?

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let cluster = try readCluster(stream.cluster)
        let source = try stream.source(settings)
        let registry = try settings.registry()
        var trouble = try source.trouble(on: cluster, seed: seed.seed)
        trouble.keepsTaskRecords = tasks || report != nil
        let first = StreamVariant(
            try StreamPolicy(named: policy, in: registry), on: cluster, settings: trouble,
            iterations: stream.iterations, forecast: source.forecast)
        let changes = try whatIf.map { text in
            try WhatIf(parsing: text) { try StreamPolicy(named: $0, in: registry, field: "--what-if") }
        }
        let variants = try [first] + changes.map { try $0.applied(to: first) }
        let runs = try variants.map { variant in
            let began = ContinuousClock.now
            // A load is relative to the cluster as it is: a change leaves the stream the same.
            let run = try StreamRun(variant, of: source.stream(seed: seed.seed, on: cluster))
            return (run: run, seconds: (ContinuousClock.now - began) / .seconds(1))
        }
        let page = page(runs.map(\.run))
        if let report {
            try writeAtomically(page.html, to: report)
            note("wrote \(report)")
        }
        guard output.json else {
            print(page.terminalText)
            if tasks { print("\n" + runs[0].run.taskTable) }
            return
        }
        var json = runs[0].run.json(seed: seed.seed, wallSeconds: runs[0].seconds, tasks: tasks)
        if runs.count > 1 {
            json["whatIf"] = .array(
                runs.dropFirst().map { run, seconds in
                    var json = run.json(seed: seed.seed, wallSeconds: seconds, tasks: tasks)
                    json["change"] = .string(run.variant.name)
                    return .object(json)
                })
        }
        print(JSONValue.object(json).text(pretty: true))
    }

    private func page(_ runs: [StreamRun]) -> SchedulerPage {
        SchedulerPage(
            SchedulerEvaluation(runs.map { [$0] }, seeds: [seed.seed]), runs: report == nil ? [] : runs,
            workload: lastComponent(of: stream.workload), command: commandLine(), moment: Date().timeIntervalSince1970)
    }
}
