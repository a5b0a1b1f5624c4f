public import Balancer
import Dialects
public import NIOCore

/// The events of the instance: its answer, piece by piece, until it is whole or lost.
extension Exchange {
    /// The bytes of a `send` are out: the time before is the gateway's own, the time behind the instance's.
    public mutating func sent(at now: Moment) { attempt?.sent(at: now) }

    /// The answer's status line and headers came.
    ///
    /// - Parameters:
    ///   - requestID: what the provider calls the request: its support asks for it.
    ///   - coding: how its body is packed, where that cannot be read here.
    public mutating func upstreamHead(
        status: Int, retryAfterSeconds: Int?, requestID: String? = nil, packed coding: String? = nil, at now: Moment
    ) -> Action {
        guard phase == .sent, let asked, let target = self.target(at: record.deployment) else { return .none }
        attempt?.upstreamRequestID = requestID
        if let coding { return packed(coding, status: status, retryAfter: retryAfterSeconds, target, at: now) }
        guard status == 200 else {
            phase = .refusing(status: status, retryAfter: retryAfterSeconds)
            _ = deadlines.shorten(to: now + Self.longestRefusal)
            return .none
        }
        phase = .relaying
        attempt?.sawHead()
        let (name, cost) = (nameInAnswer, asked.request.includeUsage ? streamCost : nil)
        let (keeps, mends) = (settings.shelf != nil, settings.mendsCalls)
        attempt?.translator = AnswerTranslator(
            request: asked.request, target: target, responseID: call.head.random, created: call.unixSeconds,
            model: name, cost: cost, keeps: keeps, mendsCalls: mends)
        return .none
    }

    /// The model's name as the answer says it; nil: as the client wrote it.
    var nameInAnswer: String? { course.fallbacks.taken > 0 ? course.route?.name : nil }

    /// The answer is packed although it was asked for as it is: a good one is lost, of another the status counts.
    private mutating func packed(
        _ coding: String, status: Int, retryAfter: Int?, _ target: UpstreamTarget, at now: Moment
    ) -> Action {
        let advice = "is packed as `\(coding)`, which was not asked for; turn compression off in what stands before it"
        guard status != 200 else {
            return attemptFailed(
                AttemptFailure(.told(.malformed), status: status, message: "the answer \(advice)"), at: now)
        }
        let read = UpstreamFault.classify(
            status: status, saysWhenToRetry: retryAfter != nil, body: ByteBuffer(), target: target)
        let fault = UpstreamFault(kind: read.kind, status: status, message: "(\(status)) the answer \(advice)")
        return attemptFailed(failure(fault, retryAfter: retryAfter), at: now)
    }

    /// Bytes of the answer's body came. The client's part of them is held until ``flush(at:)``.
    public mutating func upstreamBytes(_ bytes: ByteBuffer, at now: Moment) -> Action {
        switch phase {
        case .relaying: return relay(bytes, at: now)
        case .refusing:
            attempt?.errorBody.writeImmutableBuffer(bytes)
            return (attempt?.errorBody.readableBytes ?? 0) < Self.maximumErrorBody ? .none : upstreamEnded(at: now)
        default: return .none
        }
    }

    private mutating func relay(_ bytes: ByteBuffer, at now: Moment) -> Action {
        if attempt?.answerBytes == 0, let page = UpstreamFault.page(in: bytes) {
            return attemptFailed(failure(page), at: now)
        }
        attempt?.answerBytes += bytes.readableBytes
        let isIdle = isIdle(bytes)
        if !isIdle { attempt?.bytesAt = now }
        guard let asked else { return .none }
        let (isStream, isStreamUpstream) = (asked.streams, asked.streamsUpstream)
        // Kept here until it is whole, or, of a stream, until the first token.
        if !(isStream && reply.hasToken), let size = attempt?.answerBytes, size > settings.maximumAnswer {
            return attemptFailed(AttemptFailure(.tooLarge, message: "sent an answer that is too large"), at: now)
        }
        let wasWhole = reply.isWhole
        let progress = feed(bytes, at: now)
        if isStreamUpstream, attempt?.firstTokenAt == nil, attempt?.translator?.sawFirstTokenInPlace() == true {
            attempt?.sawFirstToken(at: now)
            reply.hasToken = true
            if late != nil { leaveLate(at: now) }
            // The deadline of the first token is met. A stream's next limit follows below.
            if !isStream {
                expectAnswer()
                watch(at: now)
            }
        }
        if isStream, attempt?.firstTokenAt != nil, !wasWhole, !isIdle { expectPiece(at: now) }
        if case .failed(let fault) = progress { return attemptFailed(failure(fault), at: now) }
        // What comes behind a whole answer does not put off its end.
        if !wasWhole { expectEnd(behind: bytes, isStreamUpstream: isStreamUpstream, at: now) }
        return spend?.streamBound?.isFull == true ? endAtBound(at: now) : .none
    }

    private mutating func feed(_ bytes: ByteBuffer, at now: Moment) -> AnswerTranslator.Progress {
        // An event has less than twice the bytes of the line it is made of, where lines are as short as tokens are.
        if isStream { openStream(for: 2 * bytes.readableBytes, at: now) }
        let start = reply.bytes.writerIndex
        let progress = attempt?.translator?.feed(bytes, into: &reply.bytes) ?? .more
        if isStream, case .more = progress {
            spend?.count(&reply.bytes, from: start, end: call.head.front.pieceEnd)
        }
        if case .complete = progress { reply.isWhole = true }
        return progress
    }

    /// The upstream's body ended: a stream gets what is missing, else the whole answer is made, or is there already if
    /// the upstream has streamed it.
    private mutating func endAnswer(at now: Moment) -> AnswerTranslator.Progress {
        if isStream {
            openStream(at: now)
            return reply.isWhole ? .complete : attempt?.translator?.end(into: &reply.bytes) ?? .complete
        }
        var answer = reply.take()
        let progress = attempt?.translator?.end(into: &answer) ?? .complete
        if case .failed = progress { return progress }
        // A stream's call has gone out before its end is known.
        if asksAgain, let fault = attempt?.translator?.unreadCallInPlace() {
            if role == nil {
                share = .answered(
                    SpareAnswer(
                        body: answer, kept: attempt?.translator?.keptInPlace(), deployment: record.deployment))
            }
            return .failed(fault)
        }
        guard role == nil else {
            reply.bytes = answer
            return progress
        }
        reply.bytes.reserveCapacity(answer.readableBytes + 1024)
        writeHead(status: 200, contentType: call.head.front.contentType(isStream: false), at: now)
        reply.write(body: &answer)
        return progress
    }

    /// The answer's body is complete.
    public mutating func upstreamEnded(at now: Moment) -> Action {
        switch phase {
        case .refusing(let status, let retryAfter):
            guard let target = self.target(at: record.deployment), let body = attempt?.errorBody else {
                return .none
            }
            let fault = UpstreamFault.classify(
                status: status, saysWhenToRetry: retryAfter != nil, body: body, target: target)
            return attemptFailed(failure(fault, retryAfter: retryAfter), at: now)
        case .relaying: return complete(at: now)
        default: return .none
        }
    }

    /// The call ended without a whole answer.
    public mutating func upstreamLost(_ failure: AttemptFailure, at now: Moment) -> Action {
        switch phase {
        // The last token was there: only the end of the framing is missing.
        case .relaying where isComplete: return complete(at: now)
        case .sent: return attemptFailed(failure, at: now)
        // A connection that has answered is cut, however the end of it looks.
        case .relaying, .refusing: return attemptFailed(.lost(failure.message), at: now)
        default: return .none
        }
    }

    /// A fault told by the upstream itself.
    private mutating func failure(_ fault: UpstreamFault, retryAfter: Int? = nil) -> AttemptFailure {
        AttemptFailure(fault, retryAfter: retryAfter, requestID: attempt?.upstreamRequestID)
    }

    mutating func complete(at now: Moment) -> Action {
        if late != nil { leaveLate(at: now) }
        if case .failed(let fault) = endAnswer(at: now) { return attemptFailed(failure(fault), at: now) }
        // Only what is needed of it: all of it would be a copy.
        guard let timings = attempt?.translator?.timingsInPlace(), let usage = attempt?.translator?.usageInPlace(),
            let began = attempt?.sentAt
        else { return .none }
        if let shelf = settings.shelf, let kept = attempt?.translator?.keptInPlace() {
            shelf.keep(kept, of: call.head.caller.owner, confinement, at: now)
        }
        let duration = now - began
        if settings.mendsCalls { record.mendedCalls += attempt?.translator?.mendedCallsInPlace() ?? 0 }
        if let asked, asked.request.isLoad {
            // Nothing was read or written: a box is not fast because it had nothing to do.
            endAttempt(.loaded(asked.request.unloads ? nil : duration), at: now)
            return asked.request.unloads ? unloaded(at: now) : succeed(at: now)
        }
        let times = timings.boxTimes
        // Not streamed: the box says how long its tokens took; the rest is the time to the first.
        let firstToken =
            (attempt?.firstTokenAt).map { $0 - began }
            ?? times.map { max(.zero, min(duration, $0.total - $0.decode)) } ?? duration
        endAttempt(
            .succeeded(
                Sample(
                    timeToFirstToken: firstToken, duration: duration, promptTokens: usage.promptTokens,
                    completionTokens: usage.completionTokens, times: times)), at: now)
        record.timeToFirstTokenNanoseconds = ((began + firstToken) - call.began).nanoseconds
        if times != nil {
            record.loadNanoseconds = timings.loadNanoseconds
            record.prefillNanoseconds = timings.promptEvalNanoseconds
            record.decodeNanoseconds = timings.evalNanoseconds
        }
        return succeed(at: now)
    }

    // MARK: Limits

    /// The limit of the whole attempt (of a stream: to its first token) counts from its beginning.
    mutating func expectAnswer() {
        guard let started = attempt?.sentAt, let route = course.route, var callers = asked?.limits else { return }
        callers.request = callers.request.map { route.answerLimit(callers: $0, waited: started - waits.askedAt) }
        let choice = routes.deployments[record.deployment].limits.untilAnswer(callers: callers, isStream: isStream)
        // A box that unloads slowly is at no fault.
        let isOurs = isUnloading && choice.limit.map { $0 > Self.longestUnload } ?? true
        attempt?.limitIsCallers = choice.isCallers || isOurs
        deadlines.begin(isOurs ? Self.longestUnload : choice.limit, from: started)
    }

    /// How long a box may take to unload a model that another one has unloaded: the client waits for it.
    private static let longestUnload = Duration.seconds(5)

    /// A stream has begun: the limit between two pieces starts over.
    private mutating func expectPiece(at now: Moment) {
        guard let callers = asked?.limits else { return }
        let choice = routes.deployments[record.deployment].limits.betweenPieces(callers: callers)
        attempt?.limitIsCallers = choice.isCallers
        deadlines.begin(choice.limit, from: now)
    }

    /// How long the body behind a status other than 200 may take: the status says enough.
    static let longestRefusal = Duration.seconds(10)

    /// How long the end of a body may be missing once the answer in it is whole. An instance sends it right behind.
    static let restOfFraming = Duration.milliseconds(500)

    /// Done is done: an answer that is whole does not wait for the end of its body, which may never come. Where only the body's end
    /// says that it is, it is looked at once nothing has come for a moment behind what could be its last byte.
    private mutating func expectEnd(behind bytes: ByteBuffer, isStreamUpstream: Bool, at now: Moment) {
        if reply.isWhole { return deadlines.begin(Self.restOfFraming, from: now) }
        guard !isStreamUpstream else { return }
        let ends = bytes.endsObject
        if ends {
            deadlines.begin(Self.restOfFraming, from: now)
        } else if reply.wholeness == .perhaps {
            waitOn(at: now)
        }
        reply.wholeness = ends ? .perhaps : .no
    }

    /// Nothing has come behind what could be the answer's last byte: the answer, where it is whole, else the wait goes on.
    mutating func endIfWhole(at now: Moment) -> Action {
        reply.wholeness = .no
        if attempt?.translator?.isWhole() == true { return complete(at: now) }
        waitOn(at: now)
        return .none
    }

    /// What could have been the answer's last byte was not: its limits run as before, and whether it is late is looked at again.
    private mutating func waitOn(at now: Moment) {
        expectAnswer()
        watch(at: now)
    }

    /// Whether bytes of a stream show no progress: comments and blank lines of an instance inside, which anything on the way
    /// may write while nothing is generated.
    ///
    /// What clouds write so they write on purpose while they work, between the pieces of a long tool call for one: it counts.
    private func isIdle(_ bytes: ByteBuffer) -> Bool {
        bytes.mayBeIdle && isLocal(at: record.deployment) && bytes.isIdle
    }

    /// The client can take bytes again: the time in which it could not is not the instance's.
    public mutating func clientIsReady(at now: Moment) {
        if phase == .relaying, attempt?.firstTokenAt != nil, asked?.streams == true, !reply.isWhole {
            expectPiece(at: now)
        }
    }
}
