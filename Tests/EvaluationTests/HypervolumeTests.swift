import Kernels
import Testing

@testable import Evaluation

private func draw(_ count: Int, _ figures: Int, upTo most: Int, _ generator: inout SeededGenerator) -> [[Double]] {
    (0..<count).map { _ in (0..<figures).map { _ in Double(Int.random(in: 0...most, using: &generator)) } }
}

/// Cells of a grid that a point dominates, counted one by one.
@Test(arguments: 1...20) func theHypervolumeIsTheCountOfCells(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for figures in 1...4 {
        let values = draw(Int.random(in: 0...8, using: &generator), figures, upTo: 5, &generator)
        let reference = draw(1, figures, upTo: 5, &generator)[0]
        var cells = 0
        func count(_ cell: [Double]) {
            guard cell.count < figures else {
                if values.contains(where: { zip($0, cell).allSatisfy { $0 <= $1 } }) { cells += 1 }
                return
            }
            for next in stride(from: 0, to: reference[cell.count], by: 1) { count(cell + [next]) }
        }
        count([])
        #expect(Hypervolume.volume(of: values, to: reference) == Double(cells))
    }
}
