import Files
import Testing

@Test(arguments: [0, 1, 3, 1000])
func whatComesOfElementsStandsInTheirOrder(count: Int) {
    let elements = Array(0..<count)
    #expect(concurrentMap(elements) { $0 * $0 } == elements.map { $0 * $0 })
}
