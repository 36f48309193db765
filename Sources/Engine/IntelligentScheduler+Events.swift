extension IntelligentScheduler {
    /// What happens from now on, as it happens.
    ///
    ///     for await event in engine.events() { print(event) }
    ///
    /// Each reader has a stream of its own. The engine waits for none: one that does not read misses the oldest events, which
    /// it can tell by their numbers.
    public func events() -> AsyncStream<EngineEvent> { broadcast.events() }
}
