import Balancer
import Dialects
import NIOCore

/// The client's side of an exchange: status line, headers, chunks, errors, all as bytes.
///
/// A stream's frames gather in `pending` as one open chunk until the end of a read; nothing of it counts as sent (so
/// that another instance may still be tried) before it has a frame in it and was taken.
extension Exchange {
    /// The size is filled in once it is known.
    private static let chunkHeader: StaticString = "00000000\r\n"

    private var isStream: Bool { request?.stream ?? false }

    /// The last token has been translated: what may still be missing is only framing.
    var isComplete: Bool { phase == .relaying && answerIsComplete }

    mutating func feed(_ bytes: ByteBuffer, at now: Moment) -> AnswerTranslator.Progress {
        if isStream { openChunk(at: now) }
        let progress = attempt?.translator?.feed(bytes, into: &pending) ?? .more
        if case .complete = progress { answerIsComplete = true }
        return progress
    }

    /// The upstream's body ended: a stream gets what is missing, else the whole answer is made, or is there already if
    /// the upstream has streamed it.
    mutating func endAnswer(at now: Moment) -> AnswerTranslator.Progress {
        if isStream {
            openChunk(at: now)
            return answerIsComplete ? .complete : attempt?.translator?.end(into: &pending) ?? .complete
        }
        var answer = take()
        let progress = attempt?.translator?.end(into: &answer) ?? .complete
        if case .failed = progress { return progress }
        pending.reserveCapacity(answer.readableBytes + 1024)
        writeHead(status: 200, contentType: head.front.contentType(isStream: false), at: now)
        writeLength(answer.readableBytes)
        pending.writeBuffer(&answer)
        return progress
    }

    /// What the client should get now; nil when there is no whole frame yet.
    mutating func takePending(at now: Moment) -> ByteBuffer? {
        guard isStream, closeChunk(last: false) else { return nil }
        bytesAreOut = true
        return take()
    }

    /// The answer is whole.
    mutating func succeed(at now: Moment) -> Action {
        var keepAlive = head.keepAlive
        if isStream {
            _ = closeChunk(last: true)
            if head.allowsChunked { pending.writeStaticString("0\r\n\r\n") } else { keepAlive = false }
        }
        finishRecord(.succeeded, status: 200, error: nil, at: now)
        return .finish(take(), keepAlive: keepAlive)
    }

    /// The exchange ends with an error: as an answer of its own, or as the last event of a stream that has begun.
    mutating func fail(_ error: GatewayError, at now: Moment) -> Action {
        if bytesAreOut {
            openChunk(at: now)
            head.front.writeInStream(error.forClient, into: &pending)
            _ = closeChunk(last: true)
            if head.allowsChunked { pending.writeStaticString("0\r\n\r\n") }
            finishRecord(.failed, status: 200, error: error, at: now)
            return .finish(take(), keepAlive: head.keepAlive && head.allowsChunked && error != .shuttingDown)
        }
        var body = ByteBuffer()
        head.front.write(error.forClient, into: &body)
        pending = ByteBuffer()
        pending.reserveCapacity(body.readableBytes + 1024)
        writeHead(status: error.status, contentType: head.front.contentType(isStream: false), at: now)
        if let seconds = error.retryAfter {
            pending.writeStaticString("retry-after: ")
            pending.writeDecimal(seconds)
            pending.writeStaticString("\r\n")
        }
        let keepAlive = head.keepAlive && error != .shuttingDown
        if !keepAlive, head.keepAlive { pending.writeStaticString("connection: close\r\n") }
        writeLength(body.readableBytes)
        pending.writeBuffer(&body)
        finishRecord(error.status < 500 ? .rejected : .failed, status: error.status, error: error, at: now)
        return .finish(take(), keepAlive: keepAlive)
    }

    private mutating func take() -> ByteBuffer {
        let bytes = pending
        pending = ByteBuffer()
        return bytes
    }

    // MARK: Chunks

    private mutating func openChunk(at now: Moment) {
        guard chunkStart == nil else { return }
        if !bytesAreOut, pending.writerIndex == 0 {
            pending.reserveCapacity(2048)
            writeHead(status: 200, contentType: head.front.contentType(isStream: true), at: now)
            pending.writeStaticString("cache-control: no-cache\r\nx-accel-buffering: no\r\n")
            if head.allowsChunked { pending.writeStaticString("transfer-encoding: chunked\r\n") }
            pending.writeStaticString("\r\n")
        }
        chunkStart = pending.writerIndex
        if head.allowsChunked { pending.writeStaticString(Self.chunkHeader) }
    }

    /// Fills in the size; false when there is nothing in it: then the chunk stays open, or as the `last` is taken back.
    private mutating func closeChunk(last: Bool) -> Bool {
        guard let start = chunkStart else { return false }
        let header = head.allowsChunked ? Self.chunkHeader.utf8CodeUnitCount : 0
        var size = pending.writerIndex - start - header
        guard size > 0 else {
            if last {
                pending.moveWriterIndex(to: start)
                chunkStart = nil
            }
            return false
        }
        chunkStart = nil
        guard head.allowsChunked else { return true }
        for place in stride(from: 7, through: 0, by: -1) {
            let digit = UInt8(size & 15)
            pending.setInteger(
                digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10, at: start + place)
            size >>= 4
        }
        pending.writeStaticString("\r\n")
        return true
    }

    // MARK: Head

    private mutating func writeHead(status: Int, contentType: StaticString, at now: Moment) {
        pending.writeStatusLine(status)
        pending.writeStaticString("content-type: ")
        pending.writeStaticString(contentType)
        pending.writeStaticString("\r\nx-litellm-call-id: ")
        head.callID.withBytes { _ = pending.writeBytes($0) }
        pending.writeStaticString("\r\n")
        if deployment >= 0 { pending.writeImmutableBuffer(routes.deployments[deployment].headers) }
        pending.writeStaticString("x-litellm-attempted-retries: ")
        pending.writeDecimal(earlierRetries + max(0, plan.attempts - 1))
        pending.writeStaticString("\r\nx-litellm-attempted-fallbacks: ")
        pending.writeDecimal(fallbacks.taken)
        writeCost()
        // Keys come later; clients read the name all the same.
        pending.writeStaticString("\r\nx-litellm-key-spend: 0.0\r\n")
        let total = now - started
        let running = (attempt?.started).map { now - $0 } ?? .zero
        pending.writeStaticString("x-litellm-response-duration-ms: ")
        pending.writeMilliseconds(total.nanoseconds)
        pending.writeStaticString("\r\nx-litellm-overhead-duration-ms: ")
        pending.writeMilliseconds((total - upstreamTime - running - waited).nanoseconds)
        pending.writeStaticString("\r\nx-drover-queue-ms: ")
        pending.writeMilliseconds(waited.nanoseconds)
        pending.writeStaticString("\r\nx-drover-queue-position: ")
        pending.writeDecimal(queuePosition)
        if let queuePredicted {
            pending.writeStaticString("\r\nx-drover-queue-predicted-ms: ")
            pending.writeMilliseconds(queuePredicted.nanoseconds)
        }
        pending.writeStaticString("\r\n")
        if let origin = head.allowOrigin {
            pending.writeStaticString("access-control-allow-origin: ")
            pending.writeString(origin)
            pending.writeStaticString("\r\nvary: origin\r\n")
        }
        if !head.keepAlive {
            pending.writeStaticString("connection: close\r\n")
        } else if !head.allowsChunked {
            // HTTP/1.0 closes unless it is told not to.
            pending.writeStaticString("connection: keep-alive\r\n")
        }
    }

    private mutating func writeLength(_ length: Int) {
        pending.writeStaticString("content-length: ")
        pending.writeDecimal(length)
        pending.writeStaticString("\r\n\r\n")
    }
}
