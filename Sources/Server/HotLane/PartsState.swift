import Balancer
import Dialects
import Gateway
import NIOCore
import NIOHTTP1

/// A connection behind the full parser as a value: the parser's parts, the lane's and the router's answers and time go in,
/// what to do comes out.
///
/// Hot requests go to the lane, all others to the router. Answers keep the order of their requests: while one of the two
/// is at it, a request for the other waits here.
struct PartsState {
    /// Whose body the parts are that come.
    enum Taking {
        case nobody
        /// A hot request's; it is gathered in `body`.
        indirect case hot(Reception.Arrival)
        /// The router's.
        case cold
    }

    /// Who is at it.
    enum Answering {
        /// To `lane` by a whole hot request, to `router` by the head of any other.
        case nobody
        /// To `nobody` with the last byte of the answer.
        case lane(Turn)
        /// To `nobody` with the end of its last answer, to `over` where that ends the connection.
        case router(RouterTurn)
        /// The connection ends: nothing that comes is looked at.
        case over
    }

    /// What has to wait until all requests before it are answered.
    struct Waiting {
        var parts = CircularBuffer<HTTPServerRequestPart>()
        /// The parser can read no further; with the shape to say it in.
        var error: (GatewayError, Front)?
        var quiesce = false
        var inputClosed = false
        var read = false

        var isEmpty: Bool { parts.isEmpty && error == nil && !quiesce && !inputClosed && !read }
    }

    /// What the shell is to do, and then to say `goOn`.
    enum Action {
        case none
        /// Hand the part to the router. It waited where it `isLate`: then no end of a read follows that would show it.
        case pass(HTTPServerRequestPart, isLate: Bool)
        /// Write `100 Continue`; then hand the head to the router, if there is one.
        case invite(HTTPServerRequestPart?, isLate: Bool)
        /// Hand the request to the lane.
        case serve(CallHead, ByteBuffer)
        /// Count the refusal and write it.
        case refuse(GatewayError, CallHead, keepAlive: Bool)
        /// For the router.
        case passQuiesce, passInputClosed
        /// Read from the socket.
        case read
        case close
    }

    /// What to do with a part of the router's answer.
    enum Writing {
        case asIs
        /// It is the connection's last.
        case last
        /// Write it, and flush before a hot answer goes out past it; then say `goOn`.
        case thenGoOn
        /// Nobody reads it.
        case drop
    }

    private(set) var incoming: Incoming
    private var framing: FramingGuard
    private(set) var taking = Taking.nobody
    private(set) var answering = Answering.nobody
    /// The hot request's so far. Not held by `taking`, where each piece would copy those before it.
    private var body = ByteBuffer()
    /// Bytes of bodies that the router has been handed and not answered.
    private var routedBytes = 0
    /// Unpacks it where it is packed.
    private var inflater: BodyInflater?
    private var waiting = Waiting()
    /// In whose shape errors are written that concern the request being read.
    private var errorFront = Front.openAIChat
    private var clientKeepsUp = true
    private let limits: ServerLimits
    private let routes: ServerRoutes
    /// The other end of the connection.
    private let client: ClientAddress
    /// There was no room for this connection: requests that run a model are refused as long as there is none, and an answer is
    /// the last one.
    private var isSpare: Bool
    private var ending = FrontState.Ending.far

    init(
        limits: ServerLimits, routes: ServerRoutes, from client: ClientAddress, isSpare: Bool = false, at now: Moment
    ) {
        self.isSpare = isSpare
        incoming = .idle(since: now)
        framing = FramingGuard(maxBody: limits.maxBody)
        self.client = client
        self.limits = limits
        self.routes = routes
    }

    // MARK: Reading

    /// These bytes go to the parser now, without what may not be read.
    ///
    /// - Returns: why the rest may not be, to be said by ``failed(_:at:by:)`` when the parser has read them.
    mutating func bytesCame(_ bytes: inout ByteBuffer, at now: Moment) -> FramingGuard.Fault? {
        let fault = framing.check(&bytes)
        incoming.bytesCame(bytes, at: now)
        return fault
    }

    /// The parser has read this.
    mutating func received(
        _ part: HTTPServerRequestPart, at now: Moment, by reception: inout Reception
    ) -> Action {
        incoming.read(part, at: now)
        var part = part
        if case .head(var head) = part {
            head.trimFields()
            head.takeHostFromTarget()
            part = .head(head)
        }
        if case .over = answering { return .none }
        // What follows a fault is not looked at: the rest of a body for which there is no room.
        guard waiting.error == nil else { return .none }
        guard waiting.parts.isEmpty, !isBlocked(part) else {
            waiting.parts.append(part)
            return .none
        }
        return take(part, isLate: false, by: &reception)
    }

    /// Whether the channel may read on. Where a request waits already, or a fault to be said, it may not: the client can wait too.
    mutating func mayRead() -> Bool {
        waiting.read = !waiting.parts.isEmpty || waiting.error != nil
        return !waiting.read
    }

    /// A request waits where its answer could overtake another, or where the client does not read.
    private func isBlocked(_ part: HTTPServerRequestPart) -> Bool {
        guard case .head(let head) = part else { return false }
        switch answering {
        case .nobody: return !clientKeepsUp && hotRoute(head) != nil
        // A 100 or a refusal must not land inside the answer before it either.
        case .router:
            return head.headers.contains(name: "expect") || isTooLarge(head) || head.fault != nil
                || hotRoute(head) != nil
        case .lane, .over: return true
        }
    }

    private mutating func take(
        _ part: HTTPServerRequestPart, isLate: Bool, by reception: inout Reception
    ) -> Action {
        switch (part, taking) {
        case (.head(let head), _): return take(head, isLate: isLate, by: &reception)
        case (.body(var bytes), .hot):
            if let inflater {
                do throws(BodyInflater.Fault) { try inflater.unpack(bytes, into: &body) } catch {
                    return refuse(limits.unpacking(error), as: errorFront, by: &reception)
                }
                return .none
            }
            guard body.readableBytes + bytes.readableBytes <= limits.maxBody else {
                return refuse(limits.bodyTooLarge, as: errorFront, by: &reception)
            }
            if body.readableBytes == 0 { body = bytes } else { body.writeBuffer(&bytes) }
            return .none
        case (.end, .hot(let arrival)):
            do throws(BodyInflater.Fault) { try inflater?.finish() } catch {
                return refuse(limits.unpacking(error), as: errorFront, by: &reception)
            }
            let whole = body
            putDown()
            answering = .lane(.beginning)
            let call = ending == .far ? arrival.call : arrival.call.asLast()
            guard let refusal = arrival.refusal else { return .serve(call, whole) }
            return .refuse(refusal, call, keepAlive: call.keepAlive)
        case (.body(let bytes), _):
            routedBytes += bytes.readableBytes
            return .pass(part, isLate: isLate)
        case (.end, _):
            putDown()
            return .pass(part, isLate: isLate)
        }
    }

    private mutating func take(
        _ head: HTTPRequestHead, isLate: Bool, by reception: inout Reception
    ) -> Action {
        errorFront = ServerRoutes.errorFront(at: head.uri)
        if let fault = head.fault { return refuse(fault, as: errorFront, by: &reception) }
        if isTooLarge(head) { return refuse(limits.bodyTooLarge, as: errorFront, by: &reception) }
        if isSpare, !reception.isCrowded { isSpare = false }
        let expects = head.version == .http1_1 && head.headers.contains(name: "expect")
        guard let route = hotRoute(head) else {
            taking = .cold
            var turn = RouterTurn()
            if case .router(let open) = answering { turn = open }
            turn.begin(head, isLast: isSpare || ending != .far)
            answering = .router(turn)
            return expects ? .invite(.head(head), isLate: isLate) : .pass(.head(head), isLate: isLate)
        }
        if isSpare { return refuse(ServerLimits.tooManyConnections, as: errorFront, by: &reception) }
        let arrival = reception.read(head, to: route, from: client)
        if let refusal = arrival.refusal,
            head.headers.contains(name: "expect") || head.headers.contains(name: "transfer-encoding")
        {
            // The body of a refused client is not read.
            answering = .over
            return .refuse(refusal, arrival.call, keepAlive: false)
        }
        taking = .hot(arrival)
        if arrival.refusal == nil, arrival.coding != .identity {
            inflater = BodyInflater(arrival.coding, maximumLength: limits.maxBody)
        }
        return expects ? .invite(nil, isLate: isLate) : .none
    }

    private mutating func putDown() {
        taking = .nobody
        body = ByteBuffer()
        inflater = nil
    }

    private func isTooLarge(_ head: HTTPRequestHead) -> Bool {
        head.headers.first(name: "content-length").flatMap { Int($0) }.map { $0 > limits.maxBody } ?? false
    }

    private func hotRoute(_ head: HTTPRequestHead) -> HotRoute? {
        guard head.method == .POST else { return nil }
        return routes.hotRoute(at: String(head.uri.prefix { $0 != "?" }))
    }

    private static func errorFront(_ line: ByteBuffer) -> Front {
        line.withUnsafeReadableBytes(ServerRoutes.errorFront(ofHead:))
    }

    // MARK: Answering

    private mutating func refuse(
        _ error: GatewayError, as front: Front, by reception: inout Reception
    ) -> Action {
        end()
        return .refuse(error, reception.unread(front), keepAlive: false)
    }

    private mutating func close() -> Action {
        end()
        return .close
    }

    private mutating func end() {
        answering = .over
        routedBytes = 0
        putDown()
        waiting = Waiting()
    }

    /// The last byte of the lane's answer is given out.
    mutating func answered(at now: Moment, by reception: inout Reception) -> Action {
        guard case .lane(let turn) = answering else { return .none }
        answering = .lane(.answered)
        return turn == .serving ? goOn(at: now, by: &reception) : .none
    }

    /// The action is carried out: what waited goes on.
    mutating func goOn(at now: Moment, by reception: inout Reception) -> Action {
        switch answering {
        case .lane(.beginning):
            answering = .lane(.serving)
            // Reading on shows whether the client has left.
            return waiting.parts.isEmpty ? releaseRead() : .none
        case .lane(.serving), .over: return .none
        case .lane(.answered):
            answering = .nobody
            incoming.rest(at: now)
        case .nobody, .router: break
        }
        while let part = waiting.parts.first {
            if isBlocked(part) { return .none }
            waiting.parts.removeFirst()
            let action = take(part, isLate: true, by: &reception)
            if case .none = action { continue }
            return action
        }
        return settle(by: &reception)
    }

    /// What waits and is no part, once there is none left.
    private mutating func settle(by reception: inout Reception) -> Action {
        var isAnswering = false
        if case .router(let turn) = answering {
            isAnswering = true
            // A cold request whose own body is broken gets no answer of its own.
            if let (error, front) = waiting.error, turn.requests == 1, case .cold = taking {
                return turn.headIsOut ? close() : refuse(error, as: front, by: &reception)
            }
        }
        if case .lane = answering { return .none }
        if !isAnswering, let (error, front) = waiting.error { return refuse(error, as: front, by: &reception) }
        let isGathering = if case .hot = taking { true } else { false }
        if waiting.quiesce, !isGathering {
            guard isAnswering else { return hasPartOfHead ? releaseRead() : close() }
            waiting.quiesce = false
            return .passQuiesce
        }
        if waiting.inputClosed {
            if isGathering { return close() }
            waiting.inputClosed = false
            return .passInputClosed
        }
        return releaseRead()
    }

    private mutating func releaseRead() -> Action {
        guard waiting.read else { return .none }
        waiting.read = false
        return .read
    }

    /// The router writes.
    mutating func routerWrites(_ part: inout HTTPServerResponsePart, at now: Moment) -> Writing {
        switch answering {
        case .over: return .drop
        case .nobody, .lane: return .asIs
        case .router(var turn):
            guard turn.write(&part) else {
                answering = .router(turn)
                return .asIs
            }
            incoming.rest(at: now)
            guard turn.requests == 0 else {
                answering = .router(turn)
                return waiting.error == nil ? .asIs : .thenGoOn
            }
            answering = .nobody
            routedBytes = 0
            if turn.closes {
                end()
                return .last
            }
            return waiting.isEmpty ? .asIs : .thenGoOn
        }
    }

    // MARK: The rest of the world

    /// The parser can read no further.
    mutating func failed(_ error: HTTPParserError, at now: Moment, by reception: inout Reception) -> Action {
        // Bytes behind a request that closes the connection: nobody waits for an answer to them.
        if error == .closedConnection { return .none }
        return stop(
            error == .headerOverflow
                ? .headersTooLarge(message: "the request head is too large")
                : .invalidRequest(message: "this is not valid HTTP/1.1: \(error)", param: nil), at: now, by: &reception)
    }

    /// The parser has read all that it may.
    mutating func failed(_ fault: FramingGuard.Fault, at now: Moment, by reception: inout Reception) -> Action {
        stop(fault.error(limits), at: now, by: &reception)
    }

    private mutating func stop(_ fault: GatewayError, at now: Moment, by reception: inout Reception) -> Action {
        if case .over = answering { return .none }
        // The first fault is the one that counts: what the parser says of the bytes before it is its echo.
        guard waiting.error == nil else { return .none }
        let front =
            switch incoming {
            case .idle: Front.openAIChat
            case .head(_, let line): Self.errorFront(line)
            case .body: errorFront
            }
        waiting.error = (fault, front)
        incoming = .idle(since: now)
        if case .hot = taking { putDown() }
        return goOn(at: now, by: &reception)
    }

    /// The client has read enough, or too little.
    mutating func writabilityChanged(
        _ isWritable: Bool, at now: Moment, by reception: inout Reception
    ) -> Action {
        clientKeepsUp = isWritable
        guard isWritable else { return .none }
        if case .lane = answering { return .none }
        return goOn(at: now, by: &reception)
    }

    /// Bytes that came and are not answered.
    var heldBytes: Int { body.readableBytes + routedBytes }

    /// There is no room for more of a body that comes.
    mutating func overloaded(at now: Moment, by reception: inout Reception) -> Action {
        switch taking {
        case .nobody: .none
        case .hot: refuse(ServerLimits.memoryIsFull, as: errorFront, by: &reception)
        // Its route may have answered already: then this would be an answer to nothing.
        case .cold: stop(ServerLimits.memoryIsFull, at: now, by: &reception)
        }
    }

    /// How long it has waited for a request; nil while it has one, or is at its end.
    var wait: IdleQueue.Wait? {
        switch (answering, incoming) {
        case (.nobody, .idle(let since)) where waiting.isEmpty: IdleQueue.Wait(hasBegun: false, since: since)
        case (.nobody, .head(let since, _)): IdleQueue.Wait(hasBegun: true, since: since)
        default: nil
        }
    }

    /// The process is to end before long: the answer to the last request that came is the last one.
    mutating func retire() {
        if ending == .far { ending = .near }
        guard case .router(var turn) = answering else { return }
        turn.retire()
        answering = .router(turn)
    }

    private var hasPartOfHead: Bool { if case .head = incoming { true } else { false } }

    /// The process is to end. A request of which a part has come is still answered.
    mutating func quiesce(at now: Moment) -> Action {
        ending = .here(since: now)
        switch (answering, taking) {
        case (.over, _): return .none
        case (.lane, _), (_, .hot): waiting.quiesce = true
        case _ where !waiting.parts.isEmpty: waiting.quiesce = true
        case (.router, _): return .passQuiesce
        case (.nobody, _) where hasPartOfHead: waiting.quiesce = true
        case (.nobody, _): return close()
        }
        return .none
    }

    /// The client has closed its side: whoever waits for a hot answer is gone.
    mutating func inputClosed() -> Action {
        switch (answering, taking) {
        case (.over, _): return .none
        case (.lane, _), (_, .hot): return close()
        case _ where !waiting.parts.isEmpty: waiting.inputClosed = true
        default: return .passInputClosed
        }
        return .none
    }

    /// The time limits. While an answer is due, or a request waits for its turn, nobody is held to any.
    mutating func tick(at now: Moment, by reception: inout Reception) -> Action {
        guard waiting.parts.isEmpty else { return .none }
        switch (answering, incoming) {
        case (.lane, _), (.over, _): return .none
        case (_, .body(let since)):
            guard now - since > limits.bodyTimeout else { return .none }
            switch taking {
            case .nobody: return .none
            case .hot: return refuse(ServerLimits.slowBody, as: errorFront, by: &reception)
            case .cold:
                // Where the route has answered already a 408 would be an answer to nothing.
                guard case .router(let turn) = answering, turn.isUnanswered else { return close() }
                return refuse(ServerLimits.slowBody, as: errorFront, by: &reception)
            }
        case (.router, _): return .none
        case (.nobody, .head) where ending.isOver(restOfHead: now): return close()
        case (.nobody, .head(let since, let line)):
            guard now - since > limits.headerTimeout else { return .none }
            return refuse(ServerLimits.slowHead, as: Self.errorFront(line), by: &reception)
        case (.nobody, .idle(let since)): return now - since > limits.idleTimeout ? close() : .none
        }
    }
}
