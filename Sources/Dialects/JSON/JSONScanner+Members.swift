/// Walking one level of an object or array, value by value.
extension JSONScanner {
    /// The result of a step.
    enum Step {
        /// A value is at hand.
        case value
        /// The container has ended; the walk stands behind it.
        case end
        /// The bytes are not JSON; see `fault`.
        case fault
    }

    /// Steps to the next member of the object whose opening brace has been passed; its raw name goes to `name`.
    @inline(__always)
    mutating func nextMember(_ name: inout JSONSlice, first: inout Bool) -> Step {
        let p = base
        var i = Self.afterSpace(p, position, end)
        guard i < end else { return stop(.endsEarly, at: end) }
        if p[i] == 0x7d {
            position = i &+ 1
            return .end
        }
        if first {
            first = false
        } else {
            guard p[i] == 0x2c else { return stop(.unexpectedByte, at: i) }
            i = Self.afterSpace(p, i &+ 1, end)
            guard i < end else { return stop(.endsEarly, at: end) }
        }
        let start = i
        var closing = 0
        i = skipName(at: i, closing: &closing)
        guard i >= 0 else { return .fault }
        name = JSONSlice(from: start &+ 1, to: closing)
        position = i
        return .value
    }

    /// Steps to the next element of the array whose opening bracket has been passed.
    @inline(__always)
    mutating func nextElement(first: inout Bool) -> Step {
        let p = base
        var i = Self.afterSpace(p, position, end)
        guard i < end else { return stop(.endsEarly, at: end) }
        if p[i] == 0x5d {
            position = i &+ 1
            return .end
        }
        if first {
            first = false
        } else {
            guard p[i] == 0x2c else { return stop(.unexpectedByte, at: i) }
            i = Self.afterSpace(p, i &+ 1, end)
            guard i < end else { return stop(.endsEarly, at: end) }
        }
        position = i
        return .value
    }

    /// Walks the members of the one object that the bytes are; false when they are no such thing, or anything beside it.
    ///
    /// - Parameter take: gets a member's raw name with its value at hand, which it must pass; false ends the walk.
    @inline(__always)
    static func walkObject(
        _ bytes: UnsafeRawBufferPointer, _ take: (_ name: UnsafeRawBufferPointer, inout JSONScanner) -> Bool
    ) -> Bool {
        var scanner = JSONScanner(bytes)
        guard scanner.skipSpace(), scanner.byte == 0x7b else { return false }
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: return false
            case .end: return scanner.atEnd()
            case .value: guard take(bytes[name], &scanner) else { return false }
            }
        }
    }

    @inline(never)
    private mutating func stop(_ reason: JSONFault.Reason, at offset: Int) -> Step {
        _ = fail(reason, at: offset)
        return .fault
    }

    /// Skips the value at hand and says where it stood; nil with a fault.
    @inline(__always)
    mutating func takeValue(depth: Int) -> JSONSlice? {
        let start = position
        guard skipValue(depth: depth) else { return nil }
        return JSONSlice(from: start, to: position)
    }

    /// Takes the whole number at hand, which begins with a digit, and is `most` where it is more; nil, and nothing taken, for a number
    /// that is written in another way.
    @inline(__always)
    mutating func takeDigits(most: Int) -> Int? {
        var (i, value) = (position, 0)
        // So many fit whatever they are, and nearly all have no more.
        let surely = min(end, position &+ 18)
        while i < surely, base[i] &- 0x30 < 10 {
            value = value &* 10 &+ Int(base[i] &- 0x30)
            i &+= 1
        }
        while i < end, base[i] &- 0x30 < 10 {
            value = .max
            i &+= 1
        }
        // A fraction or an exponent makes it a number of another kind, and a zero in front makes it none.
        if i < end, base[i] == 0x2e || base[i] | 0x20 == 0x65 { return nil }
        guard base[position] != 0x30 || i == position &+ 1 else { return nil }
        position = i
        return min(value, most)
    }
}
