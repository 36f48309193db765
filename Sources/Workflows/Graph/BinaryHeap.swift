/// Elements of which the least is always at hand: a binary heap (Williams, 1964).
///
/// `elements[0]` is the least, and no element is less than the one at half of its place. Whoever keeps the places of
/// elements, so as to change or remove one that is not the least, is told by `moved` of each that has come to lie
/// elsewhere; with the empty closure that costs nothing.
package struct BinaryHeap<Element: Comparable> {
    /// All elements, the least first, the others in no order to rely on.
    @usableFromInline package private(set) var elements: [Element] = []

    /// A heap without elements.
    @inlinable package init() {}

    /// A heap of `elements`.
    ///
    /// - Complexity: linear (Floyd, 1964).
    @inlinable package init(_ elements: [Element]) {
        self.elements = elements
        for place in (0..<(elements.count / 2)).reversed() { sink(self.elements[place], at: place) { _, _ in } }
    }

    @inlinable package var count: Int { elements.count }
    @inlinable package var isEmpty: Bool { elements.isEmpty }
    /// The least element.
    @inlinable package var least: Element? { elements.first }

    /// Puts `element` in.
    ///
    /// - Complexity: logarithmic.
    @inlinable package mutating func insert(_ element: Element, moved: (Element, Int) -> Void = { _, _ in }) {
        elements.append(element)
        rise(element, at: elements.count - 1, moved: moved)
    }

    /// Takes the least out; nil if there is none.
    ///
    /// - Complexity: logarithmic.
    @inlinable package mutating func popLeast(moved: (Element, Int) -> Void = { _, _ in }) -> Element? {
        elements.isEmpty ? nil : remove(at: 0, moved: moved)
    }

    /// Takes the element at `place` out.
    ///
    /// - Complexity: logarithmic.
    @inlinable package mutating func remove(at place: Int, moved: (Element, Int) -> Void = { _, _ in }) -> Element {
        let element = elements[place]
        let last = elements.removeLast()
        if place < elements.count { settle(last, at: place, moved: moved) }
        return element
    }

    /// Puts `element` in the place of the one at `place`.
    ///
    /// - Complexity: logarithmic.
    @inlinable package mutating func replace(
        at place: Int, with element: Element, moved: (Element, Int) -> Void = { _, _ in }
    ) { settle(element, at: place, moved: moved) }

    @inlinable mutating func settle(_ element: Element, at place: Int, moved: (Element, Int) -> Void) {
        if place > 0, element < elements[(place - 1) / 2] {
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
            guard element < elements[parent] else { break }
            elements[place] = elements[parent]
            moved(elements[place], place)
            place = parent
        }
        elements[place] = element
        moved(element, place)
    }

    /// Moves the hole at `start` down to where `element` belongs.
    @inlinable mutating func sink(_ element: Element, at start: Int, moved: (Element, Int) -> Void) {
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < elements.count else { break }
            if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
            guard elements[child] < element else { break }
            elements[place] = elements[child]
            moved(elements[place], place)
            place = child
        }
        elements[place] = element
        moved(element, place)
    }
}

extension BinaryHeap: Sendable where Element: Sendable {}
