import Balancer
import Dialects
import Gateway
import NIOCore

/// A connection as a value: bytes, answers and time go in, what to do comes out.
///
/// It frames plain hot requests strictly and has them served one at a time. From the first byte that is no such request
/// the full parser frames (`PartsState`), and this value only ends the connection.
struct FrontState {
    /// Where the connection stands.
    enum Phase {
        /// The client is to send. To `answering` by a whole request or one that is refused, to `demoted` by anything that
        /// is no plain hot request, to `closed` after too long a silence.
        case reading(Reading)
        /// A request has been taken; what comes behind it is held. To `reading` after the answer, to `ending` where that
        /// was the last one.
        case answering(Turn)
        /// The full parser frames, from here on always. To `ending` by an answer that is the last one.
        case demoted
        /// The last bytes are being written and nothing more is read. To `lingering` when they are out.
        case ending
        /// The client may still read: closing at once with input unread would reset the connection. To `closed` when it
        /// has hung up or had its time.
        case lingering(since: Moment)
        /// Nothing more happens.
        case closed
    }

    /// What the client is to send next, and since when.
    enum Reading {
        /// The first byte of a request.
        case idle(since: Moment)
        /// The rest of a head.
        case head(since: Moment)
        /// The rest of so many bytes of body. Its head is read once, however many pieces the body comes in.
        indirect case body(CallHead, length: Int, since: Moment)
    }

    /// How near the end of the process is.
    enum Ending: Equatable {
        case far
        /// The next answer is the last one.
        case near
        /// A connection ends unless it has a request.
        case here(since: Moment)
    }

    /// What the shell is to do.
    enum Action {
        case none
        /// Hand the request to the lane, then say `begun`.
        case serve(CallHead, ByteBuffer)
        /// Count the refusal and write it, then say `answered`.
        case refuse(GatewayError, CallHead, keepAlive: Bool)
        /// Write the end of an answer; where it `goesOn`, then say `goOn`.
        case write(ByteBuffer, goesOn: Bool)
        /// Write the last bytes; when they are out, say `lastIsWritten`.
        case end(ByteBuffer)
        /// Build the full parser and the router, give them these bytes, and tell them how near the end is.
        case demote(ByteBuffer, Ending, reads: Bool)
        /// For the parser that the connection was demoted to.
        case pass(ByteBuffer), passAnswered, passRetire, passQuiesce, passInputClosed, passTick
        /// Read from the socket.
        case read
        /// Say that nothing more comes.
        case closeOutput
        case close
    }

    private(set) var phase: Phase
    /// Bytes that are not framed yet.
    private var held = ByteBuffer()
    /// The key of the last request.
    private var presented = PresentedKey()
    private var pace = ClientPace.keepsUp
    private var ending = Ending.far
    /// Nothing has been asked yet: the first request may be on its way.
    private var isFresh = true
    /// There was no room for this connection: requests that run a model are refused as long as there is none.
    private(set) var isSpare = false
    /// The channel wants to read, and has to wait until what it has read is served.
    private var readIsHeld = false
    private let limits: ServerLimits
    private let usesTLS: Bool
    /// The other end of the connection.
    private var client = ClientAddress.unknown

    /// How long a client may take for the rest of a head when the process ends.
    static let restOfHead = Duration.seconds(1)

    /// How long a client may take to read the last answer before the connection is closed for good.
    static let lingering = Duration.seconds(2)

    init(limits: ServerLimits, usesTLS: Bool, at now: Moment) {
        phase = .reading(.idle(since: now))
        self.limits = limits
        self.usesTLS = usesTLS
    }

    /// The last answer is out or on its way: nothing more is read.
    var isOver: Bool {
        switch phase {
        case .reading, .answering, .demoted: false
        case .ending, .lingering, .closed: true
        }
    }

    // MARK: Reading

    /// The channel is connected.
    mutating func opened(at now: Moment, from client: ClientAddress) {
        self.client = client
        if case .reading(.idle) = phase { phase = .reading(.idle(since: now)) }
    }

    /// The client sent something.
    mutating func received(_ bytes: ByteBuffer, at now: Moment, by reception: inout Reception) -> Action {
        switch phase {
        case .reading:
            hold(bytes)
            return frame(at: now, by: &reception)
        case .answering:
            hold(bytes)
            return .none
        case .demoted: return .pass(bytes)
        case .ending, .lingering, .closed: return .none
        }
    }

    /// Whether the channel may read on. Where a request waits already it may not: the client can wait too.
    mutating func mayRead() -> Bool {
        switch phase {
        case .reading where pace == .keepsUp: return true
        case .reading, .answering:
            readIsHeld = held.readableBytes > 0
            return !readIsHeld
        case .demoted, .ending, .lingering, .closed: return true
        }
    }

    private mutating func hold(_ bytes: ByteBuffer) {
        if held.readableBytes == 0 {
            held = bytes
        } else {
            var bytes = bytes
            held.writeBuffer(&bytes)
        }
    }

    /// The next request of what is held, if it is whole and the client has read the answers before it.
    private mutating func frame(at now: Moment, by reception: inout Reception) -> Action {
        guard case .reading(let reading) = phase, pace == .keepsUp else { return .none }
        if case .body(let call, let length, _) = reading {
            return held.readableBytes < length ? releaseRead() : serve(call, length)
        }
        guard held.readableBytes > 0 else { return releaseRead() }
        switch held.withUnsafeReadableBytes(RequestSniffer.sniff) {
        case .needMore:
            guard held.readableBytes <= limits.maxHeader else { return refuseHead(limits.headTooLarge, by: &reception) }
            if case .idle = reading { phase = .reading(.head(since: now)) }
            return releaseRead()
        case .reject: return demote()
        case .hot(let head): return take(head, at: now, by: &reception)
        }
    }

    private mutating func take(_ head: SniffedHead, at now: Moment, by reception: inout Reception) -> Action {
        guard head.length <= limits.maxHeader else {
            return refuse(limits.headTooLarge, reception.unread(head.front), keepAlive: false)
        }
        guard head.contentLength <= limits.maxBody else {
            return refuse(limits.bodyTooLarge, reception.unread(head.front), keepAlive: false)
        }
        if isSpare {
            guard !reception.isCrowded else {
                return refuse(ServerLimits.tooManyConnections, reception.unread(head.front), keepAlive: false)
            }
            isSpare = false
        }
        let arrival = read(head, by: &reception)
        held.moveReaderIndex(forwardBy: head.length)
        let isWhole = held.readableBytes >= head.contentLength
        if let refusal = arrival.refusal {
            // The body of a refused client is not read. What follows could be taken for a new request, so it closes.
            if isWhole { held.moveReaderIndex(forwardBy: head.contentLength) }
            return refuse(refusal, arrival.call, keepAlive: isWhole)
        }
        guard isWhole else {
            phase = .reading(.body(arrival.call, length: head.contentLength, since: now))
            return releaseRead()
        }
        return serve(arrival.call, head.contentLength)
    }

    private mutating func read(_ head: SniffedHead, by reception: inout Reception) -> Reception.Arrival {
        // Moved out and in again: a closure that changes it could not read `held` beside it.
        var known = PresentedKey()
        swap(&known, &presented)
        defer { swap(&known, &presented) }
        return held.withUnsafeReadableBytes { reception.read(head, in: $0, from: client, after: &known) }
    }

    private mutating func serve(_ call: CallHead, _ length: Int) -> Action {
        let body = held.readSlice(length: length) ?? ByteBuffer()
        if held.readableBytes == 0 { held = ByteBuffer() }
        isFresh = false
        phase = .answering(.beginning)
        return .serve(ending == .far ? call : call.asLast(), body)
    }

    private mutating func demote() -> Action {
        isFresh = false
        phase = .demoted
        let reads = readIsHeld
        readIsHeld = false
        return .demote(takeHeld(), ending, reads: reads)
    }

    private mutating func takeHeld() -> ByteBuffer {
        let bytes = held
        held = ByteBuffer()
        return bytes
    }

    private mutating func releaseRead() -> Action {
        guard readIsHeld else { return .none }
        readIsHeld = false
        return .read
    }

    // MARK: Answering

    /// A head that is not read to its end: nothing after it can be read either, so the connection ends.
    private mutating func refuseHead(_ error: GatewayError, by reception: inout Reception) -> Action {
        let front = held.withUnsafeReadableBytes(ServerRoutes.errorFront(ofHead:))
        return refuse(error, reception.unread(front), keepAlive: false)
    }

    private mutating func refuse(_ error: GatewayError, _ call: CallHead, keepAlive: Bool) -> Action {
        phase = .answering(.serving)
        return .refuse(error, call, keepAlive: keepAlive && ending == .far)
    }

    /// The lane has the request.
    mutating func begun(at now: Moment, by reception: inout Reception) -> Action {
        guard case .answering(let turn) = phase else { return .none }
        if turn == .answered { return goOn(at: now, by: &reception) }
        phase = .answering(.serving)
        return held.readableBytes == 0 ? releaseRead() : .none
    }

    /// These are the last bytes of an answer.
    mutating func answered(_ bytes: ByteBuffer, keepAlive: Bool, at now: Moment) -> Action {
        let isLast = !keepAlive || ending != .far
        switch phase {
        case .answering(let turn) where !isLast:
            phase = .answering(.answered)
            return .write(bytes, goesOn: turn == .serving)
        case .demoted where !isLast: return .write(bytes, goesOn: true)
        case .reading, .answering, .demoted:
            end()
            return .end(bytes)
        case .ending, .lingering, .closed: return .none
        }
    }

    /// The answer is written: what waited goes on.
    mutating func goOn(at now: Moment, by reception: inout Reception) -> Action {
        switch phase {
        case .answering(.answered):
            phase = .reading(.idle(since: now))
            return frame(at: now, by: &reception)
        case .demoted: return .passAnswered
        case .reading, .answering, .ending, .lingering, .closed: return .none
        }
    }

    /// The answer that is being written is the last one.
    mutating func end() {
        guard !isOver else { return }
        phase = .ending
        held = ByteBuffer()
        readIsHeld = false
    }

    /// The last byte of the last answer has left this process.
    mutating func lastIsWritten(at now: Moment) -> Action {
        guard case .ending = phase else { return .none }
        // A half-closed TLS connection is not for every client.
        if usesTLS { return close() }
        phase = .lingering(since: now)
        return .closeOutput
    }

    // MARK: The rest of the world

    /// The client has read enough, or too little.
    mutating func writabilityChanged(_ isWritable: Bool, at now: Moment, by reception: inout Reception) -> Action {
        pace.changed(isWritable: isWritable, at: now)
        return frame(at: now, by: &reception)
    }

    /// There is no room for this connection.
    mutating func becomeSpare() { isSpare = true }

    /// How long it has waited for a request; nil while it has one, or is at its end.
    var wait: IdleQueue.Wait? {
        switch phase {
        case .reading(.idle(let since)) where held.readableBytes == 0: IdleQueue.Wait(hasBegun: false, since: since)
        case .reading(.head(let since)): IdleQueue.Wait(hasBegun: true, since: since)
        case .reading, .answering, .demoted, .ending, .lingering, .closed: nil
        }
    }

    /// Bytes that came and are not served.
    var heldBytes: Int { held.readableBytes }

    /// There is no room for more of a body that comes: its request is refused, what runs goes on.
    mutating func overloaded() -> Action {
        guard case .reading(.body(let call, _, _)) = phase else { return .none }
        return refuse(ServerLimits.memoryIsFull, call, keepAlive: false)
    }

    /// The process is to end before long: the next answer is the last one.
    mutating func retire() -> Action {
        if ending == .far { ending = .near }
        return if case .demoted = phase { .passRetire } else { .none }
    }

    /// The process is to end: a connection without a request ends now, any other with its answer.
    mutating func quiesce(at now: Moment) -> Action {
        ending = .here(since: now)
        switch phase {
        case .reading(.idle(let since)) where held.readableBytes == 0 && !mayBeAsked(since, at: now): return close()
        case .reading, .answering, .ending, .lingering, .closed: return .none
        case .demoted: return .passQuiesce
        }
    }

    /// Whether a first request may still come to a connection that was accepted a moment ago: its client knows nothing of the end.
    private func mayBeAsked(_ since: Moment, at now: Moment) -> Bool { isFresh && now - since <= Self.restOfHead }

    /// The client has closed its side. It is gone then: nobody half-closes and waits for a chat.
    mutating func inputClosed() -> Action {
        if case .demoted = phase { return .passInputClosed }
        return close()
    }

    /// The time limits; `queued` is asked for the bytes that wait for a client that is behind.
    mutating func tick(at now: Moment, queued: () -> Int, by reception: inout Reception) -> Action {
        if pace.isStalled(at: now, limit: limits.idleTimeout, least: limits.leastTaken, queued: queued) {
            return close()
        }
        switch phase {
        case .reading(.idle(let since)):
            // What has come waits for a client that does not read.
            if case .here = ending, held.readableBytes == 0, !mayBeAsked(since, at: now) { return close() }
            return now - since > limits.idleTimeout ? close() : .none
        case .reading(.head) where ending.isOver(restOfHead: now): return close()
        case .reading(.head(let since)):
            return now - since > limits.headerTimeout ? refuseHead(ServerLimits.slowHead, by: &reception) : .none
        case .reading(.body(let call, _, let since)):
            return now - since > limits.bodyTimeout ? refuse(ServerLimits.slowBody, call, keepAlive: false) : .none
        case .demoted: return .passTick
        case .lingering(let since): return now - since > Self.lingering ? close() : .none
        case .answering, .ending, .closed: return .none
        }
    }

    /// The connection is to end whatever it is at.
    mutating func close() -> Action {
        if case .closed = phase { return .none }
        closed()
        return .close
    }

    /// The channel is gone.
    mutating func closed() {
        phase = .closed
        held = ByteBuffer()
    }
}

extension FrontState.Ending {
    /// Whether a client has had its time for the rest of a head.
    func isOver(restOfHead now: Moment) -> Bool {
        if case .here(let since) = self { now - since > FrontState.restOfHead } else { false }
    }
}
