import ArgumentParser

/// Learns from the executions that a workflow system has run.
@main
struct Tactus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tactus",
        abstract:
            "Learns from the executions a workflow system has run, and predicts, schedules and optimizes those to come.",
        discussion: """
            EXAMPLE
              tactus import traces/ --into history.h5
              tactus train predictor --history history.h5 --models own-models --promote
              tactus predict --task task.json --models own-models
            """,
        version: "0.1.0",
        subcommands: [
            ImportCommand.self, HistoryCommand.self, TrainCommand.self, EvaluateCommand.self, ModelsCommand.self,
            PredictCommand.self, ScheduleCommand.self, OptimizeCommand.self, CapacityCommand.self, CostCommand.self,
            SimulateCommand.self,
            ServeCommand.self, TokenCommand.self, DecisionsCommand.self, DoctorCommand.self, PluginCheckCommand.self,
        ])
}
