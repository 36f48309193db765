import Dispatch
import Synchronization

/// What `transform` makes of each of `elements`, in their order, on as many threads as there are processors; those that take
/// longest should stand first.
public func concurrentMap<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ transform: @Sendable (Element) -> Result
) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: elements.count))
    DispatchQueue.concurrentPerform(iterations: elements.count) { place in
        let result = transform(elements[place])
        results.withLock { $0[place] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
}
