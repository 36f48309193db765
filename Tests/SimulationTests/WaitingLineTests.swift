import Kernels
import Simulation
import Testing

@Test(arguments: 1...20)
func theLineIsASortedListWithGaps(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var line = WaitingLine()
    var list: [WaitingLine.Entry] = []
    for task in 0..<2000 {
        if list.isEmpty || Int.random(in: 0..<3, using: &generator) > 0 {
            let entry = WaitingLine.Entry(
                priority: Double(Int.random(in: 0..<3, using: &generator)),
                key: Double(Int.random(in: 0..<50, using: &generator)), task: task,
                cores: Double(Int.random(in: 1...9, using: &generator)),
                memory: Double(Int.random(in: 1...9, using: &generator)))
            line.insert(entry)
            list.insert(entry, at: list.firstIndex { entry.precedes($0) } ?? list.count)
        } else {
            let (cores, memory) = (
                Double.random(in: 0..<10, using: &generator), Double.random(in: 0..<10, using: &generator)
            )
            var position = WaitingLine.Position()
            let found = line.next(from: &position) { $0 <= cores && $1 <= memory }
            let place = list.firstIndex { $0.cores <= cores && $0.memory <= memory }
            #expect(found?.task == place.map { list[$0].task })
            guard let place else { continue }
            line.remove(at: position)
            list.remove(at: place)
        }
        #expect(line.count == list.count)
    }
    var position = WaitingLine.Position()
    var tasks: [Int] = []
    while let entry = line.next(from: &position, where: { _, _ in true }) {
        tasks.append(entry.task)
        position.advance()
    }
    #expect(tasks == list.map(\.task) && tasks.count > 200)
}

@Test func eventsComeInTheOrderOfTimeThenOfInsertion() {
    var generator = SeededGenerator(seed: 3)
    var queue = EventQueue()
    var list: [(moment: Double, task: Int)] = []
    for task in 0..<500 {
        let moment = Double(Int.random(in: 0..<40, using: &generator))
        queue.insert(task, at: moment)
        list.append((moment, task))
    }
    list.sort { ($0.moment, $0.task) < ($1.moment, $1.task) }
    for entry in list { #expect(queue.earliest == entry.moment && queue.pop() == entry.task) }
    #expect(queue.isEmpty)
}
