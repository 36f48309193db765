import Files
import HummingbirdCore
import Logging
import NIOCore

/// Answers the requests of a connection on the thread that reads and writes it.
///
/// Elsewhere each request would be handed from thread to thread several times, which costs more than a forecast. What may take
/// long is answered elsewhere (``Route/answer(_:)``): a thread has other connections too.
struct LoopThreadChannel: ServerChildChannel {
    /// What handles the connection.
    let base: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        let loop = value.channel.eventLoop
        await withTaskExecutorPreference(TaskThread { loop.execute($0) }) {
            await base.handle(value: value, logger: logger)
        }
    }
}
