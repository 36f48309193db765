import ArgumentParser
import Models
import Settings

/// How many ready tasks a scheduler that learns chooses among: the same for `train scheduler` and `evaluate learning`.
struct WindowOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Tasks of a window, from which one is chosen; action_size of the settings, else \(DQNScheduler.defaultWindow).",
            valueName: "n"))
    var window: Int?

    func validate() throws {
        let all = DQNScheduler.windows
        if let window, !all.contains(window) {
            throw ValidationError("--window is \(window), not between \(all.lowerBound) and \(all.upperBound)")
        }
    }

    /// The tasks, by the option, else by `parent`, which learns on, else by what is `stated` in the settings.
    func tasks(_ stated: Settings.Learning, of parent: Int? = nil) -> Int {
        window ?? parent ?? stated.actionSize?.value ?? DQNScheduler.defaultWindow
    }
}
