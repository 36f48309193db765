import Dispatch
import Files
import TestSupport
import Testing

@testable import Server

/// Only a short question to what is quick is answered on the thread of a connection, which has others to look after.
@Test(arguments: [(true, 100, true), (true, Route.short + 1, false), (false, 0, false), (false, 100_000, false)])
func whatMayTakeLongLeavesTheThreadOfItsConnection(isQuick: Bool, bytes: Int, staysThere: Bool) async throws {
    try await TemporaryFolder.with { (folder: TemporaryFolder) async throws -> Void in
        let (queue, mark) = (DispatchQueue(label: "connection"), DispatchSpecificKey<Bool>())
        queue.setSpecific(key: mark, value: true)
        let route = Route(.post, "/", role: nil, "Tells where it runs.", answer: nil, isQuick: isQuick) { _ in
            Reply(.bool(DispatchQueue.getSpecific(key: mark) == true))
        }
        let exchange = Exchange(
            engine: try await TestServer(in: folder).engine, metrics: ServerMetrics(), parameters: [:],
            body: [UInt8](repeating: 32, count: bytes), caller: "test")
        let reply = try await withTaskExecutorPreference(TaskThread { body in queue.async { body() } }) {
            try await route.answer(exchange)
        }
        #expect(reply.body == "\(staysThere)")
    }
}
