import Balancer
import Dialects
import Gateway
import NIOCore
import Telemetry
import Upstream

/// First in every connection's pipeline: sniffs for plain hot requests, and writes their answers as raw bytes.
///
/// Alone in the pipeline until the first byte that is not a plain hot request; then the connection is demoted: the full
/// parser and the router are built behind it and get every byte from there on, so that no two parsers ever frame one
/// connection in turns.
///
/// Its hot properties are not checked for exclusive access at run time, since no access can meet another: the handler is
/// touched on its loop only, `held` is lent to the sniffer and to `read(_:)`, whose readers of a head know no handler,
/// and changed by methods of `ByteBuffer`, which call nobody. The others are read and set whole.
final class FrontHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the client is expected to send next, and since when.
    private enum Reading: Equatable {
        case idle
        case head
        case body(Front)
    }

    let lane: HotLane
    private let loop: LoopState
    private let limits: ServerLimits
    private let usesTLS: Bool
    private var buildColdPipeline: ((any Channel, HotLane) throws -> PartsHandler)?
    private let onClosed: () -> Void
    private var context: ChannelHandlerContext?
    @exclusivity(unchecked) private var held = ByteBuffer()
    @exclusivity(unchecked) private var reading = Reading.idle
    @exclusivity(unchecked) private var since: Moment
    private var unwritableSince: Moment?
    private var parts: PartsHandler?
    private var readIsHeld = false
    private var quiesceIsHeld = false
    @exclusivity(unchecked) private var isPumping = false
    /// Set while answers may go out past NIO's queue.
    @exclusivity(unchecked) private var socket: DirectSocket?
    /// Writes inside NIO that began where the socket was full.
    private var queued = 0
    /// The last byte of the last answer has left this process.
    private var lastIsWritten = false
    /// What was queued for a client that does not keep up, when that was last looked at.
    private var backlog = 0
    /// The last answer is out or on its way: nothing more is read, the connection closes.
    private(set) var isDead = false

    /// How long a client may take to read the last answer before the connection is closed for good.
    static let lingering = Duration.seconds(2)

    init(
        loop: LoopState, usesTLS: Bool, buildColdPipeline: @escaping (any Channel, HotLane) throws -> PartsHandler,
        onClosed: @escaping () -> Void
    ) {
        self.loop = loop
        limits = loop.context.configuration.limits
        self.usesTLS = usesTLS
        self.buildColdPipeline = buildColdPipeline
        self.onClosed = onClosed
        lane = HotLane(loop: loop)
        since = loop.time.now()
        lane.front = self
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(lane)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        loop.remove(lane)
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isDead { return }
        if let parts {
            parts.bytesCame(at: loop.time.now())
            context.fireChannelRead(data)
            return
        }
        var bytes = unwrapInboundIn(data)
        if held.readableBytes == 0 {
            held = bytes
        } else {
            held.writeBuffer(&bytes)
        }
        pump()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if parts != nil { context.fireChannelReadComplete() }
    }

    /// Serves what is held, one request after the other.
    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        while parts == nil, !isDead, !lane.isBusy, lane.isReadyForMore, held.readableBytes > 0 {
            switch held.withUnsafeReadableBytes(RequestSniffer.sniff) {
            case .needMore:
                if held.readableBytes > limits.maxHeader {
                    refuse(.headersTooLarge(message: "the request head is over \(limits.maxHeader) bytes"))
                } else {
                    expect(.head)
                }
                return
            case .reject:
                demote()
                return
            case .hot(let head):
                guard head.length <= limits.maxHeader else {
                    refuse(.headersTooLarge(message: "the request head is over \(limits.maxHeader) bytes"))
                    return
                }
                guard head.contentLength <= limits.maxBody else {
                    refuse(bodyTooLarge, as: head.front)
                    return
                }
                let needed = head.length + head.contentLength
                let (refusal, call) = read(head)
                guard held.readableBytes >= needed else {
                    // Nobody's body is kept who may not call: then the rest of it cannot be told from a request.
                    if let refusal { answer(refusal, call: call, keepAlive: false) } else { expect(.body(head.front)) }
                    return
                }
                expect(.idle)
                held.moveReaderIndex(forwardBy: head.length)
                let body = held.readSlice(length: head.contentLength) ?? ByteBuffer()
                if held.readableBytes == 0 { held = ByteBuffer() }
                if let refusal { answer(refusal, call: call, keepAlive: true) } else { lane.begin(call, body: body) }
            }
        }
    }

    var bodyTooLarge: GatewayError {
        .requestTooLarge(message: "the request body is over \(limits.maxBody) bytes (drover.limits.max_body)")
    }

    private func expect(_ next: Reading) {
        guard reading != next || next == .idle else { return }
        reading = next
        since = loop.time.now()
    }

    /// What the head says, and whether its sender may call at all.
    private func read(_ head: SniffedHead) -> (GatewayError?, CallHead) {
        let context = loop.context
        return held.withUnsafeReadableBytes { raw in
            let callID = head.callID.bytes(in: raw).flatMap { CallID($0) } ?? loop.newCallID()
            var call = CallHead(callID: callID, random: loop.nextRandom(), front: head.front)
            let stranger = call.take(head.credential.bytes(in: raw), by: context.admission)
            var refusal = context.refusal(
                host: head.host.text(in: raw), origin: head.origin.text(in: raw), call: &call,
                admission: stranger)
            head.forEachWish { header, range in
                guard let value = range.text(in: raw) else { return }
                let fault = call.take(header, value)
                refusal = refusal ?? fault
            }
            return (refusal, call)
        }
    }

    private func demote() {
        guard let context, let build = buildColdPipeline else { return }
        buildColdPipeline = nil
        reading = .idle
        // The router writes through NIO: from here on everything does.
        socket = nil
        do {
            let parts = try build(context.channel, lane)
            self.parts = parts
            parts.bytesCame(at: loop.time.now())
        } catch {
            context.close(promise: nil)
            return
        }
        let bytes = held
        held = ByteBuffer()
        context.fireChannelRead(wrapInboundOut(bytes))
        context.fireChannelReadComplete()
        // The signal came while this connection had a front only.
        if quiesceIsHeld { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    func read(context: ChannelHandlerContext) {
        // The next request is here already and cannot be served yet: the client can wait.
        if parts == nil, held.readableBytes > 0, lane.isBusy || !lane.isReadyForMore {
            readIsHeld = true
        } else {
            context.read()
        }
    }

    // MARK: Writing

    /// Bytes of a hot answer; on their way at the latest with `flush`.
    func write(_ bytes: ByteBuffer) {
        if let rest = sendDirectly(bytes) { queue(rest) }
    }

    func flush() { if socket == nil || queued > 0 { context?.flush() } }

    /// What is still to be written after what could be sent past NIO; nil when that was all.
    private func sendDirectly(_ bytes: ByteBuffer) -> ByteBuffer? {
        guard let socket, queued == 0 else { return bytes }
        var rest = bytes
        return socket.send(&rest) ? nil : rest
    }

    /// Gives bytes to NIO. Until all such are out nothing may be sent past it, or it would overtake them.
    private func queue(_ bytes: ByteBuffer) {
        guard socket != nil else {
            context?.write(wrapOutboundOut(bytes), promise: nil)
            return
        }
        queued += 1
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let written = loop.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in bound.value.queued -= 1 }
        context?.write(wrapOutboundOut(bytes), promise: written)
    }

    /// The last bytes of a hot answer; then the next request, or the end of the connection.
    func finish(_ bytes: ByteBuffer, keepAlive: Bool) {
        guard let context else { return }
        touch()
        if keepAlive, !quiesceIsHeld {
            if let rest = sendDirectly(bytes) { queue(rest) }
            flush()
            if let parts { parts.drain() } else { pump() }
            releaseRead()
            return
        }
        closeAfter(loop.eventLoop.makePromise(of: Void.self)) {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: $0)
        }
    }

    /// The connection ends once what `write` writes has left: a close at once drops what a slow client has not taken.
    func closeAfter(_ written: EventLoopPromise<Void>, write: (EventLoopPromise<Void>) -> Void) {
        isDead = true
        held = ByteBuffer()
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        written.futureResult.whenComplete { _ in bound.value.closeGently() }
        write(written)
    }

    /// Something happened on the connection.
    func touch() { since = loop.time.now() }

    /// Tells the client that nothing more comes, and lets it read: a full close with unread input would reset.
    private func closeGently() {
        touch()
        lastIsWritten = true
        if usesTLS { close() } else { context?.close(mode: .output, promise: nil) }
    }

    private func releaseRead() {
        guard readIsHeld, !lane.isBusy && lane.isReadyForMore || held.readableBytes == 0 else { return }
        readIsHeld = false
        context?.read()
    }

    /// An error of the front itself: the head or body cannot be read on, so the connection ends with it.
    ///
    /// - Parameter front: whose shape it has; OpenAI's where it is not known what was asked.
    func refuse(_ error: GatewayError, as front: Front = .openAIChat) {
        answer(error, call: CallHead(callID: loop.newCallID(), random: 0, front: front), keepAlive: false)
    }

    func answer(_ error: GatewayError, call: CallHead, keepAlive: Bool) {
        loop.telemetry.finished(
            RequestRecord(
                model: -1, deployment: -1, outcome: .rejected, error: error.kind.rawValue, status: error.status,
                stream: false, attempts: 0, durationNanoseconds: 0, callID: call.callID))
        finish(ErrorResponse.bytes(error, call: call, keepAlive: keepAlive), keepAlive: keepAlive)
    }

    func close() {
        isDead = true
        socket = nil
        context?.close(promise: nil)
    }

    // MARK: Time

    func sweep(at now: Moment) {
        if isStalled(at: now) {
            close()
        } else if isDead {
            if lastIsWritten, now - since > Self.lingering { close() }
        } else if lane.isBusy {
            return
        } else if let parts {
            parts.sweep(at: now, idleSince: since)
        } else {
            switch reading {
            case .idle: if now - since > limits.idleTimeout { close() }
            case .head: if now - since > limits.headerTimeout { refuse(Self.slowHead) }
            case .body(let front): if now - since > limits.bodyTimeout { refuse(Self.slowBody, as: front) }
            }
        }
    }

    /// The client has taken nothing of what is queued for it for as long as a connection may be idle.
    private func isStalled(at now: Moment) -> Bool {
        guard let since = unwritableSince else { return false }
        let left = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if left < backlog { unwritableSince = now }
        backlog = left
        return now - since > limits.idleTimeout && unwritableSince == since
    }

    static let slowHead = GatewayError.requestTimeout(message: "the request head took too long")
    static let slowBody = GatewayError.requestTimeout(message: "the request body took too long")

    // MARK: Connection

    func channelActive(context: ChannelHandlerContext) {
        since = loop.time.now()
        if !usesTLS, loop.context.configuration.directSend { socket = DirectSocket(context) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isDead = true
        // The descriptor is somebody else's from here on.
        socket = nil
        lane.clientLeft()
        onClosed()
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        unwritableSince = isWritable ? nil : loop.time.now()
        backlog = .max
        lane.writabilityChanged(isWritable)
        context.fireChannelWritabilityChanged()
        guard isWritable else { return }
        // What was held while the client did not read.
        if let parts { parts.drain() } else { pump() }
        releaseRead()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if parts == nil { context.close(promise: nil) } else { context.fireErrorCaught(error) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if parts == nil || isDead {
            if event is ChannelShouldQuiesceEvent {
                if lane.isBusy || held.readableBytes > 0 { quiesceIsHeld = true } else if !isDead { close() }
            } else if case .some(.inputClosed) = event as? ChannelEvent {
                // A client that has closed its side is gone: nobody half-closes and waits for a chat.
                close()
            }
        } else if case .some(.inputClosed) = event as? ChannelEvent, lane.isBusy {
            close()
        } else {
            if event is ChannelShouldQuiesceEvent { quiesceIsHeld = true }
            context.fireUserInboundEventTriggered(event)
        }
    }
}
