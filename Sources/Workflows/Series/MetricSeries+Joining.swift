import Files

extension MetricSeries {
    /// Adds the values of `later`, a series of the same name; what lies between the two becomes a gap.
    ///
    /// - Throws: `InputError` with the name where the two overlap, lie on different grids, or would be longer than
    ///   ``limit`` together.
    public mutating func join(_ later: MetricSeries) throws {
        guard later.intervalSeconds == intervalSeconds else {
            throw InputError(
                "has a value every \(later.intervalSeconds) s, but every \(intervalSeconds) s before", field: name)
        }
        guard !later.values.isEmpty else { return }
        let offset = (later.startedAt - startedAt) / intervalSeconds
        let place = offset.rounded()
        guard abs(offset - place) <= 0.001 else {
            throw InputError("starts between two moments of the values that are there already", field: name)
        }
        guard abs(place) <= Double(Self.limit),
            max(values.count, Int(place) + later.values.count) - min(Int(place), 0) <= Self.limit
        else {
            throw InputError("would have more than \(Self.limit) values with the gap before them", field: name)
        }
        if place >= Double(values.count) {
            values += [Double](repeating: .nan, count: Int(place) - values.count) + later.values
        } else if Int(place) + later.values.count <= 0 {
            let gap = -Int(place) - later.values.count
            values = later.values + [Double](repeating: .nan, count: gap) + values
            startedAt = later.startedAt
        } else {
            throw InputError("has values of these moments already, from another file", field: name)
        }
    }
}
