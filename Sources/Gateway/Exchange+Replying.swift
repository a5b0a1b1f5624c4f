public import Balancer
import Dialects
import Ledger
public import NIOCore

/// The bytes for the client, and the end.
extension Exchange {
    /// All bytes of one read were given: the client gets the whole frames among them.
    public mutating func flush(at now: Moment) -> Action {
        guard phase == .relaying, isStream, let bytes = reply.takeFrames() else { return .none }
        return .write(bytes)
    }

    /// The bytes of a `write` have left the process: their buffer may be filled again.
    public mutating func written(_ spent: consuming ByteBuffer) {
        if phase == .relaying { reply.reuse(consume spent) }
    }

    /// The answer is whole.
    mutating func succeed(at now: Moment) -> Action {
        var keepAlive = call.head.keepAlive
        if isStream {
            reply.endStream()
            if !call.head.allowsChunked { keepAlive = false }
        }
        finishRecord(.succeeded, status: 200, error: nil, at: now)
        return .finish(reply.take(), keepAlive: keepAlive)
    }

    /// The exchange ends with an error: as an answer of its own, or as the last event of a stream that has begun.
    mutating func fail(_ error: GatewayError, at now: Moment) -> Action {
        if let role { return fail(role, error, at: now) }
        if case .answered(let spare) = share { return give(spare, at: now) }
        if case .unloading(let first) = share { return end(first, at: now) }
        let (told, status) = error.told(to: call.head)
        if reply.headIsOut {
            // Frames without a token are no answer.
            if !reply.isOut { reply.discard() }
            openStream(at: now)
            // Of an attempt whose frames were discarded the client has none.
            let events = reply.isOut ? account.remains?.events ?? 0 : 0
            call.head.front.writeInStream(told, behind: events, into: &reply.bytes)
            reply.endStream()
            // A client that has nothing of an answer was refused, as by a status of its own.
            finishRecord(
                error.status < 500 && !reply.isOut ? .rejected : .failed, status: 200, error: error, at: now)
            return .finish(
                reply.take(), keepAlive: call.head.keepAlive && call.head.allowsChunked && error != .shuttingDown)
        }
        var body = ByteBuffer()
        call.head.front.write(told, into: &body)
        reply.bytes = ByteBuffer()
        reply.bytes.reserveCapacity(body.readableBytes + 1024)
        writeHead(status: status, contentType: call.head.front.contentType(isStream: false), at: now)
        if let seconds = error.retryAfter {
            reply.bytes.writeStaticString("retry-after: ")
            reply.bytes.writeDecimal(seconds)
            reply.bytes.writeStaticString("\r\n")
        }
        if !error.mayPass(after: account.attempts) || isForGood(error) {
            reply.bytes.writeStaticString("x-should-retry: false\r\n")
        }
        let keepAlive = call.head.keepAlive && error != .shuttingDown
        if !keepAlive, call.head.keepAlive { reply.bytes.writeStaticString("connection: close\r\n") }
        reply.write(body: &body)
        finishRecord(error.status < 500 ? .rejected : .failed, status: status, error: error, at: now)
        return .finish(reply.take(), keepAlive: keepAlive)
    }

    /// Whether the model's one deployment refuses the account that it is called with: asked again it says the same.
    private func isForGood(_ error: GatewayError) -> Bool {
        guard error.kind == .upstreamFailed, course.lastFailure?.kind == .authentication, course.fallbacks.taken == 0,
            let route = course.route
        else { return false }
        return routes.deployments(of: route.model).count == 1
    }

    /// What was given up for a better answer, of which nothing came.
    private mutating func give(_ spare: SpareAnswer, at now: Moment) -> Action {
        // What came of the better one, where it was ended by a limit, is paid for all the same.
        account.discardAnswer(at: price(at: record.deployment))
        record.deployment = spare.deployment
        if let remains = spare.remains { takeBack(remains) }
        if let shelf = settings.shelf, let kept = spare.kept {
            shelf.keep(kept, of: call.head.caller.owner, confinement, at: now)
        }
        var body = spare.body
        reply.bytes = ByteBuffer()
        reply.bytes.reserveCapacity(body.readableBytes + 1024)
        writeHead(status: 200, contentType: call.head.front.contentType(isStream: false), at: now)
        reply.write(body: &body)
        return succeed(at: now)
    }

    /// The attempt that was discarded is the one that answers.
    private mutating func takeBack(_ remains: Attempt.Remains) {
        account.takeBack(remains, at: price(at: record.deployment))
        record.lastAttempt = remains.number
        guard let place = record.failedAttempts.lastIndex(where: { $0.number == Int(remains.number) }) else { return }
        record.sentNanoseconds = record.failedAttempts.remove(at: place).sentNanoseconds
    }

    /// The request that it is a part of tells its client.
    private mutating func fail(_ role: PartRole, _ error: GatewayError, at now: Moment) -> Action {
        role.error = error
        reply.discard()
        finishRecord(error.status < 500 ? .rejected : .failed, status: error.status, error: error, at: now)
        return .finish(ByteBuffer(), keepAlive: true)
    }

    /// Frames may be written from here on, behind the head where they are the first.
    ///
    /// - Parameter room: bytes that the frames will have, about: so much is reserved, since a buffer that grows is copied.
    mutating func openStream(for room: Int = 0, at now: Moment) {
        guard !reply.isOpen else { return }
        if room > 0 { reply.bytes.reserveCapacity(room + (reply.needsHead ? 1024 : 64)) }
        if reply.needsHead, role == nil {
            writeHead(status: 200, contentType: call.head.front.contentType(isStream: true), at: now)
            reply.endStreamHead()
        }
        reply.openChunk()
    }

    /// Call this now and then: what the client should get because nothing else came, since proxies on the way cut what is
    /// silent for a minute.
    ///
    /// The first of them sends the head, and then no other status can be told. Attempts go on all the same: until the
    /// first token the client has nothing of an answer.
    public mutating func keepAlive(at now: Moment) -> Action {
        guard let interval = settings.pingInterval, isStream, role == nil, let text = call.head.front.keepAlive,
            reply.standsStill(for: interval, since: call.began, at: now)
        else { return .none }
        return .write(reply.pass(text, behind: reply.headIsOut ? nil : reply.earlyHead(call.head)))
    }

    // MARK: Ends

    /// The client is gone: settles at once; nothing is left to do but to abort the upstream call.
    public mutating func clientLeft(at now: Moment) {
        guard phase != .over else { return }
        endWait(at: now)
        endAttempt(.ignored, at: now)
        finishRecord(.cancelled, status: 499, error: nil, at: now)
    }

    /// The gateway has no room for it: ends with this error, and blames nobody.
    public mutating func overloaded(_ error: GatewayError, at now: Moment) -> Action {
        guard phase != .over else { return .none }
        endWait(at: now)
        endAttempt(.ignored, at: now)
        return fail(error, at: now)
    }

    /// The gateway cannot wait any longer: ends with an error.
    public mutating func stop(at now: Moment) -> Action {
        guard phase != .over else { return .none }
        if isComplete { return complete(at: now) }
        endWait(at: now)
        endAttempt(.ignored, at: now)
        return fail(.shuttingDown, at: now)
    }

    /// Ends the exchange: no event does anything after this.
    mutating func finishRecord(_ outcome: RequestOutcome, status: Int, error: GatewayError?, at now: Moment) {
        phase = .over
        if late != nil { endLate(.ignored, at: now) }
        deadlines.clear()
        record.outcome = outcome
        record.status = status
        record.error = error?.kind.rawValue ?? -1
        record.attempts = account.attempts - account.furtherUnloads
        record.furtherAttempts = account.furtherAttempts
        record.fallbacks = fallbacksTaken
        record.fenceRefusals += course.fallbacks.refused
        record.confinement = confinement.rawValue
        record.durationNanoseconds = (now - call.began).nanoseconds
        record.queueNanoseconds = waits.total.nanoseconds
        if let firstTokenAt = account.remains?.firstTokenAt, record.timeToFirstTokenNanoseconds < 0 {
            record.timeToFirstTokenNanoseconds = (firstTokenAt - call.began).nanoseconds
        }
        recordCost()
        if let usage = account.remains?.usage {
            record.promptTokens = usage.promptTokens
            record.completionTokens = usage.completionTokens
        }
        if role == nil { book(at: now) }
        if !settings.tellsPrompts || record.attempts == 0 { asked = nil }
    }

    // MARK: Heads and costs

    mutating func writeHead(status: Int, contentType: StaticString, at now: Moment) {
        reply.beginHead(
            status: status, contentType: contentType, callID: call.head.callID,
            place: record.deployment >= 0 ? headers(at: record.deployment) : ByteBuffer(),
            retries: account.retries, fallbacks: fallbacksTaken)
        writeCost()
        writeKey(at: now)
        let total = now - call.began
        // Of two that run, from the first one's bytes on.
        let running =
            late.map { total - .nanoseconds($0.sentNanoseconds) } ?? (attempt?.sentAt).map { now - $0 } ?? .zero
        reply.writeTimes(
            total: total, overhead: max(.zero, total - account.upstreamTime - running - waits.total), waits: waits)
        reply.writeConnection(allowOrigin: call.head.allowOrigin, keepAlive: call.head.keepAlive)
    }

    /// Models that took the place of the one asked for: of parts, the most that one has come by.
    private var fallbacksTaken: Int { max(course.fallbacks.taken, underway?.sum.fallbacks ?? 0) }

    /// Tokens of the attempt that runs, as far as they are counted, or of the one that gave the client what it has.
    private var usage: Usage? {
        mutating get {
            guard let usage = attempt?.translator?.usageInPlace() else { return account.remains?.usage }
            return counted(usage, answerBytes: attempt?.answerBytes ?? 0)
        }
    }

    /// The cost of what that attempt has used so far, and what the same would have cost at the model that
    /// everything is compared with. Nil where no upstream has counted anything.
    private var costs: (own: Money, compared: Money?)? {
        mutating get {
            guard let usage, record.deployment >= 0 else { return nil }
            if let sum = underway?.sum { return (sum.cost, sum.comparedCost) }
            return (
                price(at: record.deployment).cost(of: usage).total,
                settings.comparedPrice.map { $0.cost(of: usage).total }
            )
        }
    }

    /// The cost of the attempt that runs, as far as it is counted.
    var costOfAttempt: Money? { mutating get { attempt == nil ? nil : costs?.own } }

    /// Headers of the cost: known once the answer is whole, so a stream has none unless it costs nothing.
    mutating func writeCost() {
        let isFree =
            if let underway {
                isFree(underway)
            } else {
                record.deployment < 0 || price(at: record.deployment) == .free
            }
        let isStream = asked?.streams == true
        guard isFree || !isStream || usage == nil else { return }
        // The usual request is local, and nothing is worked out for it.
        let costs = !isFree || (settings.comparedPrice != nil && !isStream) ? costs : nil
        reply.writeCost(costs?.own, compared: isStream ? nil : costs?.compared)
    }

    /// Whether nothing that the parts may come to costs anything.
    private func isFree(_ underway: PartsUnderway) -> Bool {
        guard let route = course.route, underway.sum.cost == .zero else { return false }
        return routes.deployments(of: route.model).allSatisfy { routes.deployments[$0].price == .free }
    }

    /// The cost of a stream's tokens, for the chunk that counts them; nil where nobody is to be told.
    var streamCost: (@Sendable (Usage) -> String)? {
        guard settings.saysStreamsCost else { return nil }
        let price = self.price(at: record.deployment)
        return { price.cost(of: $0).total.description }
    }

    /// Books the cost, once the exchange is over.
    mutating func recordCost() {
        record.failedAttemptsCost = account.failedCost.picodollars
        guard let costs else { return }
        record.cost = costs.own.picodollars
        record.comparedCost = costs.compared?.picodollars ?? -1
    }
}
