/// Who of many comes first while what they come by changes: a tree whose inner places hold the winners of their halves.
///
/// The larger priority comes first, then the larger key, then the first in the list.
struct Tournament {
    private let priorities: [Double]
    private var keys: [Double]
    private var isIn: [Bool]
    /// A power of two, from which on the leaves would lie.
    private let width: Int
    private var winners: [Int32]

    /// A tournament that nobody is in yet.
    init(priorities: [Double]) {
        self.priorities = priorities
        keys = [Double](repeating: 0, count: priorities.count)
        isIn = [Bool](repeating: false, count: priorities.count)
        var width = 1
        while width < priorities.count { width *= 2 }
        self.width = width
        winners = [Int32](repeating: -1, count: 2 * width)
    }

    /// The one that comes first; nil if nobody is in.
    var first: Int? { winners[1] < 0 ? nil : Int(winners[1]) }

    func holds(_ member: Int) -> Bool { isIn[member] }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        if priorities[a] != priorities[b] { return priorities[a] > priorities[b] }
        return keys[a] != keys[b] ? keys[a] > keys[b] : a < b
    }

    /// Lets `member` come by `key`, or not at all.
    ///
    /// - Complexity: logarithmic.
    mutating func set(_ member: Int, _ key: Double?) {
        if isIn[member] == (key != nil), key == nil || key == keys[member] { return }
        isIn[member] = key != nil
        keys[member] = key ?? 0
        var place = width + member
        winners[place] = key == nil ? -1 : Int32(member)
        while place > 1 {
            let (one, other) = (winners[place], winners[place ^ 1])
            let winner = one < 0 ? other : other < 0 ? one : precedes(Int(one), Int(other)) ? one : other
            place /= 2
            // Above, a winner that stays is the same only if it is not the one whose key has changed.
            if winners[place] == winner, winner != Int32(member) { return }
            winners[place] = winner
        }
    }
}
