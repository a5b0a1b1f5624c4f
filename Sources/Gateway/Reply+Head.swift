import Balancer
import Dialects
import Ledger
import NIOCore

/// The head of an answer, in the order in which its fields are written.
extension Reply {
    /// Status, content type and the gateway's own fields; the last of them still lacks its end of line.
    ///
    /// - Parameter place: the fields of the deployment that was called, each with its end of line.
    mutating func beginHead(
        status: Int, contentType: StaticString, callID: CallID, place: ByteBuffer, retries: Int, fallbacks: Int
    ) {
        // The usual status goes with the fields.
        if status != 200 { bytes.writeStatusLine(status) }
        // The texts and numbers of the fields below are 156 bytes at most.
        let room = contentType.utf8CodeUnitCount + callID.count + place.readableBytes + 256
        bytes.writeFields(atMost: room) { fields in
            fields.write(status == 200 ? "HTTP/1.1 200 OK\r\ncontent-type: " : "content-type: ")
            fields.write(contentType)
            fields.write("\r\nx-litellm-call-id: ")
            callID.withBytes { fields.write($0) }
            fields.write("\r\n")
            place.withUnsafeReadableBytes { fields.write($0) }
            fields.write("x-litellm-attempted-retries: ")
            fields.write(decimal: retries)
            fields.write("\r\nx-litellm-attempted-fallbacks: ")
            fields.write(decimal: fallbacks)
        }
    }

    /// The cost of an answer; nil: nothing, as of one's own boxes.
    mutating func writeCost(_ cost: Money?, compared: Money?) {
        guard let cost else {
            bytes.writeStaticString("\r\nx-litellm-response-cost: 0.0")
            return
        }
        bytes.writeStaticString("\r\nx-litellm-response-cost: ")
        bytes.writeString(cost.description)
        if let compared {
            bytes.writeStaticString("\r\nx-drover-compared-cost: ")
            bytes.writeString(compared.description)
        }
    }

    /// How long the request took, how much of that was the gateway's own, and how long it waited.
    mutating func writeTimes(total: Duration, overhead: Duration, waits: Waits) {
        // The texts and numbers are 275 bytes at most.
        bytes.writeFields(atMost: 384) { fields in
            fields.write("\r\nx-litellm-response-duration-ms: ")
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

    /// The client's origin, and whether the connection stays open.
    mutating func writeConnection(allowOrigin: String?, keepAlive: Bool) {
        if let origin = allowOrigin {
            bytes.writeStaticString("access-control-allow-origin: ")
            bytes.writeString(origin)
            bytes.writeStaticString("\r\nvary: origin\r\n")
        }
        if !keepAlive {
            bytes.writeStaticString("connection: close\r\n")
        } else if !isChunked {
            // HTTP/1.0 closes unless it is told not to.
            bytes.writeStaticString("connection: keep-alive\r\n")
        }
    }

    /// The end of a stream's head.
    mutating func endStreamHead() {
        bytes.writeStaticString("cache-control: no-cache\r\nx-accel-buffering: no\r\n")
        if isChunked { bytes.writeStaticString("transfer-encoding: chunked\r\n") }
        bytes.writeStaticString("\r\n")
    }

    /// The head of a stream that begins before its answer does: what it says of an instance and of times is not known yet.
    func earlyHead(_ head: CallHead) -> ByteBuffer {
        var early = Reply(isChunked: isChunked)
        early.bytes.writeStatusLine(200)
        early.bytes.writeStaticString("content-type: ")
        early.bytes.writeStaticString(head.front.contentType(isStream: true))
        early.bytes.writeStaticString("\r\nx-litellm-call-id: ")
        head.callID.withBytes { _ = early.bytes.writeBytes($0) }
        early.bytes.writeStaticString("\r\n")
        early.writeConnection(allowOrigin: head.allowOrigin, keepAlive: head.keepAlive)
        early.endStreamHead()
        return early.bytes
    }
}
