import Kernels
import Testing

@testable import Scheduling

@Test func aDescendingOrderIsStable() {
    for seed in 0..<30 {
        var generator = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 0...900, using: &generator)
        let keys = (0..<count).map { place -> Double in
            switch seed % 3 {
            case 0: Double(Int.random(in: -4...4, using: &generator)) * (place % 2 == 0 ? 1 : -0.0)
            case 1: Double(generator.normal()) * 1e-300
            default: (generator.uniformDouble() - 0.5) * [1, 1e300, 1e-9][place % 3]
            }
        }
        let base = (0..<Int32(count)).shuffled(using: &generator)
        var (order, sorting) = (base, DescendingOrder(count: count))
        for _ in 0..<2 {
            sorting.sort(base, by: keys, into: &order)
            let expected = base.enumerated().sorted { first, second in
                let (a, b) = (keys[Int(first.element)], keys[Int(second.element)])
                return a != b ? a > b : first.offset < second.offset
            }
            #expect(order == expected.map(\.element), "seed \(seed)")
        }
    }
}

@Test func aReadySetKnowsWhatIsInItsLowestClasses() {
    var generator = SeededGenerator(seed: 3)
    let (count, classes) = (9000, 5)
    var set = ReadyBits(count: count, classCount: classes)
    var held: [Int: Int] = [:]
    for round in 0..<40 {
        for _ in 0..<50 {
            let place = Int.random(in: 0..<count, using: &generator)
            if let kind = held.removeValue(forKey: place) {
                set.remove(place, kind)
            } else {
                held[place] = Int.random(in: 0..<classes, using: &generator)
                set.insert(place, held[place] ?? 0)
            }
        }
        for lowest in 0...classes {
            var found: [Int] = []
            for group in 0..<set.groupCount {
                for word in 0..<64 where set.words(in: group, classes: lowest) >> UInt64(word) & 1 == 1 {
                    let places = set.places(in: group * 64 + word, classes: lowest)
                    #expect(places != 0)
                    found += (0..<64).filter { places >> UInt64($0) & 1 == 1 }.map { (group * 64 + word) * 64 + $0 }
                }
            }
            #expect(found == held.filter { $0.value < lowest }.map(\.key).sorted(), "round \(round)")
        }
    }
    set.clear()
    #expect((0..<set.groupCount).allSatisfy { set.words(in: $0, classes: classes) == 0 })
}

@Test func anEndQueueGivesTheFirst() {
    var generator = SeededGenerator(seed: 5)
    var queue = EndQueue(capacity: 500)
    var ends: [Int: Double] = [:]
    for task in 0..<500 {
        ends[task] = Double(Int.random(in: 0...40, using: &generator)) / 4
        queue.push(task, at: ends[task] ?? 0)
        if task % 3 == 2 {
            let first = queue.first
            #expect(ends.values.min() == ends[first])
            ends[first] = nil
            queue.pop()
        }
    }
    while !queue.isEmpty {
        #expect(ends.values.min() == ends[queue.first])
        ends[queue.first] = nil
        queue.pop()
    }
    #expect(ends.isEmpty)
}

@Test func demandsArePutIntoClassesThatRise() {
    var generator = SeededGenerator(seed: 8)
    for limit in [1, 4, 12] {
        let demands = (0..<400).map { place in
            place % 2 == 0 ? 200 : Double(Int.random(in: 1...300, using: &generator))
        }
        let classes = DemandClasses(demands, limit: limit)
        #expect(classes.count <= 2 * limit && zip(classes.least, classes.least.dropFirst()).allSatisfy { $0 < $1 })
        for (demand, number) in zip(demands, classes.ofTask) {
            #expect(classes.least[Int(number)] <= demand)
            #expect(Int(number) == classes.count - 1 || demand < classes.least[Int(number) + 1])
        }
        // Half of the tasks have the one demand.
        #expect(limit == 1 || classes.least.contains(200))
    }
    let few = DemandClasses([3, 1, 2, 3, 0], limit: 4)
    #expect(few.least == [0, 1, 2, 3] && few.ofTask == [3, 1, 2, 3, 0])
    #expect(DemandClasses([], limit: 4).count == 0)
}

@Test func aStaticKeyIsTheLevelWeightedByTheDemand() {
    let classes = DemandClasses([1, 200], limit: 4)
    var keys = [0.0, 0]
    CumulativeKey(scale: 100).write(levels: [10, 5], demands: [1, 200], classes: classes, into: &keys)
    #expect(abs(keys[0] - 10.1) < 1e-12 && abs(keys[1] - 15) < 1e-12)
    var key = CumulativeKey(scale: 100, classCount: 2)
    key.logarithms[1] = 1
    key.write(levels: [10, 5], demands: [1, 200], classes: classes, into: &keys)
    #expect(abs(keys[0] - 10.1) < 1e-12 && abs(keys[1] - 15 * 2.718281828459045) < 1e-9)
    let scales = CumulativeKey.scales(40, cores: 6000)
    #expect(scales.count == 40 && abs(scales[0] - 20) < 1e-9 && abs(scales[39] - 5000) < 1e-6)
    #expect(CumulativeKey.scales(1, cores: 300) == [1])
}
