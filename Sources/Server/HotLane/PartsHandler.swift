import Balancer
import Dialects
import Gateway
import NIOCore
import NIOHTTP1

/// Sits between the full parser and the router of a demoted connection: tells `PartsState` what happens and does what it
/// says.
final class PartsHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let lane: HotLane
    private let loop: LoopState
    private var state: PartsState
    private var context: ChannelHandlerContext?

    init(lane: HotLane) {
        self.lane = lane
        loop = lane.loop
        state = PartsState(
            limits: loop.context.configuration.limits, routes: loop.context.serverRoutes, from: lane.front.client,
            isSpare: lane.front.isSpare, at: loop.time.now())
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: From the front

    /// These bytes go to the parser now, without what may not be read; see ``PartsState/bytesCame(_:at:)``.
    func bytesCame(_ bytes: inout ByteBuffer, at now: Moment) -> FramingGuard.Fault? {
        state.bytesCame(&bytes, at: now)
    }

    /// The parser has read all that it may.
    func failed(_ fault: FramingGuard.Fault, at now: Moment) {
        guard !lane.front.isOver else { return }
        perform(state.failed(fault, at: now, by: &loop.reception))
    }

    /// The last byte of the lane's answer is given out.
    func answered(at now: Moment) { perform(state.answered(at: now, by: &loop.reception)) }

    func writabilityChanged(_ isWritable: Bool, at now: Moment) {
        perform(state.writabilityChanged(isWritable, at: now, by: &loop.reception))
    }

    /// The process is to end before long: the next answer is the last one.
    func retire() { state.retire() }

    /// Bytes that came and are not answered.
    var heldBytes: Int { state.heldBytes }

    /// There is no room for more of a body that comes.
    func overloaded(at now: Moment) { perform(state.overloaded(at: now, by: &loop.reception)) }

    /// How long the connection has waited for a request; nil while it has one.
    var wait: IdleQueue.Wait? { state.wait }

    func sweep(at now: Moment) { perform(state.tick(at: now, by: &loop.reception)) }

    // MARK: From the parser

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !lane.front.isOver else { return }
        perform(state.received(unwrapInboundIn(data), at: loop.time.now(), by: &loop.reception))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The parser reads nothing more behind its first error, which was told.
        if error is ByteToMessageDecoderError { return }
        guard let error = error as? HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        guard !lane.front.isOver else { return }
        perform(state.failed(error, at: loop.time.now(), by: &loop.reception))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            perform(state.quiesce(at: loop.time.now()))
        } else if case .some(.inputClosed) = event as? ChannelEvent {
            perform(state.inputClosed())
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: From the router

    func read(context: ChannelHandlerContext) { if state.mayRead() { context.read() } }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var part = unwrapOutboundIn(data)
        let isEnd = if case .end = part { true } else { false }
        let now = loop.time.now()
        switch state.routerWrites(&part, at: now) {
        case .asIs: context.write(wrapOutboundOut(part), promise: promise)
        case .last:
            lane.front.end(context.eventLoop.makePromise(of: Void.self)) {
                context.writeAndFlush(wrapOutboundOut(part), promise: $0)
            }
            promise?.succeed()
        case .thenGoOn:
            context.write(wrapOutboundOut(part), promise: promise)
            context.flush()
            perform(state.goOn(at: now, by: &loop.reception))
        case .drop: promise?.fail(ChannelError.ioOnClosedChannel)
        }
        // The body of the request is let go of with the answer's end.
        if isEnd { _ = lane.front.keepsBudget() }
    }

    // MARK: What the state decides

    private func perform(_ first: PartsState.Action) {
        var action = first
        while let context {
            switch action {
            case .none: return
            case .pass(let part, let isLate): pass(part, isLate: isLate, to: context)
            case .invite(let head, let isLate):
                let invitation = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(invitation)), promise: nil)
                if let head { pass(head, isLate: isLate, to: context) }
            case .serve(let call, let body): lane.begin(call, body: body, at: loop.time.now())
            case .refuse(let error, let call, let keepAlive): lane.front.refuse(error, call, keepAlive: keepAlive)
            case .passQuiesce: context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            case .passInputClosed: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            case .read: context.read()
            case .close: lane.front.close()
            }
            action = state.goOn(at: loop.time.now(), by: &loop.reception)
        }
    }

    /// The async side looks at parts when a read ends only.
    private func pass(_ part: HTTPServerRequestPart, isLate: Bool, to context: ChannelHandlerContext) {
        context.fireChannelRead(wrapInboundOut(part))
        if isLate { context.fireChannelReadComplete() }
    }
}
