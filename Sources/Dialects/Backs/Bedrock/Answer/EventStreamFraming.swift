import NIOCore

/// AWS's event streams (`application/vnd.amazon.eventstream`): messages in binary, each with its length, headers and two
/// checksums.
///
/// A message: 4 bytes of total length, 4 of the headers' length, 4 of the checksum of these eight; headers; payload; 4 of
/// the checksum of everything before. Numbers are big-endian. Both checksums are verified, the first before a length is
/// believed.
///
/// An event comes with the name in `:event-type`. An exception (`:exception-type`) or an error
/// (`:error-code`) that ends the stream instead comes with `!` before its name, which no event's name has; an error's data is made up to be
/// like an exception's: `{"message":…}`.
struct EventStreamFraming: AnswerFraming {
    private static let preludeLength = 12
    /// The prelude and the checksum behind the payload.
    private static let frameLength = 16
    /// AWS allows no more.
    private static let headersLimit = 128 << 10
    /// Bytes of a payload nobody would write.
    private static let payloadLimit = 16 << 20

    /// A message of which only this much has come.
    private var pending: [UInt8] = []

    init() {}

    mutating func feed(
        _ bytes: ByteBuffer, _ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        bytes.withUnsafeReadableBytes { all in
            var piece = all
            while !piece.isEmpty {
                if !pending.isEmpty || piece.count < Self.preludeLength {
                    move(upTo: Self.preludeLength, from: &piece)
                    guard pending.count >= Self.preludeLength else { return true }
                }
                let head = pending.isEmpty ? Self.length(of: piece) : pending.withUnsafeBytes(Self.length)
                guard let length = head else { return false }
                let step: Step
                if pending.isEmpty, piece.count >= length {
                    step = Self.take(UnsafeRawBufferPointer(rebasing: piece[..<length]), event)
                    piece = UnsafeRawBufferPointer(rebasing: piece[length...])
                } else {
                    move(upTo: length, from: &piece)
                    guard pending.count == length else { return true }
                    step = pending.withUnsafeBytes { Self.take($0, event) }
                    pending.removeAll(keepingCapacity: true)
                }
                switch step {
                case .goesOn: continue
                case .stops: return true
                case .isBroken: return false
                }
            }
            return true
        }
    }

    private enum Step { case goesOn, stops, isBroken }

    /// Moves bytes to the pending message until it has so many, or none are left.
    private mutating func move(upTo count: Int, from piece: inout UnsafeRawBufferPointer) {
        let moved = max(0, min(count - pending.count, piece.count))
        pending.append(contentsOf: piece[..<moved])
        piece = UnsafeRawBufferPointer(rebasing: piece[moved...])
    }

    /// A message's length by its prelude; nil for a prelude that is none.
    private static func length(of message: UnsafeRawBufferPointer) -> Int? {
        let prelude = UnsafeRawBufferPointer(rebasing: message[..<preludeLength])
        let total = Int(number(prelude, at: 0))
        let headers = Int(number(prelude, at: 4))
        guard CRC32.checksum(UnsafeRawBufferPointer(rebasing: prelude[..<8])) == number(prelude, at: 8),
            headers <= headersLimit, total >= frameLength + headers, total - frameLength - headers <= payloadLimit
        else { return nil }
        return total
    }

    /// Takes a whole message whose prelude has been verified.
    private static func take(
        _ message: UnsafeRawBufferPointer, _ event: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) -> Step {
        let end = message.count - 4
        let payloadStart = preludeLength + Int(number(message, at: 4))
        guard CRC32.checksum(UnsafeRawBufferPointer(rebasing: message[..<end])) == number(message, at: end),
            let headers = EventStreamHeaders(
                UnsafeRawBufferPointer(rebasing: message[preludeLength..<payloadStart]))
        else { return .isBroken }
        let payload = UnsafeRawBufferPointer(rebasing: message[payloadStart..<end])
        switch headers.kind {
        case .event: return event(headers.name, payload) ? .goesOn : .stops
        case .exception: return ([0x21] + headers.name).withUnsafeBytes { event($0, payload) } ? .goesOn : .stops
        case .error:
            let words = JSONText.string(String(decoding: headers.errorMessage, as: UTF8.self))
            let data = JSONText.object([("message", words)])
            return ([0x21] + headers.name).withUnsafeBytes { name in
                data.bytes.withUnsafeBytes { event(name, $0) } ? .goesOn : .stops
            }
        }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
