import Balancer
import Dialects
import Gateway
import NIOCore
import NIOHTTP1
import Telemetry

/// Sits between the full parser and the router of a demoted connection: hot requests go to the lane, all others up.
///
/// Keeps answers in the order of their requests: while one lane is busy, what is for the other waits here.
final class PartsHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let lane: HotLane
    private let loop: LoopState
    private let limits: ServerLimits
    private var context: ChannelHandlerContext?
    private var queue = CircularBuffer<HTTPServerRequestPart>()
    /// A hot request whose body is being read.
    private var collecting: (call: CallHead, refusal: GatewayError?)?
    private var body = ByteBuffer()
    /// The shape of errors that concern the request being read.
    private var errorFront = Front.openAIChat
    /// Requests handed up whose answer has not ended.
    private var coldOpen = 0
    private var coldBodyOpen = false
    /// The router does not know HTTP/1.0 and `Connection: Close`: its answer ends the connection.
    private var closesAfterCold = false
    /// The router's answer has begun and not ended.
    private var coldHeadIsOut = false
    private var isDraining = false
    private var readIsHeld = false
    private var heldError: GatewayError?
    private var quiesceIsHeld = false
    private var inputIsClosed = false
    /// First byte after the last whole head, and head of the body that is open: what slow senders are held to.
    private var headSince: Moment?
    private var bodySince: Moment?

    init(lane: HotLane) {
        self.lane = lane
        loop = lane.loop
        limits = lane.loop.context.configuration.limits
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: Time

    func bytesCame(at now: Moment) {
        lane.front.touch()
        if headSince == nil, bodySince == nil { headSince = now }
    }

    func sweep(at now: Moment, idleSince: Moment) {
        if let bodySince {
            guard now - bodySince > limits.bodyTimeout else { return }
            // A route may have answered already: then a 408 would be an answer to nothing.
            if coldBodyOpen { lane.front.close() } else { lane.front.refuse(FrontHandler.slowBody, as: errorFront) }
        } else if coldOpen > 0 || !queue.isEmpty {
            return
        } else if let headSince {
            if now - headSince > limits.headerTimeout { lane.front.refuse(FrontHandler.slowHead) }
        } else if now - idleSince > limits.idleTimeout {
            lane.front.close()
        }
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !lane.front.isDead else { return }
        let part = unwrapInboundIn(data)
        switch part {
        case .head:
            headSince = nil
            bodySince = loop.time.now()
        case .end: bodySince = nil
        case .body: break
        }
        if !queue.isEmpty || isBlocked(part) { queue.append(part) } else { process(part) }
    }

    private func isBlocked(_ part: HTTPServerRequestPart) -> Bool {
        guard case .head(let head) = part else { return false }
        let isHot = hotFront(head) != nil
        // A 100 must not land inside the answer before it.
        let expects = head.headers.contains(name: "expect")
        return lane.isBusy || coldOpen > 0 && (isHot || expects) || isHot && !lane.isReadyForMore
    }

    private func process(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head):
            errorFront = ServerRoutes.errorFront(at: head.uri)
            if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limits.maxBody {
                lane.front.refuse(lane.front.bodyTooLarge, as: errorFront)
                return
            }
            guard let front = hotFront(head) else {
                expectBody(head)
                coldOpen += 1
                coldBodyOpen = true
                closesAfterCold = !head.isKeepAlive
                context?.fireChannelRead(wrapInboundOut(part))
                return
            }
            let (call, refusal) = callHead(head, front: front)
            if let refusal, head.headers.contains(name: "expect") || head.headers.contains(name: "transfer-encoding") {
                // Nobody's body is read who may not call.
                lane.front.answer(refusal, call: call, keepAlive: false)
                return
            }
            expectBody(head)
            collecting = (call, refusal)
            body = ByteBuffer()
        case .body(var bytes):
            guard collecting != nil else {
                context?.fireChannelRead(wrapInboundOut(part))
                return
            }
            if body.readableBytes + bytes.readableBytes > limits.maxBody {
                collecting = nil
                lane.front.refuse(lane.front.bodyTooLarge, as: errorFront)
            } else if body.readableBytes == 0 {
                body = bytes
            } else {
                body.writeBuffer(&bytes)
            }
        case .end:
            guard let (call, refusal) = collecting else {
                coldBodyOpen = false
                context?.fireChannelRead(wrapInboundOut(part))
                return
            }
            collecting = nil
            let whole = body
            body = ByteBuffer()
            if let refusal {
                lane.front.answer(refusal, call: call, keepAlive: call.keepAlive)
            } else {
                lane.begin(call, body: whole)
            }
        }
    }

    private func expectBody(_ head: HTTPRequestHead) {
        guard head.version == .http1_1, head.headers.contains(name: "expect") else { return }
        context?.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    private func hotFront(_ head: HTTPRequestHead) -> Front? {
        guard head.method == .POST else { return nil }
        return loop.context.serverRoutes.front(at: String(head.uri.prefix { $0 != "?" }))
    }

    private func callHead(_ head: HTTPRequestHead, front: Front) -> (CallHead, GatewayError?) {
        let headers = head.headers
        var given = headers.first(name: "x-litellm-call-id")
        let callID = given?.withUTF8 { CallID(UnsafeRawBufferPointer($0)) } ?? loop.newCallID()
        var call = CallHead(
            callID: callID, random: loop.nextRandom(), front: front, keepAlive: head.isKeepAlive,
            allowsChunked: head.version != .http1_0)
        let stranger = call.take(Credentials.find { headers.first(name: $0) }, by: loop.context.admission)
        var refusal =
            headers.contains(name: "content-encoding")
            ? .invalidRequest(message: "compressed bodies are not supported; send plain JSON", param: nil)
            : loop.context.refusal(
                host: headers.first(name: "host"), origin: headers.first(name: "origin"), call: &call,
                admission: stranger)
        for header in CallHeader.allCases {
            let values = headers[header.name.description]
            for value in header.isRepeatable ? values[...] : values.prefix(1) {
                let fault = call.take(header, value)
                refusal = refusal ?? fault
            }
        }
        return (call, refusal)
    }

    /// After a hot answer has ended, or a cold one: what waited goes on.
    func drain() {
        // An answer given at once comes back here: the loop below goes on by itself.
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        var wasFired = false
        while let part = queue.first, !lane.front.isDead, !isBlocked(part) {
            queue.removeFirst()
            process(part)
            wasFired = true
        }
        if lane.front.isDead { queue.removeAll() }
        // The async side gets parts only on this event.
        if wasFired { context?.fireChannelReadComplete() }
        guard queue.isEmpty, !lane.isBusy else { return }
        if coldOpen == 0, let error = heldError {
            heldError = nil
            lane.front.refuse(error)
            return
        }
        if quiesceIsHeld {
            quiesceIsHeld = false
            if coldOpen > 0 {
                context?.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            } else {
                lane.front.close()
                return
            }
        }
        if inputIsClosed { context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        if readIsHeld {
            readIsHeld = false
            context?.read()
        }
    }

    func read(context: ChannelHandlerContext) {
        if queue.isEmpty { context.read() } else { readIsHeld = true }
    }

    // MARK: Writing

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.code < 200:
            context.write(data, promise: promise)
            return
        case .head(var head):
            coldHeadIsOut = true
            guard closesAfterCold, coldOpen == 1 else {
                context.write(data, promise: promise)
                return
            }
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
            return
        case .end: break
        default:
            context.write(data, promise: promise)
            return
        }
        lane.front.touch()
        coldHeadIsOut = false
        coldOpen -= 1
        if closesAfterCold, coldOpen == 0 {
            lane.front.closeAfter(context.eventLoop.makePromise(of: Void.self)) {
                context.writeAndFlush(data, promise: $0)
            }
            promise?.succeed()
            return
        }
        context.write(data, promise: promise)
        guard coldOpen == 0 else { return }
        if !queue.isEmpty || heldError != nil || quiesceIsHeld || readIsHeld {
            // What was written before must be on its way before a hot answer is.
            context.flush()
            drain()
        }
    }

    // MARK: Events

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        // Bytes behind a request that closes the connection: nobody waits for an answer to them.
        if error == .closedConnection { return }
        heldError =
            error == .headerOverflow
            ? .headersTooLarge(message: "the request head is too large")
            : .invalidRequest(message: "this is not valid HTTP/1.1: \(error)", param: nil)
        headSince = nil
        bodySince = nil
        if collecting != nil {
            collecting = nil
            body = ByteBuffer()
        }
        // A cold request whose own body is broken gets no answer of its own.
        if coldBodyOpen, coldOpen == 1, queue.isEmpty, !lane.isBusy {
            if coldHeadIsOut { lane.front.close() } else { lane.front.refuse(heldError ?? .internalError) }
            return
        }
        drain()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            if lane.isBusy || collecting != nil || !queue.isEmpty {
                quiesceIsHeld = true
            } else if coldOpen > 0 {
                context.fireUserInboundEventTriggered(event)
            } else {
                lane.front.close()
            }
        } else if case .some(.inputClosed) = event as? ChannelEvent {
            if collecting != nil {
                lane.front.close()
            } else if lane.isBusy || !queue.isEmpty {
                inputIsClosed = true
            } else {
                context.fireUserInboundEventTriggered(event)
            }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
