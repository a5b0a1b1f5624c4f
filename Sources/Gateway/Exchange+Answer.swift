public import Balancer
import Dialects
import NIOCore

/// The client's side of an exchange: what is written into its ``Reply``, and when.
extension Exchange {
    var isStream: Bool { asked?.streams ?? false }

    /// The last token has been translated: what may still be missing is only framing.
    var isComplete: Bool { phase == .relaying && reply.isWhole }

    mutating func feed(_ bytes: ByteBuffer, at now: Moment) -> AnswerTranslator.Progress {
        // An event has less than twice the bytes of the line it is made of, where lines are as short as tokens are.
        if isStream { openStream(for: 2 * bytes.readableBytes, at: now) }
        let progress = attempt?.translator?.feed(bytes, into: &reply.bytes) ?? .more
        if case .complete = progress { reply.isWhole = true }
        return progress
    }

    /// The upstream's body ended: a stream gets what is missing, else the whole answer is made, or is there already if
    /// the upstream has streamed it.
    mutating func endAnswer(at now: Moment) -> AnswerTranslator.Progress {
        if isStream {
            openStream(at: now)
            return reply.isWhole ? .complete : attempt?.translator?.end(into: &reply.bytes) ?? .complete
        }
        var answer = reply.take()
        let progress = attempt?.translator?.end(into: &answer) ?? .complete
        if case .failed = progress { return progress }
        reply.bytes.reserveCapacity(answer.readableBytes + 1024)
        writeHead(status: 200, contentType: head.front.contentType(isStream: false), at: now)
        reply.write(body: &answer)
        return progress
    }

    /// The bytes that the client should get now; nil when there is no whole frame yet.
    mutating func takePending(at now: Moment) -> ByteBuffer? { isStream ? reply.takeFrames() : nil }

    /// The answer is whole.
    mutating func succeed(at now: Moment) -> Action {
        var keepAlive = head.keepAlive
        if isStream {
            reply.endStream()
            if !head.allowsChunked { keepAlive = false }
        }
        finishRecord(.succeeded, status: 200, error: nil, at: now)
        return .finish(reply.take(), keepAlive: keepAlive)
    }

    /// The exchange ends with an error: as an answer of its own, or as the last event of a stream that has begun.
    mutating func fail(_ error: GatewayError, at now: Moment) -> Action {
        if reply.headIsOut {
            // Frames without a token are no answer.
            if !reply.isOut { reply.takeBack() }
            openStream(at: now)
            head.front.writeInStream(error.forClient, into: &reply.bytes)
            reply.endStream()
            // A client that has nothing of an answer was refused, as by a status of its own.
            finishRecord(
                error.status < 500 && !reply.isOut ? .rejected : .failed, status: 200, error: error, at: now)
            return .finish(reply.take(), keepAlive: head.keepAlive && head.allowsChunked && error != .shuttingDown)
        }
        var body = ByteBuffer()
        head.front.write(error.forClient, into: &body)
        reply.bytes = ByteBuffer()
        reply.bytes.reserveCapacity(body.readableBytes + 1024)
        writeHead(status: error.status, contentType: head.front.contentType(isStream: false), at: now)
        if let seconds = error.retryAfter {
            reply.bytes.writeStaticString("retry-after: ")
            reply.bytes.writeDecimal(seconds)
            reply.bytes.writeStaticString("\r\n")
        }
        let keepAlive = head.keepAlive && error != .shuttingDown
        if !keepAlive, head.keepAlive { reply.bytes.writeStaticString("connection: close\r\n") }
        reply.write(body: &body)
        finishRecord(error.status < 500 ? .rejected : .failed, status: error.status, error: error, at: now)
        return .finish(reply.take(), keepAlive: keepAlive)
    }

    /// Frames may be written from here on, behind the head where they are the first.
    ///
    /// - Parameter room: bytes that the frames will have, about: so much is reserved, since a buffer that grows is copied.
    private mutating func openStream(for room: Int = 0, at now: Moment) {
        guard !reply.isOpen else { return }
        if room > 0 { reply.bytes.reserveCapacity(room + (reply.needsHead ? 1024 : 64)) }
        if reply.needsHead {
            writeHead(status: 200, contentType: head.front.contentType(isStream: true), at: now)
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
        guard let interval = settings.pingInterval, isStream, let text = head.front.keepAlive,
            reply.standsStill(for: interval, since: started, at: now)
        else { return .none }
        return .write(reply.pass(text, behind: reply.headIsOut ? nil : reply.earlyHead(head)))
    }

    private mutating func writeHead(status: Int, contentType: StaticString, at now: Moment) {
        reply.beginHead(
            status: status, contentType: contentType, callID: head.callID,
            place: deployment >= 0 ? routes.deployments[deployment].headers : ByteBuffer(),
            retries: account.retries, fallbacks: fallbacks.taken)
        writeCost()
        let total = now - started
        let running = (attempt?.started).map { now - $0 } ?? .zero
        reply.writeTimes(
            total: total, overhead: total - account.upstreamTime - running - waits.total, waits: waits)
        reply.writeConnection(allowOrigin: head.allowOrigin, keepAlive: head.keepAlive)
    }
}
