/// Sets of which those that share an element are one (union-find, Tarjan and van Leeuwen, 1984).
package struct DisjointGroups {
    private var leaders: [Int: Int] = [:]

    package init(_ groups: [[Int]]) {
        for group in groups {
            guard let first = group.first else { continue }
            leaders[first] = leaders[first] ?? first
            for other in group.dropFirst() {
                let (a, b) = (leader(first), leader(other))
                leaders[max(a, b)] = min(a, b)
            }
        }
    }

    private mutating func leader(_ element: Int) -> Int {
        var element = element
        while let next = leaders[element], next != element { element = next }
        leaders[element] = element
        return element
    }

    /// The sets of more than one element, each in order, by their least elements.
    package var groups: [[Int]] {
        var copy = self
        var members: [Int: [Int]] = [:]
        for element in leaders.keys.sorted() { members[copy.leader(element), default: []].append(element) }
        return members.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map(\.value)
    }
}
