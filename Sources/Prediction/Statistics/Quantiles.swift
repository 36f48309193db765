/// The quantile `q` of sorted values, interpolated between neighbours at place q (n - 1).
public func quantile(_ q: Double, ofSorted values: [Double]) -> Double {
    precondition(!values.isEmpty && q >= 0 && q <= 1, "quantile \(q) of \(values.count) values")
    let place = q * Double(values.count - 1)
    let low = Int(place)
    let high = min(low + 1, values.count - 1)
    return values[low] + (values[high] - values[low]) * (place - Double(low))
}

/// Puts `value` into sorted values, behind those that equal it.
public func insert(_ value: Double, intoSorted values: inout [Double]) {
    var (low, high) = (0, values.count)
    while low < high {
        let middle = (low + high) / 2
        if values[middle] <= value { low = middle + 1 } else { high = middle }
    }
    values.insert(value, at: low)
}

/// The median of sorted values.
public func median(ofSorted values: [Double]) -> Double { quantile(0.5, ofSorted: values) }
