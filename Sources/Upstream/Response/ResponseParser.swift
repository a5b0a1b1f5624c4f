import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A strict HTTP/1 response parser as a value: bytes in, events out, no I/O.
///
/// Strict where framing could be read in two ways: bare LF in the head, two lengths, a length beside
/// `Transfer-Encoding`, signs or spaces in numbers, and chunk extensions without end are all `malformed`.
struct ResponseParser {
    enum Event {
        case head(UpstreamHead)
        case body(ByteBuffer)
        case end
        /// The input is used up (or kept, for a head still incomplete).
        case needMore
        case malformed
    }

    private enum Body {
        case length(Int)
        case chunked(ChunkDecoder)
        case untilClose
    }

    private enum State {
        case head
        case body(Body)
        case ended
    }

    /// A head longer than this is refused.
    static let maximumHead = 65_536
    /// More interim answers (100, 102, 103) than this before the final one are refused.
    static let maximumInterim = 16

    private var state = State.head
    private(set) var keepAlive = true
    private(set) var sawHead = false
    private var interim = 0

    /// True between the end of one answer and `reset()`.
    var isEnded: Bool {
        if case .ended = state { true } else { false }
    }

    /// Ready for the next answer on the same connection.
    mutating func reset() {
        state = .head
        keepAlive = true
        sawHead = false
        interim = 0
    }

    /// The connection ended: true where that is a proper end of the body.
    mutating func endOfInput() -> Bool {
        if case .body(.untilClose) = state {
            state = .ended
            return true
        }
        return false
    }

    /// Takes the next event out of `input`; call until `needMore`, `end` or `malformed`.
    mutating func next(_ input: inout ByteBuffer) -> Event {
        switch state {
        case .head: return nextHead(&input)
        case .ended: return input.readableBytes > 0 ? .malformed : .needMore
        case .body(.length(let left)):
            if left == 0 {
                state = .ended
                return .end
            }
            guard let piece = input.readSlice(length: min(left, input.readableBytes)), piece.readableBytes > 0 else {
                return .needMore
            }
            state = .body(.length(left - piece.readableBytes))
            return .body(piece)
        case .body(.untilClose):
            guard let piece = input.readSlice(length: input.readableBytes), piece.readableBytes > 0 else {
                return .needMore
            }
            return .body(piece)
        case .body(.chunked(var decoder)):
            let step = decoder.decode(&input)
            state = .body(.chunked(decoder))
            switch step {
            case .bytes(let piece): return .body(piece)
            case .needMore: return .needMore
            case .malformed: return .malformed
            case .end:
                state = .ended
                return .end
            }
        }
    }

    private mutating func nextHead(_ input: inout ByteBuffer) -> Event {
        while true {
            let parsed = input.withUnsafeReadableBytes { Self.parseHead($0) }
            switch parsed {
            case .needMore: return input.readableBytes > Self.maximumHead ? .malformed : .needMore
            case .malformed: return .malformed
            case .head(let head, let length):
                guard length <= Self.maximumHead else { return .malformed }
                input.moveReaderIndex(forwardBy: length)
                // Interim answers carry no body and are not for the client; 101 would change the protocol.
                if head.status < 200 {
                    interim += 1
                    if head.status == 101 || interim > Self.maximumInterim { return .malformed }
                    continue
                }
                sawHead = true
                keepAlive = head.keepAlive
                if head.status == 204 || head.status == 304 {
                    state = .body(.length(0))
                } else if head.isChunked {
                    state = .body(.chunked(ChunkDecoder()))
                } else if let length = head.contentLength {
                    state = .body(.length(length))
                } else {
                    state = .body(.untilClose)
                    keepAlive = false
                }
                return .head(head)
            }
        }
    }

    private enum ParsedHead {
        case needMore
        case malformed
        case head(UpstreamHead, length: Int)
    }

    private static func parseHead(_ raw: UnsafeRawBufferPointer) -> ParsedHead {
        let count = raw.count
        guard count > 0, let base = raw.baseAddress else { return .needMore }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        if memcmp(bytes, "HTTP/1.", min(count, 7)) != 0 { return .malformed }
        guard count > 12 else { return .needMore }
        guard bytes[7] == UInt8(ascii: "0") || bytes[7] == UInt8(ascii: "1"), bytes[8] == UInt8(ascii: " "),
            let status = decimal(bytes + 9, 3), (100...599).contains(status),
            bytes[12] == UInt8(ascii: " ") || bytes[12] == 0x0D
        else { return .malformed }

        var head = UpstreamHead(status: status)
        head.keepAlive = bytes[7] == UInt8(ascii: "1")
        guard let firstLF = memchr(bytes, 0x0A, count) else { return .needMore }
        var lineStart = firstLF - UnsafeMutableRawPointer(mutating: base) + 1
        if bytes[lineStart - 2] != 0x0D { return .malformed }
        while true {
            guard lineStart < count, let found = memchr(bytes + lineStart, 0x0A, count - lineStart) else {
                return .needMore
            }
            let lineFeed = found - UnsafeMutableRawPointer(mutating: base)
            if lineFeed == lineStart || bytes[lineFeed - 1] != 0x0D { return .malformed }
            if lineFeed == lineStart + 1 {
                if head.isChunked, head.contentLength != nil { return .malformed }
                if head.status >= 400 {
                    head.upstreamRequestID = UpstreamRequestID.find(
                        inHead: UnsafeRawBufferPointer(start: base, count: lineFeed))
                }
                return .head(head, length: lineFeed + 1)
            }
            guard readField(bytes + lineStart, lineFeed - 1 - lineStart, into: &head) else { return .malformed }
            lineStart = lineFeed + 1
        }
    }

    /// Acts on the few fields that matter; false where a field makes the framing doubtful.
    private static func readField(_ line: UnsafePointer<UInt8>, _ count: Int, into head: inout UpstreamHead) -> Bool {
        @inline(__always) func value(after name: StaticString) -> (UnsafePointer<UInt8>, Int)? {
            let length = name.utf8CodeUnitCount
            guard count > length, line[length] == UInt8(ascii: ":"),
                strncasecmp(line, name.utf8Start, length) == 0
            else { return nil }
            var start = length + 1
            var end = count
            while start < end, line[start] == 0x20 || line[start] == 0x09 { start += 1 }
            while end > start, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
            return (line + start, end - start)
        }
        // The first letter decides most lines without a comparison.
        switch line[0] | 0x20 {
        case UInt8(ascii: "c"):
            if let (text, length) = value(after: "content-length") {
                guard head.contentLength == nil, length <= 15, let number = decimal(text, length) else { return false }
                head.contentLength = number
            } else if let (text, length) = value(after: "content-encoding") {
                let name = String(decoding: UnsafeBufferPointer(start: text, count: min(length, 64)), as: UTF8.self)
                if length > 0, name.lowercased() != "identity" { head.contentEncoding = name.lowercased() }
            } else if let (text, length) = value(after: "connection") {
                if length == 5, strncasecmp(text, "close", 5) == 0 { head.keepAlive = false }
                if length == 10, strncasecmp(text, "keep-alive", 10) == 0 { head.keepAlive = true }
            }
        case UInt8(ascii: "t"):
            if let (text, length) = value(after: "transfer-encoding") {
                guard length == 7, strncasecmp(text, "chunked", 7) == 0, !head.isChunked else { return false }
                head.isChunked = true
            }
        case UInt8(ascii: "r"):
            if let (text, length) = value(after: "retry-after") {
                // Milliseconds say it more exactly, wherever they stand.
                if !head.hasExactRetryAfter { head.retryAfterSeconds = decimalRoundedUp(text, length) }
                if head.retryAfterSeconds == nil { head.retryAt = date(text, length) }
            } else if let (text, length) = value(after: "retry-after-ms"),
                let milliseconds = decimalRoundedUp(text, length)
            {
                head.retryAfterSeconds = (milliseconds + 999) / 1000
                head.hasExactRetryAfter = true
            }
        case UInt8(ascii: "d") where head.status >= 400:
            if let (text, length) = value(after: "date") { head.sentAt = date(text, length) }
        default: break
        }
        return true
    }

    private static func date(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        HTTPDate.unixSeconds(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// Up to nine digits, and a fraction, which counts as one if it is not zero; nil for anything else, as a date.
    private static func decimalRoundedUp(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        let text = UnsafeBufferPointer(start: bytes, count: count)
        let whole = text.firstIndex(of: UInt8(ascii: ".")) ?? count
        guard whole <= 9, let number = decimal(bytes, whole) else { return nil }
        let fraction = text.dropFirst(whole + 1)
        guard fraction.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return fraction.contains { $0 != 0x30 } ? number + 1 : number
    }

    /// Digits only; nil for anything else, an empty text too.
    private static func decimal(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        guard count > 0 else { return nil }
        var number = 0
        for index in 0..<count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number
    }
}
