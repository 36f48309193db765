import Decisions
import Files
import NIOConcurrencyHelpers
import Testing

@testable import Engine

private func model(_ version: Int) -> EngineEvent.Kind {
    .released(ModelReference(name: "predictor", version: version, digest: "d"))
}

@Test func everyListenerHearsEverythingInOrder() async throws {
    let moment = NIOLockedValueBox(0.0)
    let broadcast = EventBroadcast {
        moment.withLockedValue { moment in
            moment += 1
            return moment
        }
    }
    broadcast.publish(model(1))
    let streams = [broadcast.events(), broadcast.events()]
    for version in 2...5 { broadcast.publish(model(version)) }
    let late = broadcast.events()
    broadcast.publish(model(6))
    for stream in streams {
        let heard = await stream.upTo { $0 == model(6) }
        #expect(heard.map(\.number) == [2, 3, 4, 5, 6] && heard.map(\.kind) == (2...6).map(model))
        #expect(heard.map(\.at) == [2, 3, 4, 5, 6])
    }
    #expect(await late.upTo { $0 == model(6) }.map(\.number) == [6])
}

@Test func oneWhoDoesNotReadHoldsNoOneUp() async throws {
    let broadcast = EventBroadcast { 0 }
    let sleeper = broadcast.events()
    let count = 3 * EventBroadcast.capacity
    for version in 1...count { broadcast.publish(model(version)) }
    // It finds the newest, and can tell by their numbers that it missed others.
    let heard = await sleeper.upTo { $0 == model(count) }
    #expect(heard.map(\.number) == Array((count - EventBroadcast.capacity + 1)...count))
}

@Test func whoStopsListeningIsForgotten() async throws {
    let broadcast = EventBroadcast { 0 }
    let reader = Task { for await _ in broadcast.events() {} }
    while broadcast.listeners == 0 { await Task.yield() }
    reader.cancel()
    await reader.value
    #expect(broadcast.listeners == 0)
    do {
        let stream = broadcast.events()
        broadcast.publish(model(1))
        _ = await stream.upTo { _ in true }
    }
    #expect(broadcast.listeners == 0)
}

@Test func anEngineThatIsGoneEndsItsStreams() async throws {
    var broadcast: EventBroadcast? = EventBroadcast { 0 }
    let stream = try #require(broadcast?.events())
    broadcast?.publish(model(1))
    broadcast = nil
    var heard: [Int] = []
    for await event in stream { heard.append(event.number) }
    #expect(heard == [1])
}
