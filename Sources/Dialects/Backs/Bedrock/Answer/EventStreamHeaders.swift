/// The headers of one message of AWS's event streams, of which four matter: what the message is, and its name.
struct EventStreamHeaders {
    enum Kind { case event, exception, error }

    private(set) var kind = Kind.event
    /// `:event-type`, `:exception-type` or `:error-code`, whichever belongs to the kind; empty where it is missing.
    var name: UnsafeRawBufferPointer {
        switch kind {
        case .event: eventType
        case .exception: exceptionType
        case .error: errorCode
        }
    }
    /// `:error-message`.
    private(set) var errorMessage = UnsafeRawBufferPointer(start: nil, count: 0)
    private var eventType = UnsafeRawBufferPointer(start: nil, count: 0)
    private var exceptionType = UnsafeRawBufferPointer(start: nil, count: 0)
    private var errorCode = UnsafeRawBufferPointer(start: nil, count: 0)

    /// Reads headers one behind the other: a byte of the name's length, the name, a byte of the value's type, the value.
    ///
    /// - Parameter bytes: all of them; what is found are slices of it.
    /// - Returns: nil where they are not what this form says.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while let length = rest.popFirst() {
            guard length > 0, rest.count > Int(length) else { return nil }
            let name = UnsafeRawBufferPointer(rebasing: rest.prefix(Int(length)))
            rest = rest.dropFirst(Int(length))
            let type = rest.removeFirst()
            guard let size = Self.size(ofType: type, &rest), rest.count >= size else { return nil }
            // Names are strings; a header of theirs with another type says nothing.
            if type == 7 { take(name, UnsafeRawBufferPointer(rebasing: rest.prefix(size))) }
            rest = rest.dropFirst(size)
        }
    }

    /// Bytes of a value: true, false, byte, short, integer, long, bytes, string, timestamp, UUID; nil for other types.
    private static func size(ofType type: UInt8, _ rest: inout Slice<UnsafeRawBufferPointer>) -> Int? {
        switch type {
        case 0, 1: return 0
        case 2: return 1
        case 3: return 2
        case 4: return 4
        case 5, 8: return 8
        case 9: return 16
        case 6, 7:
            guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
            return Int(high) << 8 | Int(low)
        default: return nil
        }
    }

    private mutating func take(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        if name.equals(":message-type") {
            kind = value.equals("exception") ? .exception : value.equals("error") ? .error : .event
        } else if name.equals(":event-type") {
            eventType = value
        } else if name.equals(":exception-type") {
            exceptionType = value
        } else if name.equals(":error-code") {
            errorCode = value
        } else if name.equals(":error-message") {
            errorMessage = value
        }
    }
}
