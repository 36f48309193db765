/// Spearman's rank correlation: whether one number grows with another, however.
public enum RankCorrelation {
    /// -1 to 1; 0 where one of them does not vary.
    public static func value(_ x: [Double], _ y: [Double]) -> Double { correlation(ranks(x), ranks(y)) }

    /// 1 for the least; equal values share the mean of their ranks.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }

    /// Pearson's correlation; 0 where one does not vary.
    static func correlation(_ x: [Double], _ y: [Double]) -> Double {
        precondition(x.count == y.count, "\(x.count) values beside \(y.count)")
        let n = Double(x.count)
        let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            xx += (a - meanX) * (a - meanX)
            yy += (b - meanY) * (b - meanY)
            xy += (a - meanX) * (b - meanY)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
    }
}
