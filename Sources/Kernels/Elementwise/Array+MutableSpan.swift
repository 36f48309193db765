extension [Float] {
    /// Calls `body` with a view of the elements that can be written to.
    @inlinable @inline(__always)
    package mutating func withMutableSpan<Result>(_ body: (inout MutableSpan<Float>) -> Result) -> Result {
        var span = mutableSpan
        return body(&span)
    }
}
