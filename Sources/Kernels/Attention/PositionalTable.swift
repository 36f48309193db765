import Glibc

/// Numbers that tell the places of a sequence apart.
public enum PositionalTable {
    /// The sinusoids of Vaswani et al. ("Attention Is All You Need", 2017, section 3.5), [n, D] row-major, for the places
    /// 0 to n - 1 and the columns 2 i and 2 i + 1:
    ///
    ///     sin(place / 10000^(2 i / D))   and   cos(place / 10000^(2 i / D))
    public static func sinusoids(places: Int, width: Int) -> [Float] {
        precondition(places >= 0 && width > 0, "a table of \(places) places and \(width) columns")
        var table: [Float] = []
        table.reserveCapacity(places * width)
        let periods = (0..<width).map { Glibc.pow(10_000, Double($0 / 2 * 2) / Double(width)) }
        for place in 0..<places {
            for column in 0..<width {
                let angle = Double(place) / periods[column]
                table.append(Float(column % 2 == 0 ? Glibc.sin(angle) : Glibc.cos(angle)))
            }
        }
        return table
    }
}
