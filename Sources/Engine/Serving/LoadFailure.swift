/// A champion that could not be loaded, and when it is tried again: it may have been incomplete.
struct LoadFailure: Sendable {
    /// The version; nil where it could not be told which it is.
    let version: Int?
    /// The step that failed; nil where it was none.
    let step: SwapStep?
    /// Why, in words.
    let problem: String
    /// How often this version has failed this step in a row: the words may tell of other numbers each time.
    private let tries: Int
    private let at: ContinuousClock.Instant

    /// A failure at the moment `at`, behind `before`.
    init(
        version: Int?, step: SwapStep?, problem: String, after before: LoadFailure?, at: ContinuousClock.Instant = .now
    ) {
        (self.version, self.step, self.problem, self.at) = (version, step, problem, at)
        let isSame = before?.version == version && before?.step == step
        tries = isSame ? (before?.tries ?? 0) + 1 : 1
    }

    /// When it is tried again: after 1 s, 2 s, 4 s and so on, up to a minute.
    var retryAt: ContinuousClock.Instant { at + .seconds(min(60, 1 << min(tries - 1, 6))) }
}
