import NIOCore

/// Server-sent events, as the WHATWG's HTML standard has them: `event:` and `data:` lines up to a blank one.
///
/// Lines end with LF, CR LF or CR; comments and fields other than these two are passed over. An event without data is
/// none. An event's lines may come in any number of pieces.
struct SSEFraming: AnswerFraming {
    /// Bytes of an event nobody would write.
    private static let eventLimit = 16 << 20

    /// The line so far.
    private var line: [UInt8] = []
    private var name: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    /// The last byte was a CR: an LF that follows belongs to it.
    private var afterCR = false

    init() {}

    mutating func feed(
        _ bytes: ByteBuffer, _ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        bytes.withUnsafeReadableBytes { piece in
            var start = 0
            if afterCR, let first = piece.first {
                afterCR = false
                if first == 0x0a { start = 1 }
            }
            guard let address = piece.baseAddress else { return true }
            let p = address.assumingMemoryBound(to: UInt8.self)
            // Each kind of end is looked for anew only when the one that was found has been passed.
            var (lineFeed, carriageReturn) = (-1, -1)
            while true {
                if lineFeed < start { lineFeed = JSONScanner.firstOffset(of: 0x0a, p, start, piece.count) }
                if carriageReturn < start { carriageReturn = JSONScanner.firstOffset(of: 0x0d, p, start, piece.count) }
                var index = min(lineFeed, carriageReturn)
                guard index < piece.count else { break }
                let byte = p[index]
                let rest = UnsafeRawBufferPointer(rebasing: piece[start..<index])
                let goesOn: Bool
                if line.isEmpty {
                    goesOn = take(rest, event)
                } else {
                    line.append(contentsOf: rest)
                    goesOn = line.withUnsafeBytes { take($0, event) }
                    line.removeAll(keepingCapacity: true)
                }
                guard goesOn else { return true }
                index += 1
                if byte == 0x0d {
                    if index == piece.count { afterCR = true } else if piece[index] == 0x0a { index += 1 }
                }
                start = index
            }
            line.append(contentsOf: piece[start...])
            return line.count <= Self.eventLimit && data.count <= Self.eventLimit
        }
    }

    mutating func finish(_ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Void) {
        if !line.isEmpty { _ = line.withUnsafeBytes { take($0) { _, _ in true } } }
        guard hasData else { return }
        name.withUnsafeBytes { name in data.withUnsafeBytes { event(name, $0) } }
    }

    /// Takes a line without its end; false when no more events are wanted.
    private mutating func take(
        _ line: UnsafeRawBufferPointer, _ event: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        guard !line.isEmpty else {
            guard hasData else {
                name.removeAll(keepingCapacity: true)
                return true
            }
            let goesOn = name.withUnsafeBytes { name in data.withUnsafeBytes { event(name, $0) } }
            name.removeAll(keepingCapacity: true)
            data.removeAll(keepingCapacity: true)
            hasData = false
            return goesOn
        }
        if line.starts(with: "data:") {
            if hasData { data.append(0x0a) }
            hasData = true
            data.append(contentsOf: Self.value(line, after: 5))
        } else if line.starts(with: "event:") {
            name.removeAll(keepingCapacity: true)
            name.append(contentsOf: Self.value(line, after: 6))
        } else if line.count > 3, line[0] == 0xEF, line[1] == 0xBB, line[2] == 0xBF, line[3] != 0xEF {
            // The mark of UTF-8 before a stream is no part of it.
            return take(UnsafeRawBufferPointer(rebasing: line[3...]), event)
        }
        return true
    }

    private static func value(_ line: UnsafeRawBufferPointer, after colon: Int) -> UnsafeRawBufferPointer {
        let start = line.count > colon && line[colon] == 0x20 ? colon + 1 : colon
        return UnsafeRawBufferPointer(rebasing: line[start...])
    }
}
