import Workflows

/// How many cores a task is given: fewer than it asks for only where its history shows that it does not use them.
///
/// A task that used u cores on average is taken to have computed on w = min(asked, ⌈u⌉) cores for the part u / w of its time, and
/// to have waited for the rest, for a disk or a network. On fewer cores a < w only the former takes longer, by w / a: the whole by
/// 1 + u (1 / a - 1 / w). That is the worst case: what computes evenly, or finds free cores beside its own, takes less.
public enum CoreSizing {
    /// Completed executions of a type from which on its forecast of cores is believed.
    public static let provenSamples = 20
    /// By how much longer a task may take for being given fewer cores.
    public static let tolerance = 0.1

    /// The cores that a task is given: the least with which it is expected to take ``tolerance`` longer at the most, rounded up
    /// to `step`, and no more than `asked`; nil where the history shows nothing. It computes on as many as the quantile 0.95 of the
    /// cores in use says, and as long as their mean says.
    ///
    /// - Parameter step: 1 for systems that give whole cores only, less where shares of a core can be given.
    public static func cores(asked: Double, _ prediction: ResourcePrediction, step: Double = 1) -> Double? {
        guard !prediction.cold, prediction.samples >= provenSamples else { return nil }
        let width = width(used: prediction.cpu.p95, asked: asked)
        let used = min(max(prediction.cpu.mean, 0), width)
        let least = used > 0 ? 1 / (tolerance / used + 1 / width) : 0
        return min(asked, max(step, (least / step).rounded(.up) * step))
    }

    /// How much longer a task takes on `cores` than on the `asked` ones, of which it used `used` on average; 1 where it keeps its
    /// cores.
    public static func slowdown(used: Double?, cores: Double, asked: Double) -> Double {
        guard let used, used > 0 else { return 1 }
        let width = width(used: used, asked: asked)
        return cores < width ? 1 + min(used, width) * (1 / cores - 1 / width) : 1
    }

    /// The cores on which a task computes while it does.
    private static func width(used: Double, asked: Double) -> Double { min(asked, max(1, used.rounded(.up))) }
}
