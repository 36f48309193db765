import Files

/// What a version goes through before it answers, in this order. Each has a limit of time.
public enum SwapStep: String, Sendable, Hashable, CaseIterable {
    /// The alias is read.
    case look
    /// Every file is hashed.
    case verify
    /// The files are read.
    case load
    /// No weight is infinite or not a number.
    case finite
    /// The predictor is made of the weights.
    case build
    /// The questions that it was published with are answered as they were then.
    case selfTest = "self-test"
    /// It learns the outcomes that are newer than its data.
    case learn
    /// It answers a few questions one by one, so that those who ask later need not wait for what a first use costs.
    case warmUp = "warm-up"
}

/// What steps are taken with, one at a time: a version on its way (nil for rules alone), or what a look is taken at.
struct StepSubject: Sendable, Hashable {
    /// Looks go beside the steps of a version.
    var isLook: Bool
    /// The version; for a look, nil for the alias.
    var version: Int?
}

/// A step that goes on.
struct StepUnderWay: Sendable {
    var step: SwapStep
    /// When it has taken too long.
    var due: ContinuousClock.Instant
}

/// Why a version does not take over.
struct SwapFailure: Error, Equatable {
    /// The version; nil where it could not be told which it is.
    var version: Int?
    /// The step that failed.
    var step: SwapStep
    /// What is wrong, in words, without paths.
    var problem: String

    init(_ step: SwapStep, _ version: Int?, _ error: any Error) {
        (self.step, self.version) = (step, version)
        problem = (error as? InputError)?.problem ?? (error as? TimeLimitExceeded)?.description ?? "an unexpected error"
    }
}
