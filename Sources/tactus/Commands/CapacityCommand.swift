import ArgumentParser
import Files
import History
import Models
import Prediction
import Registry
import Reports
import Workflows

struct CapacityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity",
        abstract: "Forecast what a cluster will be asked for, and the nodes needed by when.",
        discussion: """
            EXAMPLE
              tactus import usage.csv --format series --into history.h5
              tactus capacity --history history.h5 --series usage.cores --cluster cluster.json --horizon 3600
            """)

    @Option(help: ArgumentHelp("The history with the series.", valueName: "h5"))
    var history: String

    @Option(help: ArgumentHelp("The series; it may be left out where there is only one.", valueName: "name"))
    var series: String?

    @Option(help: ArgumentHelp("The nodes there are, of which more can be had.", valueName: "json"))
    var cluster: String?

    @Option(
        help: ArgumentHelp(
            "How far, up to a day; prediction_horizon of the settings, else 3600.", valueName: "seconds"))
    var horizon: Double?

    @Option(
        help: """
            What the series is measured in, where it does not say: \
            \(CapacityPlanner.Unit.allCases.map(\.rawValue).joined(separator: ", ")).
            """)
    var unit: CapacityPlanner.Unit?

    @Option(help: ArgumentHelp("The share of each node that is kept free.", valueName: "share"))
    var headroom = 0.1

    @Option(help: ArgumentHelp("The risk of a shortage that is taken.", valueName: "share"))
    var risk = 0.05

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var seed: SeedOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard headroom >= 0, headroom < 1 else {
            throw ValidationError("--headroom is \(headroom), not from 0 to below 1")
        }
        guard risk > 0, risk < 1 else { throw ValidationError("--risk is \(risk), not between 0 and 1") }
        if let horizon, !(horizon > 0 && horizon.isFinite) {
            throw ValidationError("--horizon is \(horizon), not above 0")
        }
    }

    func run() throws {
        let settings = try settings.readTellingWarnings()
        let found = try HDF5ExecutionStore(path: history).content().series(
            named: series.map { [$0] } ?? [], in: history)
        guard found.count == 1 else {
            let known = found.prefix(20).map(\.name).joined(separator: ", ")
            throw InputError("holds several series; --series says which: \(known)", file: history, field: "series")
        }
        let planner = try cluster.map { path in
            let unit = unit ?? found[0].unit.flatMap(CapacityPlanner.Unit.init) ?? .cores
            return try CapacityPlanner(readCluster(path), unit: unit, headroom: headroom, risk: risk)
        }
        let (version, problem) = champion(in: ModelRegistry(path: settings.modelsPath))
        let plan = try ScoredForecaster.plan(version, reason: problem, for: found[0]) { series, forecaster in
            try CapacityPlan(
                series, horizonSeconds: horizon ?? settings.predictionHorizonSeconds, by: forecaster, planner: planner)
        }
        guard output.json else {
            let by = plan.by.map { "forecast by \($0.manifest.name) \($0.manifest.version)" } ?? "forecast by rules"
            return say(plan.answer.text + "\n" + by + (plan.reason.map { ": \($0)" } ?? ""))
        }
        var object = JSONObject(plan.answer.members)
        object["source"] = .string(plan.by == nil ? "heuristic" : "model")
        object["model"] = plan.by.map { by in
            .object(
                JSONObject([
                    ("name", .string(by.manifest.name)), ("version", .integer(by.manifest.version)),
                    ("digest", .string(by.digest)),
                ]))
        }
        object["reason"] = plan.reason.map(JSONValue.string)
        print(JSONValue.object(object).text(pretty: true))
    }

    /// The champion of the registry; else why there is none that can be read.
    private func champion(in registry: ModelRegistry) -> (version: ScoredForecaster?, problem: String?) {
        do {
            let name = try CheckedName("forecaster")
            guard let version = try registry.aliases(of: name)["champion"] else {
                return (nil, "forecaster has no champion")
            }
            return (try ScoredForecaster(registry.load(name, version)), nil)
        } catch {
            return (nil, "the champion cannot be read: \((error as? InputError)?.problem ?? "\(error)")")
        }
    }
}

extension CapacityPlanner.Unit: ExpressibleByArgument {}
