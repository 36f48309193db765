import ArgumentParser
import Registry
import Settings

/// The settings that a command keeps to, and the registry that they name.
struct SettingsOptions: ParsableArguments {
    @Option(
        name: .customLong("models"),
        help: ArgumentHelp("Folder of the model registry; models.path of the settings, else models.", valueName: "dir"))
    var modelsPath: String?

    @Option(help: ArgumentHelp("The settings; tactus.yaml if that is there.", valueName: "yaml"))
    var config: String?

    /// The settings, with what the command line says instead.
    func read() throws -> Settings {
        var settings = try Settings.load(config)
        settings.modelsPath = modelsPath ?? settings.modelsPath
        return settings
    }

    /// The settings; what stands in them without effect is told.
    func readTellingWarnings() throws -> Settings {
        let settings = try read()
        settings.tellWarnings()
        return settings
    }

    /// The registry.
    func registry() throws -> ModelRegistry { ModelRegistry(path: try read().modelsPath) }
}

extension Settings {
    /// Tells what stands in the file without effect.
    func tellWarnings() { for warning in warnings { note("warning: \(warning)") } }
}
