import Files
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client takes too long to send a request.
///
/// From the opening of the connection to the end of the first request there is one limit, and the same from the head of
/// each later request to its end; between two requests a longer one holds. A client that is late with a body is told so,
/// unless it was answered already.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limit: TimeAmount
    private let rest: TimeAmount
    /// Whether the rest of a body is expected.
    private var awaitsBody = false
    /// Requests whose answer has not ended.
    private var unanswered = 0
    /// Whether the answer that is due has begun.
    private var hasBegun = false
    /// When the connection is closed, as things stand; nil while an answer is under way.
    private var due: NIODeadline?
    /// A look at that moment or, as moments move with every request, before it: then another one follows.
    private var look: (moment: NIODeadline, scheduled: Scheduled<Void>)?

    /// - Parameters:
    ///   - seconds: for a request.
    ///   - rest: between two requests, in seconds.
    init(seconds: Double, rest: Double) {
        limit = .nanoseconds(Int64(seconds * 1e9))
        self.rest = .nanoseconds(Int64(rest * 1e9))
    }

    func handlerAdded(context: ChannelHandlerContext) { end(in: limit, context) }

    func handlerRemoved(context: ChannelHandlerContext) { look?.scheduled.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        look?.scheduled.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            awaitsBody = true
            unanswered += 1
            end(in: limit, context)
        case .body: break
        case .end:
            awaitsBody = false
            due = nil
            if unanswered == 0 { end(in: rest, context) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head: hasBegun = true
        case .body: break
        case .end:
            hasBegun = false
            unanswered -= 1
            // Where the body is still expected, its own limit goes on.
            if unanswered == 0, !awaitsBody { end(in: rest, context) }
        }
        context.write(data, promise: promise)
    }

    private func end(in limit: TimeAmount, _ context: ChannelHandlerContext) {
        let moment = NIODeadline.now() + limit
        due = moment
        if let look, look.moment <= moment { return }
        look?.scheduled.cancel()
        look(at: moment, context)
    }

    private func look(at moment: NIODeadline, _ context: ChannelHandlerContext) {
        let box = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let scheduled = context.eventLoop.scheduleTask(deadline: moment) {
            let (handler, context) = box.value
            handler.look = nil
            guard let due = handler.due else { return }
            if due <= .now() { handler.end(context) } else { handler.look(at: due, context) }
        }
        look = (moment, scheduled)
    }

    private func end(_ context: ChannelHandlerContext) {
        if awaitsBody, unanswered == 1, !hasBegun {
            let error = RequestError(.requestTimeout, "timeout", "the body did not arrive in time", field: "body")
            let body = ByteBuffer(bytes: error.json.utf8)
            let head = HTTPResponse(
                status: error.status,
                headerFields: [
                    .connection: "close", .contentType: "application/json", .contentLength: "\(body.readableBytes)",
                ])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(body)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
        context.close(promise: nil)
    }
}
