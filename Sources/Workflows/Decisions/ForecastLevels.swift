/// The quantiles at which a forecast is known.
public enum ForecastLevels {
    /// From 0.05 to 0.99, the upper side denser: it decides what to ask for.
    public static let all: [Double] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99]

    /// The quantiles of a normal distribution of mean 0 at ``all``, in units of that at 0.95.
    public static let normalScores: [Double] = [-1, -0.779_1, -0.410_1, 0, 0.410_1, 0.779_1, 1, 1.191_6, 1.414_3]

    /// The place of 0.05 in ``all``.
    public static let low = 0
    /// The place of 0.5 in ``all``.
    public static let median = 3
    /// The place of 0.95 in ``all``.
    public static let high = 6
}
