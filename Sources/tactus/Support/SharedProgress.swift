import Training

/// A progress bar that work on several threads moves.
actor SharedProgress {
    private var bar: ProgressBar
    private var done = 0

    /// A bar on standard error, or nowhere.
    init(_ title: String, total: Int, isSilent: Bool) {
        bar = ProgressBar(title, total: total, on: isSilent ? .silent : .standardError)
    }

    /// One step more is done.
    func advance(note: String = "") {
        done += 1
        bar.update(to: done, note: note)
    }

    /// Ends the line.
    func finish() {
        bar.finish()
    }
}
