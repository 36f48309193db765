import ArgumentParser
import Training

/// What is asked of a training that can be interrupted.
struct TrainingOptions: ParsableArguments {
    @Flag(help: "Make the version the champion if it passes.")
    var promote = false

    @Flag(help: "Go on with the training that was interrupted.")
    var resume = false

    @OptionGroup var logging: TrainingLogOptions

    /// The logs that are asked for.
    var logs: [any RunLog] { logging.logs }
}
