public import NIOCore
import NIOSSL

/// One connection to an instance: sends a request, parses the answer, goes back to its pool.
///
/// Lives on its pool's event loop and is touched only there. One request at a time.
///
/// Its hot properties are not checked for exclusive access at run time, since no access can meet another: on that one
/// loop, `parser` and `held` are changed by methods that are given bytes and call nobody, the consumer is called behind
/// them, and the others are read and set whole.
public final class UpstreamChannel: ChannelDuplexHandler {
    /// Bytes as they come.
    public typealias InboundIn = ByteBuffer
    /// Nothing is written from behind.
    public typealias OutboundIn = ByteBuffer
    /// Bytes as they go.
    public typealias OutboundOut = ByteBuffer

    private enum Phase {
        /// Made, not connected; nothing to send yet.
        case new
        /// Waiting for a connection, to send this.
        case connecting(request: ByteBuffer)
        case idle
        case busy
        case closed
    }

    package let originIndex: Int
    /// The pool's for this origin, when it was made.
    let epoch: UInt32
    private let pool: UpstreamPool
    private let usesTLS: Bool
    private var context: ChannelHandlerContext?
    @exclusivity(unchecked) private var consumer: (any UpstreamConsumer)?
    @exclusivity(unchecked) private var parser = ResponseParser()
    /// A head that has not arrived whole.
    @exclusivity(unchecked) private var held = ByteBuffer()
    @exclusivity(unchecked) private var phase = Phase.new
    private var isReused = false
    private var readIsHeld = false
    @exclusivity(unchecked) private var socket: DirectSocket?
    /// Some of the request is still queued inside NIO.
    @exclusivity(unchecked) private var isWriting = false
    /// Tick of the pool at which it was parked.
    private(set) var idleSince: UInt32 = 0
    /// Tick of the pool at which it was made, and how many it may be used.
    private let madeAt: UInt32
    private let lifetime: UInt32
    /// The connection ended by an error: not in order.
    private var isBroken = false

    init(pool: UpstreamPool, originIndex: Int, epoch: UInt32, usesTLS: Bool, lifetime: UInt32) {
        self.pool = pool
        self.originIndex = originIndex
        self.epoch = epoch
        self.usesTLS = usesTLS
        self.lifetime = lifetime
        madeAt = pool.tick
    }

    /// Sends `request` (complete HTTP/1.1 bytes) and gives the answer to `consumer`, who may be called before this
    /// returns. Once per ``UpstreamPool/take(_:fresh:)``.
    public func start(_ request: ByteBuffer, for consumer: any UpstreamConsumer) {
        self.consumer = consumer
        if case .new = phase {
            phase = .connecting(request: request)
            pool.connect(self)
        } else {
            isReused = true
            write(request)
        }
    }

    /// From here on the answer is for another consumer. Nothing where the call has ended.
    public func handOver(to consumer: any UpstreamConsumer) {
        guard self.consumer != nil else { return }
        self.consumer = consumer
    }

    /// Parked and open.
    var isIdle: Bool { if case .idle = phase { true } else { false } }

    /// Has been used for as long as it may.
    var isAged: Bool { pool.tick &- madeAt >= lifetime }

    /// Ends the call: no event comes any more. A connection in use is closed, which tells the instance to stop.
    public func abort() {
        consumer = nil
        switch phase {
        case .new, .connecting, .idle, .closed: break
        case .busy: cut()
        }
    }

    /// The consumer can take bytes again.
    public func resumeReading() {
        guard readIsHeld else { return }
        readIsHeld = false
        context?.read()
    }

    func close() {
        phase = .closed
        context?.close(promise: nil)
    }

    /// Closes without a goodbye, and without waiting for one as TLS does: the instance has to stop now.
    private func cut() {
        phase = .closed
        closeTransport()
    }

    private func closeTransport() {
        guard let context else { return }
        if usesTLS, let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self) {
            tls.close(promise: nil)
        } else {
            context.close(promise: nil)
        }
    }

    private func write(_ request: ByteBuffer) {
        phase = .busy
        parser.reset()
        var rest = request
        if let socket, socket.send(&rest) { return }
        guard let context else { return }
        // An instance may answer before it has read everything: then this connection is not used again.
        isWriting = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenSuccess { bound.value.isWriting = false }
        context.writeAndFlush(wrapOutboundOut(rest), promise: written)
    }

    /// The time to connect is over.
    func setUpIsOverdue(_ reason: String) {
        guard case .connecting = phase else { return }
        phase = .closed
        fail(.refused(reason))
        closeTransport()
    }

    /// There is no connection.
    package func connectFailed(_ error: UpstreamError) {
        phase = .closed
        fail(error)
    }

    private func fail(_ error: UpstreamError) {
        guard let consumer else { return }
        self.consumer = nil
        consumer.upstreamFailed(error)
    }

    // MARK: Channel events

    /// The connection is there; with TLS its handshake is still to come.
    public func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive, !usesTLS { connected() }
    }

    /// The connection is gone.
    public func handlerRemoved(context: ChannelHandlerContext) {
        if self.context === context { self.context = nil }
    }

    /// The connection is established.
    public func channelActive(context: ChannelHandlerContext) {
        if !usesTLS { connected() }
        context.fireChannelActive()
    }

    /// With TLS: the handshake is done.
    public func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if usesTLS, pool.isHandshakeDone(event) {
            if pool.isCertificateForHost(context, origin: originIndex) {
                connected()
            } else {
                errorCaught(context: context, error: NIOSSLExtraError.failedToValidateHostname)
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func connected() {
        guard case .connecting(let request) = phase else { return }
        if !usesTLS, pool.sendsDirectly { socket = context.flatMap { DirectSocket($0) } }
        if consumer == nil {
            // The request has left meanwhile; the fresh connection is good for the next.
            park()
        } else {
            write(request)
        }
    }

    /// The other side has closed: a proper end for a body without a length, a loss for all else.
    public func channelInactive(context: ChannelHandlerContext) {
        let wasBusy = if case .busy = phase { true } else { false }
        let wasConnecting = if case .connecting = phase { true } else { false }
        phase = .closed
        socket = nil
        // A body without a length is whole if its connection ended in order. With TLS that takes the other side's word:
        // a mere end of the connection could be anybody's between.
        if wasBusy, !isBroken, parser.endOfInput() {
            finish()
        } else if wasConnecting {
            fail(.refused("connection closed while it was being set up"))
        } else {
            fail(isReused && !parser.sawHead && held.readableBytes == 0 ? .stale : .lost)
        }
        context.fireChannelInactive()
    }

    /// A fault of NIO or TLS; the close that follows tells the consumer.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isBroken = true
        if usesTLS, case .connecting = phase {
            phase = .closed
            fail(pool.tlsFailure(error, origin: originIndex))
        }
        // Everything else shows as the close that follows.
        closeTransport()
    }

    /// Back-pressure: nothing is read for a consumer that is not ready for more.
    public func read(context: ChannelHandlerContext) {
        if let consumer, !consumer.isReadyForMore {
            readIsHeld = true
        } else {
            context.read()
        }
    }

    /// All bytes of one read were given.
    public func channelReadComplete(context: ChannelHandlerContext) {
        consumer?.upstreamReadComplete()
        context.fireChannelReadComplete()
    }

    /// Bytes of the answer.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var input = unwrapInboundIn(data)
        guard case .busy = phase else {
            // Bytes nobody asked for: this connection's framing cannot be trusted any more.
            close()
            return
        }
        if held.readableBytes > 0 {
            held.writeBuffer(&input)
            input = held
            held = ByteBuffer()
        }
        while true {
            switch parser.next(&input) {
            case .head(let head): consumer?.upstreamHead(head)
            case .body(let bytes): consumer?.upstreamBody(bytes)
            case .needMore:
                held = input.readableBytes > 0 ? input : ByteBuffer()
                return
            case .end:
                if input.readableBytes > 0 || !parser.keepAlive || isWriting { phase = .closed }
                finish()
                return
            case .malformed:
                // Told before the close, which would be taken for a connection that went stale.
                phase = .closed
                fail(.malformed)
                closeTransport()
                return
            }
            // The consumer may have aborted in the middle.
            if case .busy = phase {} else { return }
        }
    }

    /// The answer is whole: first back to the pool, then tell, so that the consumer's next request finds it there.
    private func finish() {
        let consumer = self.consumer
        self.consumer = nil
        if case .busy = phase {
            park()
        } else {
            phase = .closed
            context?.close(promise: nil)
        }
        consumer?.upstreamEnd()
    }

    private func park() {
        phase = .idle
        readIsHeld = false
        idleSince = pool.tick
        if !pool.park(self) { close() }
    }
}
