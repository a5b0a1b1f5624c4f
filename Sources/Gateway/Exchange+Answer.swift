import Balancer
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
            endStreamHead()
        }
        reply.openChunk()
    }

    // MARK: Head

    /// The head of a stream that begins before its answer does: what it says of an instance and of times is not known yet.
    mutating func writeEarlyHead() {
        reply.bytes.writeStatusLine(200)
        reply.bytes.writeStaticString("content-type: ")
        reply.bytes.writeStaticString(head.front.contentType(isStream: true))
        reply.bytes.writeStaticString("\r\nx-litellm-call-id: ")
        head.callID.withBytes { _ = reply.bytes.writeBytes($0) }
        reply.bytes.writeStaticString("\r\n")
        writeConnection()
        endStreamHead()
    }

    /// The end of a stream's head.
    private mutating func endStreamHead() {
        reply.bytes.writeStaticString("cache-control: no-cache\r\nx-accel-buffering: no\r\n")
        if head.allowsChunked { reply.bytes.writeStaticString("transfer-encoding: chunked\r\n") }
        reply.bytes.writeStaticString("\r\n")
    }

    private mutating func writeHead(status: Int, contentType: StaticString, at now: Moment) {
        // The usual status goes with the fields.
        if status != 200 { reply.bytes.writeStatusLine(status) }
        let callID = head.callID
        let place = deployment >= 0 ? routes.deployments[deployment].headers : ByteBuffer()
        let retries = account.retries
        let fallbacksTaken = fallbacks.taken
        // The texts and numbers of the fields below are 156 bytes at most.
        let room = contentType.utf8CodeUnitCount + callID.count + place.readableBytes + 256
        reply.bytes.writeFields(atMost: room) { fields in
            fields.write(status == 200 ? "HTTP/1.1 200 OK\r\ncontent-type: " : "content-type: ")
            fields.write(contentType)
            fields.write("\r\nx-litellm-call-id: ")
            callID.withBytes { fields.write($0) }
            fields.write("\r\n")
            place.withUnsafeReadableBytes { fields.write($0) }
            fields.write("x-litellm-attempted-retries: ")
            fields.write(decimal: retries)
            fields.write("\r\nx-litellm-attempted-fallbacks: ")
            fields.write(decimal: fallbacksTaken)
        }
        writeCost()
        writeTimes(at: now)
        writeConnection()
    }

    /// The client's origin, and whether the connection stays open.
    private mutating func writeConnection() {
        if let origin = head.allowOrigin {
            reply.bytes.writeStaticString("access-control-allow-origin: ")
            reply.bytes.writeString(origin)
            reply.bytes.writeStaticString("\r\nvary: origin\r\n")
        }
        if !head.keepAlive {
            reply.bytes.writeStaticString("connection: close\r\n")
        } else if !head.allowsChunked {
            // HTTP/1.0 closes unless it is told not to.
            reply.bytes.writeStaticString("connection: keep-alive\r\n")
        }
    }
    private mutating func writeTimes(at now: Moment) {
        let total = now - started
        let running = (attempt?.started).map { now - $0 } ?? .zero
        let overhead = total - account.upstreamTime - running - waits.total
        let waits = waits
        // The texts and numbers are 275 bytes at most.
        reply.bytes.writeFields(atMost: 384) { fields in
            // Keys come later; clients read the name all the same.
            fields.write("\r\nx-litellm-key-spend: 0.0\r\nx-litellm-response-duration-ms: ")
            fields.write(millisecondsOf: total.nanoseconds)
            fields.write("\r\nx-litellm-overhead-duration-ms: ")
            fields.write(millisecondsOf: overhead.nanoseconds)
            fields.write("\r\nx-drover-queue-ms: ")
            fields.write(millisecondsOf: waits.total.nanoseconds)
            fields.write("\r\nx-drover-queue-position: ")
            fields.write(decimal: waits.position)
            if let predicted = waits.predicted {
                fields.write("\r\nx-drover-queue-predicted-ms: ")
                fields.write(millisecondsOf: predicted.nanoseconds)
            }
            fields.write("\r\n")
        }
    }
}
