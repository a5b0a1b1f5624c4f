/// Where a value stands in a body; no value is empty, so a count of 0 means that there is none.
struct JSONSlice: Sendable, Equatable {
    var start: UInt32 = 0
    var count: UInt32 = 0

    init() {}

    @inline(__always)
    init(from start: Int, to end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        count = UInt32(truncatingIfNeeded: end &- start)
    }

    @inline(__always)
    var isAbsent: Bool { count == 0 }

    /// The inside of a string's slice; empty where it is too short to be a string, so that no fault of a reader can reach past it.
    @inline(__always)
    var unquoted: JSONSlice { JSONSlice(from: Int(start) + 1, to: Int(start) + max(2, Int(count)) - 1) }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a slice, which must lie inside.
    @inline(__always)
    subscript(slice: JSONSlice) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: baseAddress.unsafelyUnwrapped + Int(slice.start), count: Int(slice.count))
    }

    /// Whether the bytes are exactly this text.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let other = text.utf8Start
        var i = 0
        while i < count {
            if self[i] != other[i] { return false }
            i &+= 1
        }
        return true
    }

    /// Whether the inside of a JSON string says this text, written with escapes or without.
    @inline(__always)
    func spells(_ text: StaticString) -> Bool {
        equals(text) || count > text.utf8CodeUnitCount && contains(0x5c) && JSONString.decode(self) == "\(text)"
    }

    /// Whether both are the same bytes.
    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        count == other.count && zip(self, other).allSatisfy { $0 == $1 }
    }

    /// Whether the bytes begin with this text.
    func starts(with text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount
            && UnsafeRawBufferPointer(rebasing: self[..<text.utf8CodeUnitCount]).equals(text)
    }
}
