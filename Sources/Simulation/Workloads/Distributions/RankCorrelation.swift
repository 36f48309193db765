/// How far two lists rise and fall together.
public enum RankCorrelation {
    /// The correlation of the ranks of two lists of one length, -1 to 1; ties have their mean rank. 0 where one of them does
    /// not vary.
    ///
    /// Spearman, "The proof and measurement of association between two things", 1904.
    public static func spearman(_ a: [Double], _ b: [Double]) -> Double { pearson(ranks(a), ranks(b)) }

    /// The correlation of two lists of one length, -1 to 1; 0 where one of them does not vary.
    public static func pearson(_ x: [Double], _ y: [Double]) -> Double {
        precondition(x.count == y.count, "\(x.count) values beside \(y.count)")
        let n = Double(x.count)
        let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
        var (xx, xy, yy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            xx += (a - meanX) * (a - meanX)
            xy += (a - meanX) * (b - meanY)
            yy += (b - meanY) * (b - meanY)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
    }

    /// 1 for the least; equal values share the mean of their ranks.
    public static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = values
        var place = 0
        while place < order.count {
            var end = place
            while end < order.count, values[order[end]] == values[order[place]] { end += 1 }
            for tie in place..<end { ranks[order[tie]] = Double(place + end + 1) / 2 }
            place = end
        }
        return ranks
    }
}
