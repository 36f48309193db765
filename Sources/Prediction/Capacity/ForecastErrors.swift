import Workflows

/// The latest errors of forecasts of one step, each over the volatility at its origin.
struct ForecastErrors: Sendable {
    private let window: Int
    private var errors: [Double] = []
    private var oldest = 0

    /// Keeps `window` errors.
    init(window: Int) {
        self.window = window
    }

    var count: Int { errors.count }

    /// Adds one, in place of the oldest where there are enough.
    mutating func add(_ error: Double) {
        if errors.count < window {
            errors.append(error)
        } else {
            errors[oldest] = error
            oldest = (oldest + 1) % window
        }
    }

    /// What is added to a point forecast to get each of ``ForecastLevels/all``, over the volatility.
    func offsets() -> [Double] { ConformalQuantiles.around(0, sortedErrors: errors.sorted()) }
}
