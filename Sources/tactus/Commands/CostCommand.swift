import ArgumentParser
import Engine
import Files
import Prediction
import Registry
import Reports
import Settings
import Workflows

struct CostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Find the cheapest nodes and requests for a workflow that keep a deadline.",
        discussion: """
            Nodes need prices (pricePerHour); those that are alike form a pool, of which some are taken. Every mix is run in \
            the simulator: a node costs from its first task on until it has had none for a minute. What is saved is counted \
            against the whole cluster as given, first in, first out, each task with the request that it states, else its \
            recorded use rounded up to a power of two.

            EXAMPLE
              tactus cost --workflow workflow.json --cluster cluster.json --deadline 7200
            """)

    @OptionGroup var planning: PlanningOptions

    @Option(help: ArgumentHelp("The nodes that can be had, with their prices.", valueName: "json"))
    var cluster: String

    @Option(help: ArgumentHelp("Seconds from the start by which the last task must have ended.", valueName: "seconds"))
    var deadline: Double?

    @Option(help: ArgumentHelp("Failed attempts over tasks, at the most.", valueName: "share"))
    var maxFailureRate = CostQuestion.usualFailureRate

    @Option(
        help: ArgumentHelp(
            "The probability with which the deadline is to be kept, where durations are predicted.", valueName: "share")
    )
    var deadlineProbability = CostQuestion.usualDeadlineProbability

    @Option(help: "Durations as recorded in the workflow, or drawn from what the champion of the registry predicts.")
    var durations = ScheduleCommand.Durations.given

    @Option(
        help: ArgumentHelp(
            "Mixes that are simulated at the most, instead of the bound on time: the same number and seed give the same answer.",
            valueName: "n"))
    var iterations: Int?

    @OptionGroup var seed: SeedOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let deadline, !(deadline > 0 && deadline.isFinite) {
            throw ValidationError("--deadline is \(deadline), not a positive number of seconds")
        }
        guard maxFailureRate >= 0 else { throw ValidationError("--max-failure-rate is \(maxFailureRate), negative") }
        guard (0...1).contains(deadlineProbability) else {
            throw ValidationError("--deadline-probability is \(deadlineProbability), not between 0 and 1")
        }
        if let iterations, iterations < 1 { throw ValidationError("--iterations is \(iterations), not positive") }
    }

    func run() throws {
        let settings = try settings.readTellingWarnings()
        let nodes = try readCluster(cluster)
        try naming(cluster) { try nodes.checkPrices() }
        let document = try planning.document()
        let question = CostQuestion(
            document.workflow, on: nodes, deadlineSeconds: deadline, maxFailureRate: maxFailureRate,
            deadlineProbability: deadlineProbability, forecasts: try forecasts(of: document, settings),
            predictsDurations: durations == .predicted,
            budget: try planning.budget(default: CostQuestion.usualBudgetMs), iterations: iterations, seed: seed.seed)
        let plan = try naming(planning.workflow) { try CostOptimizer.plan(question) }
        print(output.json ? JSONValue.object(JSONObject(plan.members)).text(pretty: true) : plan.text)
    }

    /// What the champion says; without one nothing, unless durations are to be predicted.
    private func forecasts(of document: WfFormatDocument, _ settings: Settings) throws -> [ResourcePrediction]? {
        let registry = ModelRegistry(path: settings.modelsPath)
        let name = try CheckedName("predictor")
        let hasChampion = try registry.names().contains(name) && registry.aliases(of: name)["champion"] != nil
        guard durations == .predicted || hasChampion else { return nil }
        return try LoadedPredictor(in: registry, of: settings.catalog()).predictor.predict(planning.tasks(of: document))
    }
}
