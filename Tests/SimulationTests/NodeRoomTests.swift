import Testing
import Workflows

@testable import Simulation

@Test func anEmptyNodeHasAllOfItsRoomAgain() {
    // In floating point, 0.9 - 0.2 - 0.7 + 0.2 + 0.7 is less than 0.9.
    var room = NodeRoom([Cluster.Node(name: "n", cores: 0.9, memoryBytes: 0.9)])
    let whole = 0.9 + 0.9 * NodeRoom.slack
    #expect(room.has(whole, 0, on: 0) && room.has(0, whole, on: 0))
    for size in [0.2, 0.7] { room.take(size, size, on: 0) }
    #expect(!room.has(0.001, 0, on: 0) && !room.has(0, 0.001, on: 0))
    room.giveBack(0.2, 0.2, on: 0)
    #expect(room.has(0.2, 0.2, on: 0) && !room.has(0.201, 0, on: 0) && !room.has(0, 0.201, on: 0))
    room.giveBack(0.7, 0.7, on: 0)
    #expect(room.has(whole, 0, on: 0) && room.has(0, whole, on: 0))
}
