import Kernels
import Testing
import Workflows

@Test(arguments: 0..<10)
func aHeapGivesItsElementsInOrder(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let values = (0..<Int.random(in: 0...60, using: &generator)).map { _ in Int.random(in: 0..<30, using: &generator) }
    var (whole, single) = (BinaryHeap(values), BinaryHeap<Int>())
    for value in values { single.insert(value) }
    #expect(whole.count == values.count && single.least == values.min())
    for value in values.sorted() { #expect(whole.popLeast() == value && single.popLeast() == value) }
    #expect(whole.isEmpty && single.popLeast() == nil)
}
