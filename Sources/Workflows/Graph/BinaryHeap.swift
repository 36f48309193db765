/// Elements of which the least is always at hand: a binary heap (Williams, 1964).
///
/// `elements[0]` is the least, and none at a place p is less than the one at (p - 1) / 2, rounded down. Whoever keeps the
/// places of elements, so as to change or remove one that is not the least, is told by `moved` of each that has come to lie
/// elsewhere; with the empty closure that costs nothing.
///
/// It is public because only what is public is made for its elements where other modules use it.
public struct BinaryHeap<Element: Comparable> {
    /// All elements, the least first, the others in no order to rely on.
    @inlinable public var elements: [Element] { heap }
    @usableFromInline var heap: [Element] = []

    /// A heap without elements.
    @inlinable public init() {}

    /// A heap of `elements`.
    ///
    /// - Complexity: linear (Floyd, 1964).
    @inlinable public init(_ elements: [Element]) {
        heap = elements
        for place in (0..<(heap.count / 2)).reversed() { sink(heap[place], at: place) { _, _ in } }
    }

    /// How many elements there are.
    @inlinable public var count: Int { heap.count }
    /// Whether there are none.
    @inlinable public var isEmpty: Bool { heap.isEmpty }
    /// The least element.
    @inlinable public var least: Element? { heap.first }

    /// Puts `element` in.
    ///
    /// - Complexity: logarithmic.
    @inlinable public mutating func insert(_ element: Element, moved: (Element, Int) -> Void = { _, _ in }) {
        heap.append(element)
        rise(element, at: heap.count - 1, moved: moved)
    }

    /// Takes the least out; nil if there is none.
    ///
    /// - Complexity: logarithmic.
    @inlinable public mutating func popLeast(moved: (Element, Int) -> Void = { _, _ in }) -> Element? {
        heap.isEmpty ? nil : remove(at: 0, moved: moved)
    }

    /// Takes the element at `place` out.
    ///
    /// - Complexity: logarithmic.
    @inlinable public mutating func remove(at place: Int, moved: (Element, Int) -> Void = { _, _ in }) -> Element {
        let element = heap[place]
        let last = heap.removeLast()
        if place < heap.count { settle(last, at: place, moved: moved) }
        return element
    }

    /// Puts `element` in the place of the one at `place`.
    ///
    /// - Complexity: logarithmic.
    @inlinable public mutating func replace(
        at place: Int, with element: Element, moved: (Element, Int) -> Void = { _, _ in }
    ) { settle(element, at: place, moved: moved) }

    @inlinable mutating func settle(_ element: Element, at place: Int, moved: (Element, Int) -> Void) {
        if place > 0, element < heap[(place - 1) / 2] {
            rise(element, at: place, moved: moved)
        } else {
            sink(element, at: place, moved: moved)
        }
    }

    /// Moves the hole at `start` up to where `element` belongs.
    @inlinable mutating func rise(_ element: Element, at start: Int, moved: (Element, Int) -> Void) {
        var place = start
        while place > 0 {
            let parent = (place - 1) / 2
            guard element < heap[parent] else { break }
            heap[place] = heap[parent]
            moved(heap[place], place)
            place = parent
        }
        heap[place] = element
        moved(element, place)
    }

    /// Moves the hole at `start` down to where `element` belongs.
    @inlinable mutating func sink(_ element: Element, at start: Int, moved: (Element, Int) -> Void) {
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < element else { break }
            heap[place] = heap[child]
            moved(heap[place], place)
            place = child
        }
        heap[place] = element
        moved(element, place)
    }
}

extension BinaryHeap: Sendable where Element: Sendable {}
