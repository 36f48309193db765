/// How far two lists rise and fall together.
public enum RankCorrelation {
    /// The correlation of the ranks of two lists of one length, -1 to 1; ties have their mean rank. 0 where one of them does
    /// not vary.
    ///
    /// Spearman, "The proof and measurement of association between two things", 1904.
    public static func spearman(_ a: [Double], _ b: [Double]) -> Double {
        precondition(a.count == b.count, "\(a.count) values beside \(b.count)")
        let (x, y) = (ranks(a), ranks(b))
        // Ranks have this mean, ties or not.
        let mean = Double(a.count - 1) / 2
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            xx += (a - mean) * (a - mean)
            xy += (a - mean) * (b - mean)
            yy += (b - mean) * (b - mean)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
    }

    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = values
        var place = 0
        while place < order.count {
            var end = place
            while end < order.count, values[order[end]] == values[order[place]] { end += 1 }
            for tie in place..<end { ranks[order[tie]] = Double(place + end - 1) / 2 }
            place = end
        }
        return ranks
    }
}
