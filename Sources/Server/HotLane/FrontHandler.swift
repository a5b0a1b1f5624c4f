import Balancer
import Dialects
import Gateway
import NIOCore
import Telemetry
import Upstream

/// First in every connection's pipeline: tells `FrontState` what happens and does what it says, answers as raw bytes.
///
/// Alone in the pipeline until the first byte that is not a plain hot request; then the connection is demoted: the full
/// parser and the router are built behind it and get every byte from there on, so that no two parsers ever frame one
/// connection in turns.
///
/// Its hot properties are not checked for exclusive access at run time, since no access can meet another: the handler is
/// touched on its loop only, and `state` is a value that knows no handler; its actions are carried out behind the access,
/// by `perform`. The others are read and set whole.
final class FrontHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let lane: HotLane
    private let loop: LoopState
    @exclusivity(unchecked) private var state: FrontState
    private let usesTLS: Bool
    private var buildColdPipeline: ((any Channel, HotLane) throws -> PartsHandler)?
    private var context: ChannelHandlerContext?
    private var parts: PartsHandler?
    /// Set while answers may go out past NIO's queue.
    @exclusivity(unchecked) private var socket: DirectSocket?
    /// Tells how much of what has left this process the client has not taken.
    private var transport: DirectSocket?
    /// The bytes that it holds of what all may hold together.
    private var share = MemoryShare()
    /// Answers wait for the client.
    private var isBehind = false
    /// There is no room for it, not even to be told so.
    private var isUnwanted = false
    /// Writes inside NIO that began where the socket was full.
    private var queued = 0
    /// The other end of the connection, for the log.
    private(set) var client = ClientAddress.unknown

    init(
        loop: LoopState, usesTLS: Bool, buildColdPipeline: @escaping (any Channel, HotLane) throws -> PartsHandler
    ) {
        self.loop = loop
        self.usesTLS = usesTLS
        state = FrontState(limits: loop.context.configuration.limits, usesTLS: usesTLS, at: loop.time.now())
        self.buildColdPipeline = buildColdPipeline
        lane = HotLane(loop: loop)
        lane.front = self
        // Nothing can be asked of it yet, so nothing is to be done.
        if loop.context.isLeaving { _ = state.retire() }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        findRoom()
        loop.add(lane)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        loop.remove(lane)
        loop.context.gate.leave()
        _ = share.hold(0, of: loop.context.memory)
    }

    /// The last answer is out or on its way: nothing more is read.
    var isOver: Bool { state.isOver }

    // MARK: Room

    /// There was no room for this connection.
    var isSpare: Bool { state.isSpare }

    /// How long it has waited for a request; nil while it has one, and once it is closing: nobody gets its room twice.
    var wait: IdleQueue.Wait? { state.isOver ? nil : parts?.wait ?? state.wait }

    /// Says what this connection holds now; false where there is no room for it.
    func keepsBudget() -> Bool {
        var bytes = state.heldBytes + lane.heldBytes
        if let parts { bytes += parts.heldBytes }
        if isBehind { bytes += (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0 }
        return share.hold(bytes, of: loop.context.memory)
    }

    /// Counts the connection. Where there are too many, the one that has been idle for longest goes for it.
    private func findRoom() {
        let (gate, now) = (loop.context.gate, loop.time.now())
        switch gate.enter() {
        case .welcome: break
        case .crowded:
            guard !loop.makeRoom() else { return }
            state.becomeSpare()
            loop.context.loops.makeRoom(besides: loop.eventLoop)
        case .full:
            guard !loop.makeRoom() else { return }
            loop.context.telemetry.note(.connectionRefused, at: now)
            isUnwanted = true
        }
    }

    func retire() { perform(state.retire(), at: loop.time.now()) }

    /// The process is to end.
    func quiesce() {
        let now = loop.time.now()
        perform(state.quiesce(at: now), at: now)
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = loop.time.now()
        perform(state.received(unwrapInboundIn(data), at: now, by: &loop.reception), at: now)
        guard !keepsBudget() else { return }
        if let parts { parts.overloaded(at: now) } else { perform(state.overloaded(), at: now) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if parts != nil { context.fireChannelReadComplete() }
    }

    func read(context: ChannelHandlerContext) {
        if state.mayRead() { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        let now = loop.time.now()
        isBehind = !isWritable
        _ = keepsBudget()
        lane.writabilityChanged(isWritable)
        parts?.writabilityChanged(isWritable, at: now)
        context.fireChannelWritabilityChanged()
        perform(state.writabilityChanged(isWritable, at: now, by: &loop.reception), at: now)
    }

    func channelActive(context: ChannelHandlerContext) {
        if isUnwanted { return close() }
        client = context.remoteAddress.map(ClientAddress.init) ?? .unknown
        state.opened(at: loop.time.now(), from: client)
        transport = DirectSocket(context)
        if !usesTLS, loop.context.configuration.directSend { socket = transport }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        state.closed()
        // The descriptor is somebody else's from here on.
        socket = nil
        transport = nil
        lane.clientLeft()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if parts == nil { context.close(promise: nil) } else { context.fireErrorCaught(error) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            perform(state.inputClosed(), at: loop.time.now())
        } else if parts != nil {
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: From the lane and the parser

    /// Bytes of a hot answer; on their way at the latest with `flush`.
    ///
    /// - Returns: whether they have left the process.
    func write(_ bytes: inout ByteBuffer) -> Bool {
        if let socket, queued == 0, socket.send(&bytes) { return true }
        queue(bytes)
        return false
    }

    func flush() { if socket == nil || queued > 0 { context?.flush() } }

    /// The last bytes of an answer; then the next request, or the end of the connection.
    func finish(_ bytes: ByteBuffer, keepAlive: Bool, at now: Moment) {
        perform(state.answered(bytes, keepAlive: keepAlive, at: now), at: now)
        // What the client has not taken is held on, all else is not.
        _ = keepsBudget()
    }

    /// Refuses a request of the full parser.
    func refuse(_ error: GatewayError, _ call: CallHead, keepAlive: Bool) {
        let now = loop.time.now()
        perform(refuse(error, call, keepAlive: keepAlive, at: now), at: now)
    }

    /// The router writes the last answer: the connection ends once it has left, as a close at once would drop what a slow
    /// client has not taken.
    func end(_ written: EventLoopPromise<Void>, write: (EventLoopPromise<Void>) -> Void) {
        state.end()
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        written.futureResult.whenComplete { _ in
            let front = bound.value
            let now = front.loop.time.now()
            front.perform(front.state.lastIsWritten(at: now), at: now)
        }
        write(written)
        // What was held of its request is gone, while the connection may linger.
        _ = keepsBudget()
    }

    func close() { perform(state.close(), at: loop.time.now()) }

    func sweep(at now: Moment) {
        perform(state.tick(at: now, queued: { bytesNotTaken }, by: &loop.reception), at: now)
    }

    /// The bytes on their way to the client, here and in the system's own buffer.
    private var bytesNotTaken: Int {
        let here = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        return here + (transport?.unsent ?? 0)
    }

    // MARK: What the state decides

    private func perform(_ first: consuming FrontState.Action, at now: Moment) {
        var action = first
        while true {
            switch consume action {
            case .none: return
            case .serve(let call, let body):
                lane.begin(call, body: body, at: now)
                action = state.begun(at: now, by: &loop.reception)
            case .refuse(let error, let call, let keepAlive):
                action = refuse(error, call, keepAlive: keepAlive, at: now)
            case .write(var bytes, let goesOn):
                _ = write(&bytes)
                flush()
                guard goesOn else { return }
                action = state.goOn(at: now, by: &loop.reception)
            case .end(let bytes):
                guard let context else { return }
                end(loop.eventLoop.makePromise(of: Void.self)) {
                    context.writeAndFlush(wrapOutboundOut(bytes), promise: $0)
                }
                return
            case .demote(let bytes, let ending, let reads):
                demote(bytes, ending, at: now)
                action = reads ? .read : .none
            case .pass(var bytes):
                let fault = parts?.bytesCame(&bytes, at: now)
                if bytes.readableBytes > 0 { context?.fireChannelRead(wrapInboundOut(bytes)) }
                if let fault { parts?.failed(fault, at: now) }
                return
            case .passRetire:
                parts?.retire()
                return
            case .passQuiesce:
                context?.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
                return
            case .passInputClosed:
                context?.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
                return
            case .passAnswered:
                parts?.answered(at: now)
                return
            case .passTick:
                parts?.sweep(at: now)
                return
            case .read:
                context?.read()
                return
            case .closeOutput:
                context?.close(mode: .output, promise: nil)
                return
            case .close:
                socket = nil
                context?.close(promise: nil)
                return
            }
        }
    }

    private func refuse(
        _ error: GatewayError, _ call: CallHead, keepAlive: Bool, at now: Moment
    ) -> FrontState.Action {
        loop.finished(RequestRecord(refusing: call, with: error, from: client))
        if error == ServerLimits.tooManyConnections { loop.context.telemetry.note(.connectionRefused, at: now) }
        if error == ServerLimits.memoryIsFull { loop.context.telemetry.note(.memoryRefused, at: now) }
        let bytes = ErrorResponse.bytes(error, call: call, keepAlive: keepAlive)
        return state.answered(bytes, keepAlive: keepAlive, at: now)
    }

    private func demote(_ bytes: ByteBuffer, _ ending: FrontState.Ending, at now: Moment) {
        guard let context, let build = buildColdPipeline else { return }
        var bytes = bytes
        buildColdPipeline = nil
        // The router writes through NIO: from here on everything does.
        socket = nil
        let parts: PartsHandler
        do {
            parts = try build(context.channel, lane)
        } catch {
            close()
            return
        }
        self.parts = parts
        let fault = parts.bytesCame(&bytes, at: now)
        if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
        context.fireChannelReadComplete()
        if let fault { parts.failed(fault, at: now) }
        // The signal came while this connection had a front only.
        switch ending {
        case .far: break
        case .near: parts.retire()
        case .here: context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    // MARK: Writing

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
}
