import ArgumentParser

/// The workflows that arrive in a simulation, where, and what rules know of them.
struct WorkloadOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A workload (as tactus simulate fit writes it) or a list of arrivals: {\"arrivals\": [{\"at\": seconds, \"workflow\": path}]}.",
            valueName: "yaml|json"))
    var workload: String

    @Option(help: ArgumentHelp("The nodes.", valueName: "json"))
    var cluster: String

    @OptionGroup var durations: DurationsOption

    @Option(
        help: ArgumentHelp(
            "Rules that a portfolio tries at each arrival beside the one in charge, at the most.", valueName: "n"))
    var iterations: Int?

    func validate() throws {
        if let iterations, iterations < 1 { throw ValidationError("--iterations is \(iterations), not positive") }
    }

    /// Reads the file and those that it names, and the champion where durations are predicted.
    func source(_ settings: SettingsOptions) throws -> WorkloadSource {
        var source = try WorkloadSource(workload)
        source.forecast = try durations.forecaster(settings.readTellingWarnings())?.forecast()
        return source
    }
}
