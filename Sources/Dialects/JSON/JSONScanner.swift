/// A validating, forward-only walk over JSON bytes that finds where values begin and end without decoding them.
///
/// Grammar: RFC 8259. Control characters in strings, unknown escapes, leading zeros, more than `depthLimit` open
/// containers and anything behind the value are refused. Bytes from 0x80 up are taken as they are, so ill-formed UTF-8
/// passes through unchanged (whoever makes a `String` of it repairs it). A surrogate escape without its other half is
/// legal, as in the RFC. Equal names inside one object are not looked for here: the readers of this module refuse
/// a field they know when it comes twice, and what they only pass on is the receiver's to judge.
///
/// Holds a pointer: use it only inside the closure that lent the bytes.
public struct JSONScanner {
    /// The most containers that may be open at once.
    public static let depthLimit = 128

    let base: UnsafePointer<UInt8>
    let end: Int
    /// Where the walk stands, as an offset from the first byte.
    public var position = 0
    /// Why the walk stopped, once it did.
    public private(set) var fault: JSONFault?

    /// - Parameter bytes: must outlive the scanner.
    public init(_ bytes: UnsafeRawBufferPointer) {
        base =
            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped  // never read: `end` is 0
        end = bytes.count
    }

    /// Whether the bytes are one JSON value and nothing else.
    public static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var scanner = JSONScanner(bytes)
        return scanner.skipSpace() && scanner.skipValue(depth: 0) && scanner.atEnd()
    }

    /// Skips white space; false, with a fault, when nothing follows.
    @inline(__always)
    mutating func skipSpace() -> Bool {
        position = Self.afterSpace(base, position, end)
        return position < end || fail(.endsEarly, at: end)
    }

    /// Skips white space; whether anything follows.
    mutating func hasMore() -> Bool {
        position = Self.afterSpace(base, position, end)
        return position < end
    }

    /// Whether only white space is left.
    mutating func atEnd() -> Bool {
        position = Self.afterSpace(base, position, end)
        return position == end || fail(.trailingBytes, at: position)
    }

    /// The byte at hand; only while `position` is inside.
    @inline(__always)
    var byte: UInt8 { base[position] }

    /// Records the first fault; always false.
    @inline(never)
    mutating func fail(_ reason: JSONFault.Reason, at offset: Int) -> Bool {
        if fault == nil { fault = JSONFault(reason: reason, offset: offset) }
        return false
    }

    /// Skips the string whose opening quote is at hand.
    @inline(__always)
    mutating func skipString() -> Bool {
        let closing = Self.closingQuote(base, position &+ 1, end)
        guard closing >= 0 else { return failInString(at: ~closing) }
        position = closing &+ 1
        return true
    }

    @inline(never)
    private mutating func failInString(at offset: Int) -> Bool {
        guard offset < end else { return fail(.endsEarly, at: end) }
        return fail(base[offset] == 0x5c ? .badEscape : .controlCharacter, at: offset)
    }

    /// Skips one value of any kind; the first of its bytes is at hand.
    ///
    /// - Parameter depth: how many containers are open around it.
    mutating func skipValue(depth outer: Int) -> Bool {
        guard position < end else { return fail(.endsEarly, at: end) }
        switch base[position] {
        case 0x22: return skipString()
        case 0x7b, 0x5b: return skipContainer(depth: outer)
        default: return skipScalar()
        }
    }

    /// Skips a number, `true`, `false` or `null`.
    mutating func skipScalar() -> Bool {
        switch base[position] {
        case 0x74: return skipLiteral(0x6575_7274, count: 4)
        case 0x6e: return skipLiteral(0x6c6c_756e, count: 4)
        case 0x66:
            guard position &+ 5 <= end, base[position &+ 4] == 0x65 else { return fail(.unexpectedByte, at: position) }
            return skipLiteral(0x736c_6166, count: 5)
        case 0x2d, 0x30...0x39: return skipNumber()
        default: return fail(.unexpectedByte, at: position)
        }
    }

    /// - Parameter word: the first four letters, the first one lowest.
    @inline(__always)
    private mutating func skipLiteral(_ word: UInt32, count: Int) -> Bool {
        guard position &+ count <= end,
            UInt32(littleEndian: UnsafeRawPointer(base + position).loadUnaligned(as: UInt32.self)) == word
        else { return fail(.unexpectedByte, at: position) }
        position &+= count
        return true
    }

    private mutating func skipNumber() -> Bool {
        let p = base
        var i = position
        @inline(__always) func digits() -> Bool {
            let start = i
            while i < end, p[i] &- 0x30 < 10 { i &+= 1 }
            return i > start
        }
        if p[i] == 0x2d { i &+= 1 }
        guard i < end else { return fail(.endsEarly, at: end) }
        if p[i] == 0x30 {
            i &+= 1
        } else {
            guard digits() else { return fail(.badNumber, at: i) }
        }
        if i < end, p[i] == 0x2e {
            i &+= 1
            guard digits() else { return fail(.badNumber, at: i) }
        }
        if i < end, p[i] | 0x20 == 0x65 {
            i &+= 1
            if i < end, p[i] == 0x2b || p[i] == 0x2d { i &+= 1 }
            guard digits() else { return fail(.badNumber, at: i) }
        }
        if i < end, p[i] &- 0x30 < 10 { return fail(.badNumber, at: i) }
        position = i
        return true
    }

    /// Skips the object or array that begins here. One bit per open container says which kind it is.
    private mutating func skipContainer(depth outer: Int) -> Bool {
        let p = base
        let n = end
        var i = position
        var depth = outer
        var kinds: UInt128 = 0
        while true {
            // A value begins at `i`, which is inside.
            switch p[i] {
            case 0x22:
                let closing = Self.closingQuote(p, i &+ 1, n)
                guard closing >= 0 else { return failInString(at: ~closing) }
                i = closing &+ 1
            case 0x7b:
                depth &+= 1
                guard depth <= Self.depthLimit else { return fail(.tooDeep, at: i) }
                kinds = kinds << 1 | 1
                i = Self.afterSpace(p, i &+ 1, n)
                guard i < n else { return fail(.endsEarly, at: n) }
                if p[i] != 0x7d {
                    i = skipName(at: i)
                    if i < 0 { return false }
                    continue
                }
                i &+= 1
                depth &-= 1
                kinds >>= 1
            case 0x5b:
                depth &+= 1
                guard depth <= Self.depthLimit else { return fail(.tooDeep, at: i) }
                kinds <<= 1
                i = Self.afterSpace(p, i &+ 1, n)
                guard i < n else { return fail(.endsEarly, at: n) }
                if p[i] != 0x5d { continue }
                i &+= 1
                depth &-= 1
                kinds >>= 1
            default:
                position = i
                guard skipScalar() else { return false }
                i = position
            }
            // A value has ended before `i`.
            while true {
                if depth == outer {
                    position = i
                    return true
                }
                i = Self.afterSpace(p, i, n)
                guard i < n else { return fail(.endsEarly, at: n) }
                let isObject = kinds & 1 == 1
                if p[i] == 0x2c {
                    i = Self.afterSpace(p, i &+ 1, n)
                    guard i < n else { return fail(.endsEarly, at: n) }
                    if isObject {
                        i = skipName(at: i)
                        if i < 0 { return false }
                    }
                    break
                }
                guard p[i] == (isObject ? 0x7d : 0x5d) else { return fail(.unexpectedByte, at: i) }
                i &+= 1
                depth &-= 1
                kinds >>= 1
            }
        }
    }

    /// Skips a member's name and colon; where its value begins, or -1 with a fault.
    @inline(__always)
    private mutating func skipName(at start: Int) -> Int {
        var closing = 0
        return skipName(at: start, closing: &closing)
    }

    /// The same, and where the name's closing quote stands.
    @inline(__always)
    mutating func skipName(at start: Int, closing: inout Int) -> Int {
        guard base[start] == 0x22 else {
            _ = fail(.unexpectedByte, at: start)
            return -1
        }
        closing = Self.closingQuote(base, start &+ 1, end)
        guard closing >= 0 else {
            _ = failInString(at: ~closing)
            return -1
        }
        var i = Self.afterSpace(base, closing &+ 1, end)
        guard i < end, base[i] == 0x3a else {
            _ = fail(i < end ? .unexpectedByte : .endsEarly, at: i)
            return -1
        }
        i = Self.afterSpace(base, i &+ 1, end)
        guard i < end else {
            _ = fail(.endsEarly, at: end)
            return -1
        }
        return i
    }
}
