import Gateway
import NIOCore

/// Follows the framing of what goes to the full parser, and is stricter than it (RFC 9112): what two parsers could read in two
/// ways is refused before the parser sees it.
///
/// It never says what a request is, so it cannot be talked into one. Where it does not know how a body is framed it looks at
/// nothing more (`lost`), and the parser's own faults count. Every tab in a field is made a space, which means the same there
/// (RFC 9110, 5.5): the parser takes only spaces around a length or a coding. The length stays, so framing does too.
struct FramingGuard {
    /// Why nothing from here on may be read.
    enum Fault: Equatable {
        /// Not a method, a target and a version with one space between each.
        case requestLine
        /// A chunk that would make the body longer than it may be.
        case chunkTooLarge
        /// More bytes of chunk extensions, leading zeros or trailers than a client has a reason for.
        case tooMuchFraming

        func error(_ limits: ServerLimits) -> GatewayError {
            switch self {
            case .requestLine:
                .invalidRequest(
                    message: "this is not valid HTTP/1.1: a request line has one space between its three parts",
                    param: nil)
            case .chunkTooLarge: limits.bodyTooLarge
            case .tooMuchFraming:
                .invalidRequest(
                    message:
                        "the body's chunks have over \(FramingGuard.mostExtras) bytes of extensions, leading zeros "
                        + "or trailers", param: nil)
            }
        }
    }

    /// What the next byte is part of.
    private enum Place {
        /// Blank lines may come before a request.
        case start
        case requestLine
        case fields
        /// The rest of a body with a length.
        case body(left: Int)
        /// A chunk's size. `zeros` lead it; `digits` follow them.
        case size(zeros: Int, digits: Int)
        case chunkExtension
        /// The rest of a chunk, with the two bytes of the line end behind it.
        case chunk(left: Int)
        case trailers(isEmpty: Bool)
        case lost
    }

    /// Bytes of extensions, leading zeros and trailers of one body.
    static let mostExtras = 16_384
    /// The most that is kept of a field: no name or value of those that frame is longer.
    private static let mostKept = 64

    private var place = Place.start
    private let maxBody: Int
    /// The line so far, up to `mostKept` bytes.
    private var line: [UInt8] = []
    /// Bytes of the line, and the last eight of them.
    private var lineLength = 0
    private var tail: UInt64 = 0
    private var spaces = 0
    private var head = Framing()
    private var chunk = 0
    private var taken = 0
    private var extras = 0

    /// What the fields of a head say of its body.
    private struct Framing {
        var length: Int?
        var isChunked = false
        /// It frames in a way that is the parser's to judge.
        var isUnclear = false
    }

    init(maxBody: Int) { self.maxBody = maxBody }

    /// Looks at the next bytes. Those from a fault on are taken off, so that the parser never reads them.
    mutating func check(_ bytes: inout ByteBuffer) -> Fault? {
        var tabs: [Int] = []
        var fault: Fault?
        var good = bytes.readableBytes
        bytes.withUnsafeReadableBytes { raw in
            var index = 0
            while index < raw.count {
                switch place {
                case .lost: return
                case .body(let left):
                    let step = min(left, raw.count - index)
                    place = left == step ? .start : .body(left: left - step)
                    index += step
                    continue
                case .chunk(let left) where left > 2:
                    let step = min(left - 2, raw.count - index)
                    place = .chunk(left: left - step)
                    index += step
                    continue
                default: break
                }
                if case .fields = place, raw[index] == 0x09 { tabs.append(index) }
                fault = take(raw[index])
                guard fault == nil else {
                    good = index
                    place = .lost
                    return
                }
                index += 1
            }
        }
        for index in tabs { bytes.setInteger(UInt8(ascii: " "), at: bytes.readerIndex + index) }
        if fault != nil { bytes = bytes.getSlice(at: bytes.readerIndex, length: good) ?? ByteBuffer() }
        return fault
    }

    private mutating func take(_ byte: UInt8) -> Fault? {
        switch place {
        case .start:
            guard byte != 0x0D, byte != 0x0A else { return nil }
            beginLine()
            (spaces, head) = (0, Framing())
            place = .requestLine
            return takeOfRequestLine(byte)
        case .requestLine: return takeOfRequestLine(byte)
        case .fields: takeOfFields(byte)
        case .size(let zeros, let digits): return takeOfSize(byte, zeros, digits)
        case .chunkExtension:
            if byte == 0x0A { beginChunk() } else { return countExtra() }
        case .chunk(let left):
            // The parser knows whether it is the end of a line.
            if left > 1 { place = .chunk(left: left - 1) } else { place = .size(zeros: 0, digits: 0) }
        case .trailers(let isEmpty):
            switch byte {
            case 0x0A: place = isEmpty ? .start : .trailers(isEmpty: true)
            case 0x0D: break
            default:
                place = .trailers(isEmpty: false)
                return countExtra()
            }
        case .body, .lost: break
        }
        return nil
    }

    // MARK: The head

    private mutating func beginLine() {
        line.removeAll(keepingCapacity: true)
        (lineLength, tail) = (0, 0)
    }

    private mutating func add(_ byte: UInt8) {
        lineLength += 1
        if line.count < Self.mostKept { line.append(byte) }
    }

    private mutating func takeOfRequestLine(_ byte: UInt8) -> Fault? {
        switch byte {
        case 0x0D: return nil
        case 0x0A:
            // `HTTP/1.0` or `HTTP/1.1`; what is none could be anything.
            guard tail & ~1 == 0x4854_5450_2F31_2E30 else {
                place = .lost
                return nil
            }
            guard spaces == 2 else { return .requestLine }
            // Behind a tunnel's request comes what is no HTTP.
            place = line.starts(with: "CONNECT ".utf8) ? .lost : .fields
            beginLine()
            return nil
        default:
            if byte == 0x20 {
                if lineLength == 0 || tail & 0xFF == 0x20 { return .requestLine }
                spaces += 1
            }
            tail = tail << 8 | UInt64(byte)
            add(byte)
            return nil
        }
    }

    private mutating func takeOfFields(_ byte: UInt8) {
        switch byte {
        case 0x0D: break
        case 0x0A:
            guard lineLength > 0 else { return beginBody() }
            readField()
            beginLine()
        default: add(byte == 0x09 ? 0x20 : byte)
        }
    }

    private mutating func readField() {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            // A folded line, or one that is none.
            head.isUnclear = true
            return
        }
        let name = line[..<colon].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        let value = line[(colon + 1)...].drop { $0 == 0x20 }.reversed().drop { $0 == 0x20 }.reversed()
        switch name {
        case Self.length:
            let text = String(decoding: value, as: UTF8.self)
            let number = text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
            if number == nil || head.length != nil || lineLength > Self.mostKept { head.isUnclear = true }
            head.length = number
        case Self.coding:
            // Only the last coding frames; the others are refused by the head.
            let last = value.split(separator: UInt8(ascii: ",")).last ?? []
            let word = last.drop { $0 == 0x20 }.map { $0 | 0x20 }
            if word != Array("chunked".utf8) || lineLength > Self.mostKept { head.isUnclear = true }
            head.isChunked = true
        case Self.upgrade: head.isUnclear = true
        default: break
        }
    }

    private static let length = Array("content-length".utf8)
    private static let coding = Array("transfer-encoding".utf8)
    private static let upgrade = Array("upgrade".utf8)

    private mutating func beginBody() {
        if head.isUnclear || head.isChunked && head.length != nil {
            place = .lost
        } else if head.isChunked {
            (taken, extras, chunk) = (0, 0, 0)
            place = .size(zeros: 0, digits: 0)
        } else {
            place = head.length.map { $0 > 0 ? .body(left: $0) : .start } ?? .start
        }
    }

    // MARK: A chunked body

    private mutating func takeOfSize(_ byte: UInt8, _ zeros: Int, _ digits: Int) -> Fault? {
        switch byte {
        case 0x30 where digits == 0:
            place = .size(zeros: zeros + 1, digits: 0)
            return zeros > 0 ? countExtra() : nil
        case 0x0A where zeros + digits > 0: beginChunk()
        case 0x0D: break
        case 0x3B, 0x20, 0x09: place = zeros + digits > 0 ? .chunkExtension : .lost
        default:
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
                place = .lost
                return nil
            }
            // Told from the first digit that is too many: the rest may never come.
            chunk = chunk << 4 | digit
            place = .size(zeros: zeros, digits: digits + 1)
            return chunk > maxBody - taken ? .chunkTooLarge : nil
        }
        return nil
    }

    private mutating func beginChunk() {
        taken += chunk
        place = chunk == 0 ? .trailers(isEmpty: true) : .chunk(left: chunk + 2)
        chunk = 0
    }

    private mutating func countExtra() -> Fault? {
        extras += 1
        return extras > Self.mostExtras ? .tooMuchFraming : nil
    }
}
