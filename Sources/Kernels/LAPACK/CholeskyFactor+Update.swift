import Glibc

extension CholeskyFactor {
    /// Turns the factor of A into that of A + v vᵀ, for v [n], in O(n²) operations.
    ///
    /// Plane rotations carry v into L, one for each column: Lᵢₖ' = c Lᵢₖ + s vᵢ and vᵢ' = c vᵢ - s Lᵢₖ, with c and s such
    /// that vₖ becomes 0 (Gill, Golub, Murray and Saunders, "Methods for Modifying Matrix Factorizations", 1974). They are
    /// orthogonal, so that many updates in a row lose no more than a new factorisation would.
    /// - Throws: `LinearAlgebraError` with the element of v that is not finite, or where the result is too large; the
    ///   factor is then as it was.
    public mutating func update(adding vector: [Double]) throws(LinearAlgebraError) {
        precondition(vector.count == order, "a vector of \(vector.count) elements for a matrix of order \(order)")
        try LAPACK.requireFinite(vector, columns: 1, of: .matrix)
        var updated = elements
        var cosines = [Double](repeating: 1, count: order)
        var sines = [Double](repeating: 0, count: order)
        for row in 0..<order {
            let start = row * order
            var rest = vector[row]
            for column in 0..<row {
                let (element, cosine, sine) = (updated[start + column], cosines[column], sines[column])
                updated[start + column] = cosine * element + sine * rest
                rest = cosine * rest - sine * element
            }
            let diagonal = updated[start + row]
            let length = hypot(diagonal, rest)
            cosines[row] = diagonal / length
            sines[row] = rest / length
            updated[start + row] = length
        }
        try LAPACK.requireNoOverflow(updated)
        elements = updated
    }
}
