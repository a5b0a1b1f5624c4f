public import Balancer
import Dialects
public import NIOCore

/// The upstream's side of an exchange: what an instance answers, sends, or fails to send.
extension Exchange {
    /// The bytes of a `send` are out: what came before is the gateway's own time, what follows the instance's.
    public mutating func sent(at now: Moment) { attemptStarted = now }

    /// The answer's status line and headers came.
    public mutating func upstreamHead(status: Int, retryAfterSeconds: Int?, at now: Moment) -> Action {
        guard phase == .sent, let request, let target = routes.deployments[deployment].target else { return .none }
        guard status == 200 else {
            phase = .refusing(status: status, retryAfter: retryAfterSeconds)
            return .none
        }
        phase = .relaying
        translator = AnswerTranslator(
            request: request, target: target, responseID: head.random, created: unixSeconds,
            model: fallbacks.taken > 0 ? route?.name : nil)
        return .none
    }

    /// Bytes of the answer's body came. What they give the client is held until ``flush(at:)``.
    public mutating func upstreamBytes(_ bytes: ByteBuffer, at now: Moment) -> Action {
        switch phase {
        case .relaying: return relay(bytes, at: now)
        case .refusing:
            errorBody.writeImmutableBuffer(bytes)
            return errorBody.readableBytes < Self.maximumErrorBody ? .none : upstreamEnded(at: now)
        default: return .none
        }
    }

    private mutating func relay(_ bytes: ByteBuffer, at now: Moment) -> Action {
        answerBytes += bytes.readableBytes
        guard let request else { return .none }
        if !request.stream, answerBytes > settings.maximumAnswer {
            return attemptFailed(
                .incomplete, .upstreamFailed(message: "\(instanceName) sent an answer that is too large"),
                .internalServer, at: now)
        }
        let progress = feed(bytes, at: now)
        if request.streamsUpstream, firstTokenAt == nil, translator?.sawFirstToken == true {
            firstTokenAt = now
            lease?.firstToken(after: now - attemptStarted)
            // The deadline of the first token is met. A stream's next limit follows below.
            if !request.stream { expectAnswer() }
        }
        if request.stream, firstTokenAt != nil { expectPiece(at: now) }
        if case .failed(let fault) = progress { return fell(fault, retryAfter: nil, at: now) }
        return .none
    }

    /// A stream has begun: the limit between two pieces starts over.
    private mutating func expectPiece(at now: Moment) {
        let callers = Self.limit(head.streamTimeoutSeconds)
        limitIsCallers = callers != nil
        deadline = earliest((callers ?? routes.deployments[deployment].limits.betweenPieces).map { now + $0 })
    }

    /// The client can take bytes again: the time in which it could not is not the instance's.
    public mutating func clientIsReady(at now: Moment) {
        if phase == .relaying, firstTokenAt != nil, request?.stream == true { expectPiece(at: now) }
    }

    /// All bytes of one read were given: what the client should get now.
    public mutating func flush(at now: Moment) -> Action {
        guard phase == .relaying, let bytes = takePending(at: now) else { return .none }
        return .write(bytes)
    }

    /// The answer's body is complete.
    public mutating func upstreamEnded(at now: Moment) -> Action {
        switch phase {
        case .refusing(let status, let retryAfter):
            guard let target = routes.deployments[deployment].target else { return .none }
            return fell(
                UpstreamFault.classify(
                    status: status, saysWhenToRetry: retryAfter != nil, body: errorBody, target: target),
                retryAfter: retryAfter, at: now)
        case .relaying: return complete(at: now)
        default: return .none
        }
    }

    /// The call ended without a whole answer.
    public mutating func upstreamLost(_ loss: Loss, at now: Moment) -> Action {
        switch (phase, loss) {
        // The last token was there: only the end of the framing is missing.
        case (.relaying, _) where isComplete: return complete(at: now)
        case (.sent, .refused(let reason)):
            return attemptFailed(
                .refused, .upstreamFailed(message: "\(instanceName): \(reason)"), .internalServer, at: now)
        case (.sent, .lost(let reason)), (.relaying, .lost(let reason)), (.relaying, .refused(let reason)),
            (.refusing, .lost(let reason)), (.refusing, .refused(let reason)):
            return attemptFailed(
                .connectionLost, .upstreamFailed(message: "\(instanceName): \(reason)"), .internalServer, at: now)
        default: return .none
        }
    }

    /// A fault told by the upstream itself.
    private mutating func fell(_ fault: UpstreamFault, retryAfter: Int?, at now: Moment) -> Action {
        let kind = FailureClass(fault)
        let words = fault.message + (upstreamRequestID.map { " (its request \($0))" } ?? "")
        let said = "\(instanceName): \(words)"
        switch fault.kind {
        case .client: return refused(.invalidRequest(message: fault.message, param: nil), kind, at: now)
        case .contextWindow: return refused(.contextTooLong(message: fault.message), kind, at: now)
        case .contentPolicy: return refused(.contentRefused(message: fault.message), kind, at: now)
        case .saturated:
            let failure = Failure.saturated(retryAfter: retryAfter.map { .seconds($0) })
            // A limit is told as one, as clients wait for it to pass; an instance that is full is as good as out.
            let error: GatewayError =
                fault.status == 429
                ? .rateLimited(
                    message: "\(instanceName) takes no more for now: \(fault.message)", retryAfter: retryAfter ?? 1)
                : .noInstanceAvailable(
                    message: "\(instanceName) is busy: \(fault.message)", retryAfter: retryAfter ?? 1)
            return attemptFailed(failure, error, kind, at: now)
        case .missingTag: return attemptFailed(.missingTag, .upstreamFailed(message: said), kind, at: now)
        case .server:
            let message = "\(instanceName) answered \(fault.status): \(words)"
            return attemptFailed(.serverError(status: fault.status), .upstreamFailed(message: message), kind, at: now)
        case .unauthorised:
            let message = "\(instanceName) refuses the account that it is called with: \(words)"
            return attemptFailed(.serverError(status: fault.status), .upstreamFailed(message: message), kind, at: now)
        case .incomplete, .malformed:
            return attemptFailed(.incomplete, .upstreamFailed(message: said), kind, at: now)
        }
    }

    /// The instance is well and will not answer this request: tried again only where a policy says so, and answered by
    /// another model where the fault has a list for it.
    private mutating func refused(_ error: GatewayError, _ kind: FailureClass, at now: Moment) -> Action {
        if (route?.rules.retries[kind] ?? 0) > 0 { return attemptFailed(nil, error, kind, at: now) }
        letGo(at: now)
        if !bytesAreOut { takeBack() }
        return giveUp(error, kind, at: now)
    }

    mutating func complete(at now: Moment) -> Action {
        if case .failed(let fault) = endAnswer(at: now) { return fell(fault, retryAfter: nil, at: now) }
        // Only what is needed of it: all of it would be a copy.
        guard let timings = translator?.timings, let usage = translator?.usage else { return .none }
        let duration = now - attemptStarted
        let times = timings.boxTimes
        // Not streamed: the box says how long its tokens took; the rest is the time to the first.
        let firstToken =
            firstTokenAt.map { $0 - attemptStarted }
            ?? times.map { max(.zero, min(duration, $0.total - $0.decode)) } ?? duration
        upstreamTime += duration
        lease.take()?.settle(
            .succeeded(
                Sample(
                    timeToFirstToken: firstToken, duration: duration, promptTokens: usage.promptTokens,
                    completionTokens: usage.completionTokens, times: times)))
        record.timeToFirstTokenNanoseconds = ((attemptStarted + firstToken) - started).nanoseconds
        if times != nil {
            record.loadNanoseconds = timings.loadNanoseconds
            record.prefillNanoseconds = timings.promptEvalNanoseconds
            record.decodeNanoseconds = timings.evalNanoseconds
        }
        return succeed(at: now)
    }
}
