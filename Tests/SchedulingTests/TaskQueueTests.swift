import Kernels
import Scheduling
import Testing

@Test(arguments: 0..<20)
func theQueueIsASortedList(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    func some(_ range: ClosedRange<Int>) -> Double { Double(Int.random(in: range, using: &generator)) }
    var queue = TaskQueue(ageing: Ageing(secondsPerLevel: 10), largestLead: 25)
    var list: [(entry: TaskQueue.Entry, order: Int)] = []
    func sorted() -> [TaskQueue.Entry] {
        list.sorted { a, b in
            let (first, second) = (queue.key(of: a.entry), queue.key(of: b.entry))
            return first != second ? first < second : a.order < b.order
        }.map(\.entry)
    }
    for step in 0..<400 {
        switch Int.random(in: 0..<5, using: &generator) {
        case 0...2:
            let entry = TaskQueue.Entry(
                id: "t\(Int(some(0...60)))", priority: some(-1...3), since: some(0...40),
                deadlineAt: Bool.random(using: &generator) ? some(0...60) : nil, durationSeconds: some(0...5))
            queue.insert(entry)
            if let place = list.firstIndex(where: { $0.entry.id == entry.id }) {
                list[place].entry = entry
            } else {
                list.append((entry, step))
            }
        case 3:
            let id = "t\(Int(some(0...60)))"
            #expect(queue.remove(id) == list.first { $0.entry.id == id }?.entry)
            list.removeAll { $0.entry.id == id }
        default:
            let first = sorted().first
            #expect(queue.first == first && queue.popFirst() == first)
            list.removeAll { $0.entry.id == first?.id }
        }
        #expect(queue.count == list.count && queue.isEmpty == list.isEmpty)
    }
    for entry in list.map(\.entry) { #expect(queue[entry.id] == entry) }
    var left: [TaskQueue.Entry] = []
    for expected in sorted() {
        let entry = queue.popFirst()
        #expect(entry == expected)
        if let entry { left.append(entry) }
    }
    #expect(left.count == list.count && queue.popFirst() == nil && queue["t0"] == nil)
}

@Test func equalsComeInTheOrderInWhichTheyCame() {
    var queue = TaskQueue()
    for id in ["c", "a", "b"] { queue.insert(.init(id: id, since: 5)) }
    // One that is changed to what it was keeps its place.
    queue.insert(.init(id: "c", priority: 1, since: 5))
    queue.insert(.init(id: "c", since: 5))
    #expect([queue.popFirst(), queue.popFirst(), queue.popFirst()].map { $0?.id } == ["c", "a", "b"])
}

@Test func aDeadlineMakesUrgentInTime() {
    var queue = TaskQueue(ageing: Ageing(secondsPerLevel: 100), largestLead: 300)
    queue.insert(.init(id: "old", since: 0))
    queue.insert(.init(id: "due", since: 200, deadlineAt: 90, durationSeconds: 100))
    queue.insert(.init(id: "later", since: 200, deadlineAt: 400, durationSeconds: 100))
    queue.insert(.init(id: "urgent", priority: 2, since: 190))
    #expect(["due", "urgent", "old", "later"].allSatisfy { queue.popFirst()?.id == $0 })
    // The lead is bounded for priorities and deadlines alike.
    #expect(queue.key(of: .init(id: "x", priority: 50, since: 1000)) == 700)
    #expect(queue.key(of: .init(id: "x", since: 1000, deadlineAt: 0)) == 700)
}

/// A server takes one task a second while two of large priority come: only ageing saves the small one.
@Test(arguments: [(0.0, 3.0), (1, 3), (0, 10), (-2, 3)])
func theWaitIsBounded(priority: Double, largest: Double) {
    let ageing = Ageing(secondsPerLevel: 20)
    var queue = TaskQueue(ageing: ageing, largestLead: largest * 20)
    var taken: [TaskQueue.Entry] = []
    queue.insert(.init(id: "small", priority: priority, since: 0))
    // From here on nothing that comes can pass it, and it is behind those that wait.
    let bound = largest * 20 - priority * 20
    var waiting: Int?
    for second in 1... {
        let now = Double(second)
        if now >= bound, waiting == nil { waiting = queue.count }
        for number in 0..<2 { queue.insert(.init(id: "large \(second).\(number)", priority: largest, since: now)) }
        guard let next = queue.popFirst() else { break }
        taken.append(next)
        if next.id == "small" { break }
    }
    #expect(taken.last?.id == "small")
    #expect(taken.allSatisfy { $0.id == "small" || $0.since < bound })
    // No sooner than the bound says: two come a second and one is taken.
    #expect(Double(taken.count) > bound && Double(taken.count) <= bound + Double(waiting ?? 0))
    #expect(ageing.passingSeconds(priority: priority, largest: largest) == bound)
}

@Test func withoutAgeingTheSmallOneStarves() {
    var queue = TaskQueue(ageing: Ageing(secondsPerLevel: 1e9))
    queue.insert(.init(id: "small", since: 0))
    for second in 1...2000 {
        for number in 0..<2 { queue.insert(.init(id: "\(second).\(number)", priority: 1, since: Double(second))) }
        #expect(queue.popFirst()?.id != "small")
    }
}

@Test func urgencyGrowsByOneLevelInItsTime() {
    let ageing = Ageing(secondsPerLevel: 50)
    #expect(ageing.urgency(priority: 1, since: 100, now: 200) == 3)
    #expect(ageing.key(priority: 1, since: 100) == 50)
    #expect(ageing.passingSeconds(priority: 5, largest: 2) == 0)
}
