/// Walking one level of an object or array, value by value.
extension JSONScanner {
    /// What a step found.
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
}
