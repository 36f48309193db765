/// A champion that could not be loaded, and when it is tried again: it may have been incomplete.
struct LoadFailure: Sendable {
    /// The version; nil where it could not be told which it is.
    let version: Int?
    /// Why, in words.
    let problem: String
    /// How often this has come in a row.
    private let tries: Int
    private let at: ContinuousClock.Instant

    /// A failure at the moment `at`, behind `before`.
    init(version: Int?, problem: String, after before: LoadFailure?, at: ContinuousClock.Instant = .now) {
        (self.version, self.problem, self.at) = (version, problem, at)
        tries = before?.problem == problem ? (before?.tries ?? 0) + 1 : 1
    }

    /// When it is tried again: after 1 s, 2 s, 4 s and so on, up to a minute.
    var retryAt: ContinuousClock.Instant { at + .seconds(min(60, 1 << min(tries - 1, 6))) }
}
