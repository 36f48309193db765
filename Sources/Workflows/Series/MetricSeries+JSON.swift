import Files

extension MetricSeries {
    /// Values that a question may hold.
    public static let questionLimit = 20_000
    /// Values that a series in a question may have with its gaps.
    static let questionSpan = 200_000

    /// Reads `[{"at": moment, "value": number or null}]`, moments in Unix seconds that rise; the median distance between
    /// two of them is the interval, and what is missing on its grid is a gap.
    ///
    /// - Throws: `InputError` that names the element: too few or too many, moments that do not rise or lie off the grid,
    ///   gaps that are too long, no value at all.
    public init(points field: JSONField, name: String, unit: String?) throws {
        let elements = try field.elements()
        guard (2...Self.questionLimit).contains(elements.count) else {
            throw field.failure("holds \(elements.count) values, not 2 to \(Self.questionLimit)")
        }
        var moments: [Double] = []
        var numbers: [Double] = []
        for element in elements {
            try element.refuseUnknown(["at", "value"])
            let at = try element["at"].double()
            guard abs(at) <= 1e12 else { throw element["at"].failure("is no moment: \(JSONValue.text(of: at))") }
            if let last = moments.last, at <= last {
                throw element["at"].failure(
                    "is \(JSONValue.text(of: at)), not after the moment before it, \(JSONValue.text(of: last))")
            }
            moments.append(at)
            guard element.value?["value"] != nil else { throw element["value"].failure("is missing") }
            let value = try element["value"].ifPresent { try $0.double() } ?? .nan
            guard !(abs(value) > 1e100) else { throw element["value"].failure("is too large") }
            numbers.append(value)
        }
        guard numbers.contains(where: { !$0.isNaN }) else { throw field.failure("has no value") }
        let distances = zip(moments.dropFirst(), moments).map { $0 - $1 }.sorted()
        let interval = distances[(distances.count - 1) / 2]
        guard interval >= 1e-3 else { throw field.failure("has values every \(interval) s, less than 0.001") }
        let span = (moments[moments.count - 1] - moments[0]) / interval
        guard span < Double(Self.questionSpan) else {
            throw field.failure(
                "spans \(JSONValue.text(of: span.rounded())) intervals of \(JSONValue.text(of: interval)) s with its "
                    + "gaps, more than \(Self.questionSpan)")
        }
        var values: [Double] = []
        for (place, (moment, value)) in zip(moments, numbers).enumerated() {
            let grid = Int(((moment - moments[0]) / interval).rounded())
            guard grid >= values.count else {
                throw elements[place]["at"].failure(
                    "falls into the same \(JSONValue.text(of: interval)) s as the moment before it")
            }
            values += [Double](repeating: .nan, count: grid - values.count) + [value]
        }
        self.init(name: name, unit: unit, intervalSeconds: interval, startedAt: moments[0], values: values)
    }
}
