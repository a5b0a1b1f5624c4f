import Dialects
import Gateway

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A place in the bytes of a head; empty where the field is not there.
struct FieldRange {
    private var first: UInt32 = 0
    private var length: UInt32 = 0

    init() {}
    init(start: Int, count: Int) {
        first = UInt32(truncatingIfNeeded: start)
        length = UInt32(truncatingIfNeeded: count)
    }

    var count: Int { Int(length) }

    func bytes(in raw: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        length == 0 ? nil : UnsafeRawBufferPointer(rebasing: raw[Int(first)..<(Int(first) + count)])
    }
}

/// The head of a plain hot request: where its fields are.
struct SniffedHead {
    var front = Front.openAIChat
    /// Bytes of the head with its empty line.
    var length = 0
    var contentLength = -1
    /// The headers of the one table, each at its raw value: as many as `CallHeader` has cases.
    private var ranges = InlineArray<19, FieldRange>(repeating: FieldRange())

    /// Where a header of the one table is.
    subscript(header: CallHeader) -> FieldRange {
        get { ranges[header.rawValue] }
        set { ranges[header.rawValue] = newValue }
    }
}

/// Reads the head of a hot request, strictly and in one pass.
///
/// Takes a narrow subset: `POST` to a hot path, HTTP/1.1, CRLF, token names, visible values, exactly one digits-only
/// `Content-Length`, one `Host`, and none of the fields that change framing. Everything else is `reject`ed: not
/// refused, but replayed into the full parser, which knows more or answers 400.
enum RequestSniffer {
    enum Verdict {
        case needMore
        case reject
        case hot(SniffedHead)
    }

    static func sniff(_ raw: UnsafeRawBufferPointer) -> Verdict {
        guard let base = raw.baseAddress else { return .needMore }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        let count = raw.count
        if memcmp(bytes, "POST /", min(count, 6)) != 0 { return .reject }
        guard let firstLF = memchr(bytes, 0x0A, count) else {
            // No hot request line is this long.
            return count > 128 ? .reject : .needMore
        }
        var head = SniffedHead()
        var lineStart = firstLF - UnsafeMutableRawPointer(mutating: base) + 1
        let suffix: StaticString = " HTTP/1.1\r\n"
        let pathEnd = lineStart - suffix.utf8CodeUnitCount
        guard pathEnd > 5, memcmp(bytes + pathEnd, suffix.utf8Start, suffix.utf8CodeUnitCount) == 0,
            let front = Front.at(path: UnsafeRawBufferPointer(rebasing: raw[5..<pathEnd]))
        else { return .reject }
        head.front = front
        while true {
            guard lineStart < count, let found = memchr(bytes + lineStart, 0x0A, count - lineStart) else {
                return .needMore
            }
            let lineFeed = found - UnsafeMutableRawPointer(mutating: base)
            guard lineFeed > lineStart, bytes[lineFeed - 1] == 0x0D else { return .reject }
            if lineFeed == lineStart + 1 {
                head.length = lineFeed + 1
                return head.contentLength >= 0 && head[.host].count > 0 ? .hot(head) : .reject
            }
            guard readField(bytes, lineStart, lineFeed - 1, into: &head) else { return .reject }
            lineStart = lineFeed + 1
        }
    }

    /// False where the field is malformed or makes this not a plain hot request.
    private static func readField(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ lineEnd: Int, into head: inout SniffedHead
    ) -> Bool {
        let colon = endOfToken(bytes, start, lineEnd)
        guard colon > start, colon < lineEnd, bytes[colon] == UInt8(ascii: ":") else { return false }
        var first = colon + 1
        var last = lineEnd
        guard isVisible(bytes, from: first, to: last, lineStart: start) else { return false }
        while first < last, bytes[first] == 0x20 || bytes[first] == 0x09 { first += 1 }
        while last > first, bytes[last - 1] == 0x20 || bytes[last - 1] == 0x09 { last -= 1 }
        let value = FieldRange(start: first, count: last - first)

        func named(_ name: StaticString) -> Bool {
            isEqual(bytes + start, colon &- start, name)
        }
        func named(_ header: CallHeader) -> Bool { named(header.name) }
        /// An empty value and a second one are for the full parser, which knows what they mean.
        func take(_ header: CallHeader) -> Bool {
            guard value.count > 0, head[header].count == 0 else { return false }
            head[header] = value
            return true
        }
        // By the length of the name: most lines cost no comparison at all.
        switch colon - start {
        case 4 where named(.host):
            // Another value is a fault, which the full parser's side answers.
            return take(.host)
                && Authority.isWellFormed(UnsafeRawBufferPointer(start: bytes + first, count: last - first))
        case 6 where named(.origin): return take(.origin)
        case 6 where named("expect"): return false
        case 7 where named("upgrade") || named("trailer"): return false
        case 7 where named(.apiKey): return take(.apiKey)
        case 9 where named(.anthropicKey): return take(.anthropicKey)
        case 10 where named("connection"):
            return isEqual(bytes + first, value.count, "keep-alive")
        case 11 where named(.traceparent): return take(.traceparent)
        case 13 where named(.authorization): return take(.authorization)
        case 14 where named("content-length"):
            guard head.contentLength < 0, (1...10).contains(value.count) else { return false }
            var length = 0
            for index in first..<last {
                let digit = bytes[index] &- UInt8(ascii: "0")
                guard digit < 10 else { return false }
                length = length * 10 + Int(digit)
            }
            head.contentLength = length
            return true
        case 14 where named(.serviceClass): return take(.serviceClass)
        case 14 where named(.tags): return take(.tags)
        case 14 where named(.betas): return take(.betas)
        case 16 where named("content-encoding"): return false
        case 17 where named("transfer-encoding"): return false
        case 17 where named(.litellmKey): return take(.litellmKey)
        case 17 where named(.callID): return take(.callID)
        case 17 where named(.timeout): return take(.timeout)
        case 18 where named(.objective): return take(.objective)
        case 19 where named(.localOnly): return take(.localOnly)
        case 21 where named(.numRetries): return take(.numRetries)
        case 21 where named(.customerID): return take(.customerID)
        case 21 where named(.endUserID): return take(.endUserID)
        case 24 where named(.streamTimeout): return take(.streamTimeout)
        case 25 where named(.azureKey): return take(.azureKey)
        case 12 where named("content-type"): return true
        default: return !isMisspelt(bytes + start, colon &- start)
        }
    }

    /// Whether a name that is none of the above was meant for this gateway. Without a v and a y it is not, which is all that
    /// most names cost: eight bytes at a time, the last eight again where they overlap.
    @inline(__always)
    private static func isMisspelt(_ name: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let whole = UnsafeBufferPointer(start: name, count: count)
        guard count >= 8 else { return whole.contains { $0 | 0x20 == 0x76 } && CallHeader.isMisspelt(whole) }
        let ones: UInt64 = 0x0101_0101_0101_0101
        // The generated clients' own, four to eight in each request: `x-stainless-…`.
        let first = UInt64(littleEndian: UnsafeRawPointer(name).loadUnaligned(as: UInt64.self)) | ones &* 0x20
        if first == 0x6C6E_6961_7473_2D78 { return false }
        var found: UInt64 = 0
        var offset = 0
        while true {
            let word = UnsafeRawPointer(name + offset).loadUnaligned(as: UInt64.self) | ones &* 0x20
            let (v, y) = (word ^ ones &* 0x76, word ^ ones &* 0x79)
            found |= (v &- ones) & ~v | (y &- ones) & ~y
            if offset == count &- 8 { break }
            offset = min(offset &+ 8, count &- 8)
        }
        return found & (ones &* 0x80) != 0 && CallHeader.isMisspelt(whole)
    }

    /// Whether a value has no control characters but tabs.
    ///
    /// Eight bytes at a time. The last eight may reach back into the name, a token that was found good. A word with
    /// something below 0x20 or a 0x7F in it is looked at byte by byte, for it may be a tab.
    @inline(__always)
    private static func isVisible(
        _ bytes: UnsafePointer<UInt8>, from first: Int, to last: Int, lineStart: Int
    ) -> Bool {
        guard last &- lineStart >= 8 else { return isVisibleByBytes(bytes, from: first, to: last) }
        var index = first
        while index < last {
            let place = min(index, last &- 8)
            let word = UnsafeRawPointer(bytes + place).loadUnaligned(as: UInt64.self)
            let ones: UInt64 = 0x0101_0101_0101_0101
            let controls = (word &- ones &* 0x20) & ~word
            let deletes = ((word ^ ones &* 0x7F) &- ones) & ~(word ^ ones &* 0x7F)
            if (controls | deletes) & (ones &* 0x80) != 0 { return isVisibleByBytes(bytes, from: index, to: last) }
            index &+= 8
        }
        return true
    }

    @inline(never)
    private static func isVisibleByBytes(_ bytes: UnsafePointer<UInt8>, from first: Int, to last: Int) -> Bool {
        for index in first..<last where bytes[index] < 0x20 && bytes[index] != 0x09 || bytes[index] == 0x7F {
            return false
        }
        return true
    }

    /// Whether the `length` bytes at `place` are `name` in upper or lower case: 4 letters and dashes or more.
    ///
    /// Bytes are compared in words, with the bit set that tells the cases apart. Beside a letter in the other case that
    /// bit turns only a carriage return into a dash, and neither a token nor a visible value has one. The last word may
    /// overlap the one before.
    @inline(__always)
    private static func isEqual(_ place: UnsafePointer<UInt8>, _ length: Int, _ name: StaticString) -> Bool {
        guard length == name.utf8CodeUnitCount else { return false }
        let (found, wanted, count) = (
            UnsafeRawPointer(place), UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount
        )
        guard count >= 8 else {
            let fold: UInt32 = 0x2020_2020
            func differs(at offset: Int) -> Bool {
                let word = found.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                return (word | fold) != wanted.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            }
            return !differs(at: 0) && !differs(at: count &- 4)
        }
        let fold: UInt64 = 0x2020_2020_2020_2020
        var offset = 0
        while true {
            let word = found.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard word | fold == wanted.loadUnaligned(fromByteOffset: offset, as: UInt64.self) else { return false }
            if offset == count &- 8 { return true }
            offset = min(offset &+ 8, count &- 8)
        }
    }

    /// The first offset from `start` on that is no byte of a token, or `end`.
    ///
    /// Eight bytes at a time while they are letters and dashes, as nearly all of names are; `bad` has the high bit of
    /// each that is neither. No sum carries into the next byte: where a high bit is set the word is bad anyway.
    @inline(__always)
    private static func endOfToken(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs = ones &* 0x80
        var index = start
        while index &+ 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self))
            let low = word & ~highs
            let folded = low | ones &* 0x20
            let letters = (folded &+ ones &* (0x80 - 0x61)) & ~(folded &+ ones &* (0x80 - 0x7B))
            let others = (low ^ ones &* 0x2D) &+ ones &* 0x7F
            let bad = (~letters & others | word) & highs
            guard bad == 0 else {
                index &+= bad.trailingZeroBitCount &>> 3
                break
            }
            index &+= 8
        }
        while index < end, isToken(bytes[index]) { index &+= 1 }
        return index
    }

    /// RFC 9110 `tchar`, as a bit set over ASCII.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<64: 0x03FF6CFA00000000 as UInt64 >> UInt64(byte) & 1 == 1
        case 64..<128: 0x57FFFFFFC7FFFFFE as UInt64 >> UInt64(byte - 64) & 1 == 1
        default: false
        }
    }
}
