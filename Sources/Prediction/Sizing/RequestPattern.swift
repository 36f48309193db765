import Foundation

/// Whether tasks of a type use what they are given: a Java heap, a cache, a buffer that is sized from the request.
///
/// Their peak says nothing of what they need, and asking for less at every turn would end where they no longer work.
/// They are known by a peak that is a nearly constant share of the request, while requests differ.
public struct RequestPattern: Sendable {
    private var count = 0.0
    private var requests = (mean: 0.0, squares: 0.0)
    private var shares = (mean: 0.0, squares: 0.0)
    private var smallest = Double.infinity

    /// A pattern of nothing.
    public init() {}

    /// Takes in an execution that ended well: its request and its peak, in bytes.
    public mutating func observe(request: Double?, used: Double) {
        guard let request, request.isFinite, request > 0, used.isFinite, used > 0 else { return }
        count += 1
        // Welford's recurrence for means and sums of squared deviations (Technometrics, 1962).
        func add(_ value: Double, _ sum: inout (mean: Double, squares: Double)) {
            let difference = value - sum.mean
            sum.mean += difference / count
            sum.squares += difference * (value - sum.mean)
        }
        add(log(request), &requests)
        add(log(used / request), &shares)
        smallest = min(smallest, request)
    }

    /// Whether use follows the request: over ten or more executions requests differ by a standard deviation of a tenth or
    /// more, the share that is used by less than a quarter of that, and it is a quarter of the request or more.
    public var follows: Bool {
        guard count >= 10 else { return false }
        let (request, share) = ((requests.squares / count).squareRoot(), (shares.squares / count).squareRoot())
        return request >= 0.1 && share <= request / 4 && shares.mean >= log(0.25)
    }

    /// The smallest request that was enough, where use follows the request.
    public var floor: Double? { follows ? smallest : nil }
}
