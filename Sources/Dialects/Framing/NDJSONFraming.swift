import NIOCore

/// JSON values line by line (NDJSON): each line is an event without a name, a blank one too.
///
/// A line that is in one piece is read where it stands; one that comes in several is put together.
struct NDJSONFraming: AnswerFraming {
    /// Bytes of a line nobody would write.
    private static let lineLimit = 16 << 20

    /// The line so far.
    private var line: [UInt8] = []

    init() {}

    var isBetweenEvents: Bool { line.isEmpty }

    @inline(__always)
    mutating func feed(
        _ bytes: ByteBuffer, _ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        bytes.withUnsafeReadableBytes { piece in
            guard let address = piece.baseAddress else { return true }
            let p = address.assumingMemoryBound(to: UInt8.self)
            let name = UnsafeRawBufferPointer(start: nil, count: 0)
            var start = 0
            if !line.isEmpty {
                let newline = JSONScanner.firstOffset(of: 0x0a, p, 0, piece.count)
                line.append(contentsOf: UnsafeRawBufferPointer(start: address, count: newline))
                guard newline < piece.count else { return line.count <= Self.lineLimit }
                let goesOn = line.withUnsafeBytes { event(name, $0) }
                line.removeAll(keepingCapacity: true)
                guard goesOn else { return true }
                start = newline + 1
            }
            while start < piece.count {
                let newline = JSONScanner.firstOffset(of: 0x0a, p, start, piece.count)
                let rest = UnsafeRawBufferPointer(start: address + start, count: newline - start)
                guard newline < piece.count else {
                    line.append(contentsOf: rest)
                    return line.count <= Self.lineLimit
                }
                guard event(name, rest) else { return true }
                start = newline + 1
            }
            return true
        }
    }

    mutating func finish(_ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Void) {
        guard !line.isEmpty else { return }
        line.withUnsafeBytes { event(UnsafeRawBufferPointer(start: nil, count: 0), $0) }
    }
}
