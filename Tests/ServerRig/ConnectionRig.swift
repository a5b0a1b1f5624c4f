import Balancer
import Dialects
import Gateway
import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import Server

/// A whole connection without a socket, a lane or a router: both states with NIO's own parser between them, and a log of
/// what they say is to be done.
final class ConnectionRig {
    /// What the lane does with a request.
    enum Lane {
        /// Answers inside the call that hands it over.
        case atOnce
        /// Waits for `answer()`.
        case holds
    }

    /// What was to be done, in a word each.
    private(set) var log: [String] = []
    /// The bodies of the requests that the lane was handed.
    private(set) var bodies: [String] = []
    /// Of each request that the lane was handed, whether its answer may leave the connection open.
    private(set) var keepsAlive: [Bool] = []
    /// The errors that were written, whole.
    private(set) var refusals: [String] = []
    /// The most actions that were carried out inside each other.
    private(set) var deepest = 0
    private(set) var now = Moment.zero
    var lane: Lane
    /// What waits in NIO for a client that is behind.
    var queued = 0
    /// Called after each answer, as a full socket calls back from inside a write.
    var onWrite: (ConnectionRig) -> Void = { _ in }

    /// The connections of the port, of which this one is not counted.
    let gate = ConnectionGate(most: 1)
    private(set) var state: FrontState
    private(set) var parts: PartsState?
    private var reception: Reception
    private let limits: ServerLimits
    private var parser: EmbeddedChannel?
    private var serving: CallHead?
    private var depth = 0

    static let limits = ServerLimits(
        maxBody: 1000, maxHeader: 512, headerTimeout: .seconds(10), bodyTimeout: .seconds(30),
        idleTimeout: .seconds(60), minClientRate: 0, maxConnections: 10, memory: .max)

    init(_ lane: Lane = .atOnce, key: String? = nil, usesTLS: Bool = false, limits: ServerLimits = limits) {
        self.lane = lane
        self.limits = limits
        state = FrontState(limits: limits, usesTLS: usesTLS, at: .zero)
        reception = Reception(
            admission: Admission(masterKey: key, seed: 1), watch: .silent(requiresKey: key != nil),
            access: AccessPolicy(
                requiresKey: key != nil, host: "127.0.0.1", machine: MachineHosts(name: "", addresses: [])),
            random: SystemSeeded(seed: 1), gate: gate)
    }

    // MARK: What happens

    /// The client sends `text`, in one read.
    @discardableResult func send(_ text: String) -> ConnectionRig {
        perform(state.received(ByteBuffer(string: text), at: now, by: &reception))
        return self
    }

    /// The same for bytes that are no text.
    @discardableResult func send(_ bytes: [UInt8]) -> ConnectionRig {
        perform(state.received(ByteBuffer(bytes: bytes), at: now, by: &reception))
        return self
    }

    /// The lane answers the request it holds.
    func answer(keepAlive: Bool = true) {
        guard let call = serving else { return log.append("nothing to answer") }
        serving = nil
        finish(keepAlive: keepAlive && call.keepAlive)
    }

    /// The router writes a whole answer.
    func routerAnswers() {
        routerWrites(.head(HTTPResponseHead(version: .http1_1, status: .ok)))
        routerWrites(.end(nil))
    }

    func routerWrites(_ part: HTTPServerResponsePart) {
        var part = part
        let writing = parts!.routerWrites(&part, at: now)
        if case .drop = writing { return log.append("drop") }
        switch part {
        case .head(let head): log.append(head.headers["connection"].isEmpty ? "head" : "head, close")
        case .body: log.append("piece")
        case .end: log.append("end")
        }
        switch writing {
        case .asIs, .drop: break
        case .last:
            log.append("last")
            state.end()
        case .thenGoOn: perform(parts!.goOn(at: now, by: &reception))
        }
    }

    func lastIsWritten() { perform(state.lastIsWritten(at: now)) }
    func quiesce() { perform(state.quiesce(at: now)) }
    func retire() { perform(state.retire()) }
    /// A body that comes finds no room.
    func overload() {
        if parts != nil { perform(parts!.overloaded(at: now, by: &reception)) } else { perform(state.overloaded()) }
    }
    func becomeSpare() { state.becomeSpare() }
    func halfClose() { perform(state.inputClosed()) }

    func becomesWritable(_ isWritable: Bool) {
        if parts != nil { perform(parts!.writabilityChanged(isWritable, at: now, by: &reception)) }
        perform(state.writabilityChanged(isWritable, at: now, by: &reception))
    }

    /// The channel asks whether it may read.
    func wantsRead() -> Bool { parts != nil && !parts!.mayRead() ? false : state.mayRead() }

    /// Time passes, in ticks of a second.
    func wait(_ seconds: Int) {
        for _ in 0..<seconds {
            now = now + .seconds(1)
            perform(state.tick(at: now, queued: { queued }, by: &reception))
        }
    }

    /// What was to be done since this was last asked.
    func news() -> [String] {
        defer { log = [] }
        return log
    }

    // MARK: What is done, as the handlers do it

    private func finish(keepAlive: Bool) {
        perform(state.answered(ByteBuffer(string: "answer"), keepAlive: keepAlive, at: now))
    }

    private func perform(_ first: FrontState.Action) {
        depth += 1
        deepest = max(deepest, depth)
        defer { depth -= 1 }
        var action = first
        while true {
            switch action {
            case .none: return
            case .serve(let call, let body):
                begin(call, body)
                action = state.begun(at: now, by: &reception)
            case .refuse(let error, let call, let keepAlive):
                action = refuse(error, call, keepAlive: keepAlive)
            case .write(_, let goesOn):
                log.append("answer")
                onWrite(self)
                guard goesOn else { return }
                action = state.goOn(at: now, by: &reception)
            case .end: return log.append("last answer")
            case .demote(let bytes, let ending, let reads):
                log.append("demote")
                demote(bytes)
                switch ending {
                case .far: break
                case .near: parts!.retire()
                case .here: perform(parts!.quiesce(at: now))
                }
                action = reads ? .read : .none
            case .pass(let bytes): return parse(bytes)
            case .passAnswered: return perform(parts!.answered(at: now, by: &reception))
            case .passRetire: return parts!.retire()
            case .passQuiesce: return perform(parts!.quiesce(at: now))
            case .passInputClosed:
                parser!.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
                takeParts()
                return perform(parts!.inputClosed())
            case .passTick: return perform(parts!.tick(at: now, by: &reception))
            case .read: return log.append("read")
            case .closeOutput: return log.append("close output")
            case .close: return log.append("close")
            }
        }
    }

    private func perform(_ first: PartsState.Action) {
        depth += 1
        deepest = max(deepest, depth)
        defer { depth -= 1 }
        var action = first
        while true {
            switch action {
            case .none: return
            case .pass(let part, _): pass(part)
            case .invite(let head, _):
                log.append("100")
                if let head { pass(head) }
            case .serve(let call, let body): begin(call, body)
            case .refuse(let error, let call, let keepAlive):
                perform(refuse(error, call, keepAlive: keepAlive))
            case .passQuiesce: log.append("router: quiesce")
            case .passInputClosed: log.append("router: input closed")
            case .read: log.append("read")
            case .close: perform(state.close())
            }
            action = parts!.goOn(at: now, by: &reception)
        }
    }

    private func begin(_ call: CallHead, _ body: ByteBuffer) {
        log.append("\(call.front)")
        bodies.append(String(buffer: body))
        keepsAlive.append(call.keepAlive)
        serving = call
        if lane == .atOnce { answer() }
    }

    private func refuse(_ error: GatewayError, _ call: CallHead, keepAlive: Bool) -> FrontState.Action {
        log.append("\(error.status)")
        let bytes = ErrorResponse.bytes(error, call: call, keepAlive: keepAlive)
        refusals.append(String(buffer: bytes))
        return state.answered(bytes, keepAlive: keepAlive, at: now)
    }

    private func pass(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): log.append("router: \(head.method) \(head.uri)")
        case .body(let bytes): log.append("router: \(bytes.readableBytes) bytes")
        case .end: log.append("router: end")
        }
    }

    private func demote(_ bytes: ByteBuffer) {
        var limit = NIOHTTPDecoderLimitConfiguration()
        limit.maxHeaderListSize = limits.maxHeader
        limit.maxHeaderFieldSize = limits.maxHeader
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limit)
        let channel = EmbeddedChannel()
        try? channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(decoder))
        parser = channel
        parts = PartsState(
            limits: limits, routes: ServerRoutes(publicMetrics: false), from: .unknown,
            isSpare: state.isSpare, at: now)
        parse(bytes)
    }

    private func parse(_ bytes: ByteBuffer) {
        var bytes = bytes
        let fault = parts!.bytesCame(&bytes, at: now)
        parser!.pipeline.fireChannelRead(bytes)
        parser!.pipeline.fireChannelReadComplete()
        takeParts()
        if let fault, !state.isOver { perform(parts!.failed(fault, at: now, by: &reception)) }
    }

    private func takeParts() {
        while let part = try? parser!.readInbound(as: HTTPServerRequestPart.self) {
            if !state.isOver { perform(parts!.received(part, at: now, by: &reception)) }
        }
        do { try parser!.throwIfErrorCaught() } catch {
            if error is ByteToMessageDecoderError { return }
            guard let error = error as? HTTPParserError else { return log.append("\(error)") }
            if !state.isOver { perform(parts!.failed(error, at: now, by: &reception)) }
        }
    }
}

extension ServerLimits {
    /// Room for heads that the parser's own limit would else refuse first.
    static var roomy: ServerLimits {
        var limits = ConnectionRig.limits
        limits.maxHeader = 1 << 16
        return limits
    }
}
