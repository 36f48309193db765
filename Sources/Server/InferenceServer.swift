import Engine
import Files
import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Settings

/// Serves the decisions of an engine over HTTP until it is told to stop.
///
/// Listens on loopback unless tokens say who may ask. While it runs it follows the registry and writes the journal through
/// to the disk; at the end it answers what was asked before and closes.
public struct InferenceServer: Sendable {
    /// How often the registry is looked at.
    static let followInterval = Duration.milliseconds(200)
    /// How often the journal is put on the disk.
    static let synchronizeInterval = Duration.seconds(1)
    /// How often the database is filled from the journal: the oftener, the less waits for it in memory, or is read back.
    static let fillInterval = Duration.milliseconds(250)
    /// From the beginning until the code that only starting needed is given back.
    static let settlingTime = Duration.milliseconds(500)
    /// Connections at a time; more wait until one closes.
    static let connections = 1024

    let engine: IntelligentScheduler
    let logger: Logger
    private let settings: Settings.Server
    private let onListening: @Sendable (_ host: String, _ port: Int) -> Void

    /// A server of `engine`, which keeps to the engine's settings.
    ///
    /// - Parameter onListening: called with the address once it listens.
    /// - Throws: `InputError` if it would listen beyond this machine without tokens.
    public init(
        _ engine: IntelligentScheduler, logger: Logger = Logger(label: "tactus"),
        onListening: @escaping @Sendable (_ host: String, _ port: Int) -> Void = { _, _ in }
    ) throws {
        self.engine = engine
        self.logger = logger
        self.onListening = onListening
        settings = engine.settings.server
        try Self.check(settings)
    }

    /// Refuses to listen beyond this machine without tokens.
    public static func check(_ settings: Settings.Server) throws {
        guard !settings.tokens.isEmpty || Settings.Server.isLoopback(settings.host) else {
            throw InputError(
                "\(settings.host) can be reached from elsewhere, and no tokens say who may ask; "
                    + "add tokens (tactus token makes one) or listen on 127.0.0.1", field: "server.host")
        }
    }

    /// Answers until the process is told to stop (SIGTERM or SIGINT), then finishes what is under way.
    ///
    /// - Throws: `InputError` if the address cannot be listened on.
    public func run() async throws {
        let (application, events) = (application, engine.events())
        // What failed before anyone listened.
        let problems = engine.problems.map(\.reason)
        for why in problems { logger.error("\(why)") }
        if let why = engine.degradation, !problems.contains(why) { logger.warning("\(why)") }
        giveBackFreedMemory()
        async let _ = settle()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService() }
            group.addTask { await tell(events) }
            group.addTask { await follow() }
            group.addTask {
                await repeating(Self.synchronizeInterval) { await logging { try await engine.synchronize() } }
            }
            group.addTask { await repeating(Self.fillInterval) { await logging { try await engine.fillDatabase() } } }
            defer { group.cancelAll() }
            do {
                try await group.next()
            } catch let error as IOError {
                throw InputError(
                    "cannot listen on \(settings.host), port \(settings.port): \(Self.reason(error))",
                    field: "server.port")
            }
        }
        try await engine.synchronize()
        try await engine.fillDatabase()
    }

    private static func reason(_ error: IOError) -> String {
        switch error.errnoCode {
        case EADDRINUSE: "the port is in use"
        case EACCES: "that port needs more rights"
        case EADDRNOTAVAIL: "this machine has no such address"
        default: "the system refuses (\(error.errnoCode))"
        }
    }

    /// The application, also for tests without a network.
    var application: some ApplicationProtocol {
        let (seconds, rest) = (settings.requestSeconds, settings.idleSeconds)
        let server = HTTPServerBuilder { responder in
            LoopThreadChannel(
                base: HTTP1Channel(
                    responder: responder,
                    configuration: .init(additionalChannelHandlers: [RequestDeadline(seconds: seconds, rest: rest)])))
        }
        let configuration = ApplicationConfiguration(
            address: .hostname(settings.host, port: settings.port),
            availableConnectionsDelegate: MaximumAvailableConnections(Self.connections, logger: quiet))
        let (host, onListening) = (settings.host, onListening)
        return Application(
            responder: RouteResponder(engine, logger: logger), server: server, configuration: configuration,
            onServerRunning: { channel in onListening(host, channel.localAddress?.port ?? 0) }, logger: quiet)
    }

    /// The logger for the framework: what it has to say is answered, counted or logged here already. It notes something for
    /// every request, which one that only leaves it out of the log would put in form first.
    private var quiet: Logger { Logger(label: logger.label) { _ in SwiftLogNoOpLogHandler() } }

    /// Once the first have been answered, the code that only starting needed goes back to the system.
    private func settle() async {
        guard (try? await Task.sleep(for: Self.settlingTime)) != nil else { return }
        _ = try? await offload(giveBackCode)
    }

    /// Looks at the registry again and again. A look that leads to the loading of a version keeps no later one waiting.
    private func follow() async {
        await withDiscardingTaskGroup { looks in
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.followInterval)
                looks.addTask { _ = await engine.followRegistry() }
            }
        }
    }

    /// A line of the log for each event. What a version took to load, and what one left behind, goes back to the system: memory
    /// that was freed, and the code that only reads and tests a version.
    private func tell(_ events: AsyncStream<EngineEvent>) async {
        for await event in events {
            logger.log(level: event.isFailure ? .error : .notice, "\(event)")
            guard event.freesMemory else { continue }
            _ = try? await offload {
                giveBackFreedMemory()
                giveBackCode()
            }
        }
    }

    /// Does what `body` does, and says in the log where that failed.
    private func logging(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            let problem = (error as? InputError)?.problem ?? "an unexpected error"
            logger.error("the decisions cannot be written through: \(problem)")
        }
    }
}

/// Calls `body` again and again, with `interval` between, until the task is cancelled.
private func repeating(_ interval: Duration, _ body: @Sendable () async -> Void) async {
    while !Task.isCancelled {
        try? await Task.sleep(for: interval)
        await body()
    }
}
