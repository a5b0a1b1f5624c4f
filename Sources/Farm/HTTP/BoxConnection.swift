import NIOCore
import NIOHTTP1
import NIOPosix

/// One client's connection: gathers requests, hands them over one after the other and writes what comes back.
///
/// Lives on its event loop, with the box it belongs to.
final class BoxConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    /// The box that answers.
    protocol Service: AnyObject {
        /// A request is whole. The service answers it now or later, with `send` or with `begin` … `end`.
        func handle(_ call: HTTPCall, on connection: BoxConnection)
        func opened(_ connection: BoxConnection)
        /// The client is gone, or the connection is closed for another reason.
        func left(_ connection: BoxConnection)
        var clock: FarmClock { get }
    }

    private let service: any Service
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    /// Bytes that arrived while an answer was open: pipelined requests.
    private var waiting = CircularBuffer<HTTPServerRequestPart>()
    private var isAnswering = false
    private var isDraining = false
    private var closes = false
    /// Written and not yet flushed.
    var out = ByteBuffer()
    /// The number of the answer that is open here, if the service gave it one.
    var openAnswer: Int?

    init(service: any Service) {
        self.service = service
    }

    // MARK: Calls of the service

    /// A whole answer, and its end.
    func send(_ answer: HTTPAnswer) {
        guard let head else { return }
        out.writeHead(
            status: answer.status, contentType: answer.contentType, length: answer.body.readableBytes,
            location: answer.location, retryAfter: answer.retryAfter, close: closes, now: service.clock.unixNow())
        if head.method != .HEAD { out.writeImmutableBuffer(answer.body) }
        end()
    }

    /// The head of an answer that comes in chunks, or of one that is to be cut short when `length` is given.
    func begin(status: Int, contentType: String, length: Int? = nil) {
        out.writeHead(
            status: status, contentType: contentType, length: length, close: closes, now: service.clock.unixNow())
    }

    /// The open answer is all written.
    func end() {
        isAnswering = false
        openAnswer = nil
        head = nil
    }

    /// Sends what is written and goes on with what the client sent meanwhile.
    func flush() {
        guard let context else { return }
        guard isAnswering || !closes else { return cut(.close) }
        if out.readableBytes > 0 {
            let bytes = out
            out = context.channel.allocator.buffer(capacity: 256)
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
        // An answer that is ready at once gets here again, from within.
        guard !isDraining else { return }
        isDraining = true
        while !isAnswering, !waiting.isEmpty { take(waiting.removeFirst()) }
        isDraining = false
    }

    /// Sends what is written, then ends the connection so.
    func cut(_ end: FarmFault.Cut) {
        guard let context else { return }
        isAnswering = true
        openAnswer = nil
        waiting.removeAll()
        let bytes = out
        out = ByteBuffer()
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in bound.value.close(end) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: written)
    }

    /// Ends the connection now, whatever is under way.
    func reset() {
        openAnswer = nil
        close(.reset)
    }

    private func close(_ end: FarmFault.Cut) {
        guard let context else { return }
        switch end {
        case .close:
            context.close(promise: nil)
        case .halfClose:
            context.close(mode: .output, promise: nil)
        case .reset:
            // With no time to linger, closing sends a reset.
            if let socket = context.channel as? any SocketOptionProvider {
                socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
                    self.context?.close(promise: nil)
                }
            } else {
                context.close(promise: nil)
            }
        }
    }

    // MARK: Calls of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { service.opened(self) }
    }

    func channelActive(context: ChannelHandlerContext) {
        service.opened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        service.left(self)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if isAnswering || !waiting.isEmpty {
            waiting.append(part)
        } else {
            take(part)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !isAnswering else { return context.close(promise: nil) }
        out.writeStaticString(
            "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")
        out.writeStaticString("400 Bad Request")
        closes = true
        flush()
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head):
            self.head = head
            body = ByteBuffer()
            closes = !head.isKeepAlive
            if head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" }) {
                context?.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
            }
        case .body(var bytes):
            // A body in one piece, the usual case, is not copied.
            if body.readableBytes == 0 { body = bytes } else { body.writeBuffer(&bytes) }
        case .end:
            guard let head else { return }
            isAnswering = true
            service.handle(
                HTTPCall(method: head.method, target: head.uri, headers: head.headers, body: body), on: self)
        }
    }
}
