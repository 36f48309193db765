import Kernels
import Layers
import NumericalChecks
import Tensors
import Testing

@Test func groupsHaveTheMeansOfTheirRows() {
    let groups = GroupMeans(of: [[0, 2], [1], [], [2, 1, 0]], rows: 3)
    let means = groups(Tensor([1, 10, 2, 20, 6, 60], shape: [3, 2]))
    #expect(means.shape == [4, 2])
    #expect(zip(means.scalars, [3.5, 35, 2, 20, 0, 0, 3, 30]).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    #expect(GroupMeans(of: [], rows: 3)(.zeros([3, 2])).shape == [0, 2])
    #expect(GroupMeans(of: [[]], rows: 0)(.zeros([0, 2])).scalars == [0, 0])
}

@Test(arguments: 1...3 as ClosedRange<UInt64>)
func gradientsOfGroupMeansAreThoseOfDifferenceQuotients(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for (rows, width, count) in [(1, 1, 1), (5, 3, 7), (13, 2, 4)] {
        let members = (0..<count).map { _ in (0..<rows).filter { _ in generator.uniform() < 0.4 } }
        let groups = GroupMeans(of: members, rows: rows)
        let x = Tensor.normal([rows, width], standardDeviation: 1, using: &generator)
        let error = directionalGradientError(of: { groups($0[0]) * groups($0[0]) }, at: [x], seed: seed)
        #expect(error < 2e-3, "\(rows) rows")
    }
}
