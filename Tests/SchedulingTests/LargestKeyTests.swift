import Kernels
import Testing

@testable import Scheduling

@Test func theLargestOfManyKeysIsFoundWhileTheyChange() {
    var generator = SeededGenerator(seed: 3)
    let count = 200
    let ranks = (0..<count).shuffled(using: &generator)
    var keys = LargestKeys(ranks: ranks)
    var known: [Int: Double] = [:]
    #expect(keys.first() == nil)
    for round in 0..<2000 {
        let place = Int.random(in: 0..<count, using: &generator)
        let key: Double? = round % 3 == 0 ? nil : Double(Int.random(in: -9...9, using: &generator))
        keys.set(place, key)
        known[place] = key
        #expect(keys.holds(place) == (key != nil))
        let most = known.values.max()
        #expect(keys.first() == known.keys.filter { known[$0] == most }.min { ranks[$0] < ranks[$1] })
    }
}

/// Places come and go, over the borders of blocks, and few values make many ties.
@Test func tiesAreFoundWherePlacesComeAndGo() {
    var generator = SeededGenerator(seed: 5)
    var keys = LargestKeys()
    var known: [(key: Double, rank: Int)] = []
    var ties: [Int: Int] = [:]
    var most = 0
    for round in 0..<4000 {
        let chance = Int.random(in: 0..<10, using: &generator)
        let grows = known.count < 3 || (chance < 5 && known.count < 210)
        let place = grows ? known.count : Int.random(in: known.indices, using: &generator)
        most = max(most, known.count)
        if grows || chance > 8 {
            let entry = (key: Double(Int.random(in: -2...60, using: &generator)), rank: round)
            keys.set(place, entry.key, rank: entry.rank)
            if place == known.count { known.append(entry) } else { known[place] = entry }
        } else {
            keys.remove(place)
            let last = known.removeLast()
            if place < known.count { known[place] = last }
        }
        let key = known.map(\.key).max()
        let largest = known.indices.filter { known[$0].key == key }.sorted { known[$0].rank < known[$1].rank }
        let first = keys.first()
        #expect(first == largest.first, "round \(round)")
        if let first { #expect(keys.tied(with: first) == largest.dropFirst().sorted(), "round \(round)") }
        ties[largest.count, default: 0] += 1
    }
    #expect(most > 150 && (ties[1] ?? 0) > 100 && (ties[2] ?? 0) > 100)
}
