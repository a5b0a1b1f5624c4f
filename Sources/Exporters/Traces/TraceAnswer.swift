import Dialects

/// A collector's `ExportTraceServiceResponse`: protobuf, or JSON where whoever answers speaks that alone.
struct TraceAnswer: Equatable {
    /// The number of spans that it has not kept.
    var rejectedSpans = 0

    /// Reads an answer; in one that is neither nothing is rejected.
    init(_ bytes: [UInt8]) {
        if bytes.first == UInt8(ascii: "{") {
            let partial = JSONText(String(decoding: bytes, as: UTF8.self))?.member("partialSuccess")
            // A 64 bit number is a string in protobuf's JSON; not everybody knows that.
            switch partial?.member("rejectedSpans")?.content {
            case .text(let number)?, .number(let number)?: rejectedSpans = max(0, Int(number) ?? 0)
            default: break
            }
        } else if case .bytes(let partial)? = Self.field(1, of: bytes[...]),
            case .number(let spans)? = Self.field(1, of: partial)
        {
            rejectedSpans = max(0, Int(truncatingIfNeeded: spans))
        }
    }

    private enum Value {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    /// The last value of a message's field; nil where there is none, or the message is none.
    private static func field(_ wanted: UInt64, of message: ArraySlice<UInt8>) -> Value? {
        var (rest, found) = (message, Value?.none)
        while !rest.isEmpty {
            guard let tag = varint(&rest), let value = value(ofKind: tag & 7, &rest) else { return nil }
            if tag >> 3 == wanted { found = value }
        }
        return found
    }

    private static func value(ofKind kind: UInt64, _ rest: inout ArraySlice<UInt8>) -> Value? {
        switch kind {
        case 0: varint(&rest).map { .number($0) }
        case 1: taken(8, &rest).map { .bytes($0) }
        case 2: varint(&rest).flatMap { Int(exactly: $0) }.flatMap { taken($0, &rest) }.map { .bytes($0) }
        case 5: taken(4, &rest).map { .bytes($0) }
        default: nil
        }
    }

    private static func taken(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var (number, shift) = (UInt64(0), UInt64(0))
        while shift < 64, let byte = rest.popFirst() {
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        return nil
    }
}
