public import Balancer
import Dialects
import Ledger
public import NIOCore

/// A request that runs as several: each part is an exchange of its own, with attempts, leases and reservations like any other, and
/// only the bytes for the client and the record of the request are made here.
extension Exchange {
    /// The part that it is of another's request.
    var role: PartRole? { if case .part(let role) = share { role } else { nil } }

    /// The parts that it runs as.
    var underway: PartsUnderway? { if case .whole(let underway) = share { underway } else { nil } }

    /// Its parts run.
    public var isInParts: Bool { phase == .inParts }

    // MARK: Whether

    /// The request's parts begin, where it is for several answers and an instance of the model can give but one, or where it has
    /// many texts for several boxes; nil where it is sent as it is.
    mutating func takeApart(_ request: ClientRequest, at route: RouteTable.Route, now: Moment) -> Action? {
        guard request.mayHaveParts, case .alone = share else { return nil }
        let deployments = routes.deployments(of: route.model)
        let parts: RequestParts
        if request.work == .embedding {
            guard let found = RequestParts(textsOf: request, most: readyBoxes(among: deployments)) else { return nil }
            parts = found
        } else {
            guard let found = RequestParts(answersOf: request) else { return nil }
            let isNative = deployments.allSatisfy { routes.deployments[$0].target?.answersSeveral(request) ?? true }
            guard !isNative else { return nil }
            guard found.count <= RequestParts.most else { return fail(Self.tooMany(found.count), at: now) }
            parts = found
        }
        let underway = PartsUnderway(parts)
        share = .whole(underway)
        phase = .inParts
        deadlines.clear()
        return .begin(underway.begin(), after: nil)
    }

    private static func tooMany(_ count: Int) -> GatewayError {
        .invalidRequest(
            message:
                "`n` times the prompts makes \(count) answers; ask for \(RequestParts.most) at most in one request",
            param: "n")
    }

    /// The instances inside that could work on a piece of the request at once.
    private func readyBoxes(among deployments: some Sequence<Int>) -> Int {
        var boxes: Set<String> = []
        for index in deployments {
            let id = DeploymentID(index: index)
            guard routes.deployments[index].isLocal, !ask.excluded.contains(id), balancer.isReady(id)
            else { continue }
            boxes.insert(routes.deployments[index].instanceName)
        }
        return boxes.count
    }

    // MARK: Parts

    /// One of its parts, to be begun like any exchange.
    public func makePart(_ number: Int, at now: Moment) -> Exchange? {
        guard let underway else { return nil }
        return Exchange(part: number, of: self, underway.parts, at: now)
    }

    private init(part number: Int, of whole: borrowing Exchange, _ parts: RequestParts, at now: Moment) {
        let head = whole.call.head
        // What is made of it, as the names of calls, is not to be the same in two answers.
        let random = head.random &+ UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
        self.init(
            CallHead(
                callID: head.callID, random: random, front: head.front, keepAlive: head.keepAlive, allowsChunked: false,
                allowOrigin: nil, caller: head.caller, wishes: head.wishes),
            body: whole.call.body, from: whole.record.client, balancer: whole.balancer, routes: whole.routes,
            settings: whole.shared, at: whole.call.began, unixSeconds: whole.call.unixSeconds)
        share = .part(PartRole(parts, number: number))
        // They are one request to the limits of its key.
        if number > 0 { spend?.isCounted = true }
    }

    /// What a part that is over leaves.
    public var partEnd: PartEnd {
        PartEnd(
            record: record, error: role?.error, usage: account.remains?.usage, retries: account.retries,
            upstreamTime: account.upstreamTime, waits: waits, confinement: confinement, rates: spend?.rates)
    }

    // MARK: Events

    /// A part has more of its stream.
    ///
    /// - Parameter deployment: that of the part, as in its record.
    public mutating func partWrote(_ pieces: ByteBuffer, of number: Int, from deployment: Int, at now: Moment) -> Action
    {
        guard phase == .inParts, let underway else { return .none }
        gather(pieces, of: number, from: deployment, underway, at: now)
        guard let bytes = reply.takeFrames() else { return .none }
        return .write(bytes)
    }

    private mutating func gather(
        _ pieces: ByteBuffer, of number: Int, from deployment: Int, _ underway: PartsUnderway, at now: Moment
    ) {
        if !reply.headIsOut { record.deployment = deployment }
        openStream(for: 2 * pieces.readableBytes, at: now)
        let start = reply.bytes.writerIndex
        underway.gathered.add(pieces, of: number, into: &reply.bytes)
        if reply.bytes.writerIndex > start { reply.hasToken = true }
    }

    /// A part is over.
    ///
    /// - Parameter bytes: its last, or its whole answer.
    public mutating func partEnded(_ number: Int, _ end: PartEnd, _ bytes: ByteBuffer, at now: Moment) -> Action {
        guard phase == .inParts, let underway else { return .none }
        take(end, underway)
        if let error = end.error ?? gatherEnd(bytes, of: number, end, underway, at: now) {
            return endParts(for: error, underway)
        }
        guard underway.isOver else {
            let (next, ready) = (underway.begin(), isStream ? reply.takeFrames() : nil)
            if !next.isEmpty { return .begin(next, after: ready) }
            return ready.map { .write($0) } ?? .none
        }
        return finishParts(underway, at: now)
    }

    /// A part was ended before it was over, since the request is.
    public mutating func partStopped(_ end: PartEnd) {
        guard let underway else { return }
        take(end, underway)
    }

    /// All parts have been ended after ``Action/endParts``.
    public mutating func partsStopped(at now: Moment) -> Action {
        guard phase == .inParts, let underway else { return .none }
        phase = .ready
        if underway.asksWhole {
            share = .again
            account.discardParts(cost: underway.sum.cost)
            spend?.isCounted = true
            return nextAttempt(at: now)
        }
        return fail(underway.error ?? .internalError, at: now)
    }

    /// One has failed. Vectors of two models cannot be compared: where another model may stand in, it does so for all of them.
    private mutating func endParts(for error: GatewayError, _ underway: PartsUnderway) -> Action {
        underway.stop()
        underway.error = error
        underway.asksWhole = !underway.parts.mayDiffer && error.isOutage && !reply.headIsOut
        return .endParts
    }

    private mutating func gatherEnd(
        _ bytes: ByteBuffer, of number: Int, _ end: PartEnd, _ underway: PartsUnderway, at now: Moment
    ) -> GatewayError? {
        if isStream {
            gather(bytes, of: number, from: end.record.deployment, underway, at: now)
            return nil
        }
        guard underway.gathered.add(whole: bytes, of: number) else {
            return .upstreamFailed(
                message:
                    "\(routes.deployments[end.record.deployment].instanceName) gave another number of answers than it was asked for"
            )
        }
        return nil
    }

    /// Adds what a part came to to the request's own.
    private mutating func take(_ end: PartEnd, _ underway: PartsUnderway) {
        let isFirst = record.deployment < 0
        underway.ended(end)
        account.took(end)
        waits.took(end.waits)
        confinement.formUnion(end.confinement)
        if let rates = end.rates { spend?.took(rates) }
        if end.record.deployment >= 0, isFirst || end.error != nil { record.deployment = end.record.deployment }
        record.took(end.record)
    }

    /// All parts have their answers.
    private mutating func finishParts(_ underway: PartsUnderway, at now: Moment) -> Action {
        let usage = underway.sum.usage ?? Usage()
        if isStream {
            openStream(at: now)
            let wantsCounts = asked?.request.includeUsage == true
            let cost = wantsCounts && settings.saysStreamsCost ? underway.sum.cost.description : nil
            underway.gathered.end(counting: wantsCounts ? usage : nil, cost: cost, into: &reply.bytes)
            return succeed(at: now)
        }
        guard var body = underway.gathered.whole(counting: usage) else { return fail(.internalError, at: now) }
        reply.bytes = ByteBuffer()
        reply.bytes.reserveCapacity(body.readableBytes + 1024)
        writeHead(status: 200, contentType: call.head.front.contentType(isStream: false), at: now)
        reply.write(body: &body)
        return succeed(at: now)
    }
}

extension RequestRecord {
    /// Adds what a part of the request came to; times that ran beside each other are not added, but the longest counts.
    mutating func took(_ part: RequestRecord) {
        cloudCalls += part.cloudCalls
        mendedCalls += part.mendedCalls
        fenceRefusals += part.fenceRefusals
        hedges.countUp(by: part.hedges)
        hedgesWon.countUp(by: part.hedgesWon)
        moves.countUp(by: part.moves)
        loadNanoseconds = max(loadNanoseconds, part.loadNanoseconds)
        prefillNanoseconds = Self.sum(prefillNanoseconds, part.prefillNanoseconds)
        decodeNanoseconds = Self.sum(decodeNanoseconds, part.decodeNanoseconds)
        let first = part.timeToFirstTokenNanoseconds
        if first >= 0, timeToFirstTokenNanoseconds < 0 || first < timeToFirstTokenNanoseconds {
            timeToFirstTokenNanoseconds = first
        }
    }

    private static func sum(_ one: Int64, _ other: Int64) -> Int64 { other < 0 ? one : max(0, one) + other }
}
