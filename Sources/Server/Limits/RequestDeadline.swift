import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client takes too long to send a request.
///
/// From the opening of the connection to the end of the first request there is one limit, and the same from the head of
/// each later request to its end; between two requests a longer one holds. A client that is late with a body is told so.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What the client is expected to send.
    private enum State {
        case head
        case body
        case nothing
    }

    /// How long a connection may rest between two requests.
    static let rest = TimeAmount.seconds(60)

    private let limit: TimeAmount
    private var state = State.head
    private var scheduled: Scheduled<Void>?

    init(seconds: Double) {
        limit = .nanoseconds(Int64(seconds * 1e9))
    }

    func handlerAdded(context: ChannelHandlerContext) { expect(.head, within: limit, context) }

    func handlerRemoved(context: ChannelHandlerContext) { scheduled?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        scheduled?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: expect(.body, within: limit, context)
        case .body: break
        case .end: expect(.nothing, within: nil, context)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), state == .nothing {
            expect(.head, within: max(limit, Self.rest), context)
        }
        context.write(data, promise: promise)
    }

    private func expect(_ state: State, within limit: TimeAmount?, _ context: ChannelHandlerContext) {
        self.state = state
        scheduled?.cancel()
        guard let limit else { return scheduled = nil }
        let box = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        scheduled = context.eventLoop.scheduleTask(in: limit) {
            let (handler, context) = box.value
            handler.end(context)
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        if state == .body {
            let head = HTTPResponse(
                status: .requestTimeout, headerFields: [.connection: "close", .contentLength: "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.close(promise: nil)
    }
}
