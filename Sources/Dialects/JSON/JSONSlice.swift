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

    /// Whether the bytes are exactly this text: compared in words, of which the last may overlap the one before.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count == length else { return false }
        guard let found = baseAddress else { return true }
        let wanted = UnsafeRawPointer(text.utf8Start)
        func differs<Word: FixedWidthInteger & BitwiseCopyable>(_ word: Word.Type, at offset: Int) -> Bool {
            (found + offset).loadUnaligned(as: word) != (wanted + offset).loadUnaligned(as: word)
        }
        if length >= 8 {
            var offset = 0
            while offset < length &- 8 {
                if differs(UInt64.self, at: offset) { return false }
                offset &+= 8
            }
            return !differs(UInt64.self, at: length &- 8)
        }
        if length >= 4 { return !differs(UInt32.self, at: 0) && !differs(UInt32.self, at: length &- 4) }
        for offset in 0..<length where differs(UInt8.self, at: offset) { return false }
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
