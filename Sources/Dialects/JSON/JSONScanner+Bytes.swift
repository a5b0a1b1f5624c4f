#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The two loops everything else stands on.
extension JSONScanner {
    @inline(__always)
    static func afterSpace(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var i = start
        while i < end, p[i] <= 0x20, p[i] == 0x20 || p[i] == 0x0a || p[i] == 0x0d || p[i] == 0x09 { i &+= 1 }
        return i
    }

    /// Where the string that began before `start` ends: the offset of its closing quote, or `~offset` of the byte at
    /// fault (`~end` when it does not end).
    @inline(__always)
    static func closingQuote(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var i = start
        while true {
            i = endOfPlainRun(p, i, end)
            guard i < end else { return ~end }
            let byte = p[i]
            if byte == 0x22 { return i }
            guard byte == 0x5c else { return ~i }
            i = afterEscape(p, i, end)
            if i < 0 { return i }
        }
    }

    /// The offset behind the escape whose backslash is at `start`, or `~start` (`~end` when it is cut off).
    @inline(__always)
    static func afterEscape(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        guard start &+ 1 < end else { return ~end }
        switch p[start &+ 1] {
        case 0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74: return start &+ 2
        case 0x75:
            guard start &+ 6 <= end else {
                for i in (start &+ 2)..<end where hexDigit(p[i]) < 0 { return ~start }
                return ~end
            }
            return hexQuad(p + start + 2) < 0 ? ~start : start &+ 6
        default: return ~start
        }
    }

    /// The first offset from `start` on that holds a quote, a backslash or a control character, or `end`.
    ///
    /// Eight bytes at a time: for bytes below 0x80, `(b ^ 2) < 0x21` says "below 0x20 or a quote" in one step. The
    /// subtraction can borrow only upwards, past a byte that already hit, so the lowest hit is exact.
    @inline(__always)
    static func endOfPlainRun(_ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var i = start
        while i &+ 8 <= end {
            let word = UInt64(littleEndian: UnsafeRawPointer(p + i).loadUnaligned(as: UInt64.self))
            let low = (word ^ (ones &* 2)) &- (ones &* 0x21)
            let slash = (word ^ (ones &* 0x5c)) &- ones
            let hits = (low | slash) & ~word & (ones &* 0x80)
            if hits != 0 { return i &+ hits.trailingZeroBitCount &>> 3 }
            i &+= 8
        }
        while i < end, p[i] >= 0x20, p[i] != 0x22, p[i] != 0x5c { i &+= 1 }
        return i
    }

    /// The first offset from `start` on that holds `byte`, or `end`.
    ///
    /// The C library's search: it looks at 32 bytes and more in one step.
    @inline(__always)
    static func firstOffset(of byte: UInt8, _ p: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        guard start < end, let found = memchr(p + start, Int32(byte), end &- start) else { return end }
        return UnsafeRawPointer(found) - UnsafeRawPointer(p)
    }

    /// The value of four hexadecimal digits, or a negative number.
    @inline(__always)
    static func hexQuad(_ p: UnsafePointer<UInt8>) -> Int32 {
        let a = hexDigit(p[0])
        let b = hexDigit(p[1])
        let c = hexDigit(p[2])
        let d = hexDigit(p[3])
        return a | b | c | d < 0 ? -1 : a << 12 | b << 8 | c << 4 | d
    }

    @inline(__always)
    static func hexDigit(_ byte: UInt8) -> Int32 {
        let digit = Int32(byte) &- 0x30
        if digit >= 0, digit < 10 { return digit }
        let letter = Int32(byte | 0x20) &- 0x61
        return letter >= 0 && letter < 6 ? letter &+ 10 : -1
    }
}
