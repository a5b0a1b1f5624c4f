extension ClientAddress {
    /// As people write it; nil where it is not known.
    public var text: String? {
        guard kind != .unknown else { return nil }
        // Of 15 bytes or fewer a string needs no memory of its own.
        return String(unsafeUninitializedCapacity: kind == .four ? 15 : 39) { bytes in
            var count = 0
            writeText {
                bytes[count] = $0
                count += 1
            }
            return count
        }
    }

    /// Hands out the text (RFC 5952), byte by byte and at most 39 of them; none where the address is not known. Allocates nothing.
    public func writeText(_ write: (UInt8) -> Void) {
        switch kind {
        case .unknown: break
        case .four:
            for index in 0..<4 {
                if index > 0 { write(UInt8(ascii: ".")) }
                Self.writeDecimal(UInt8(truncatingIfNeeded: low >> UInt64(24 - 8 * index)), write)
            }
        case .six: writeSix(write)
        }
    }

    private func writeSix(_ write: (UInt8) -> Void) {
        func group(_ index: Int) -> Int {
            let word = index < 4 ? high : low
            return Int(truncatingIfNeeded: word >> UInt64(48 - 16 * (index & 3))) & 0xFFFF
        }
        // The longest run of two zeros or more is left out; of equal ones the first.
        var gap = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || group(index) != 0 {
            if index - start > max(1, gap.count) { gap = start..<index }
            start = index + 1
        }
        var index = 0
        while index < 8 {
            if index == gap.lowerBound, !gap.isEmpty {
                write(UInt8(ascii: ":"))
                write(UInt8(ascii: ":"))
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap.upperBound || gap.isEmpty { write(UInt8(ascii: ":")) }
            Self.writeHexadecimal(group(index), write)
            index += 1
        }
    }

    private static func writeDecimal(_ number: UInt8, _ write: (UInt8) -> Void) {
        if number > 99 { write(UInt8(ascii: "0") + number / 100) }
        if number > 9 { write(UInt8(ascii: "0") + number / 10 % 10) }
        write(UInt8(ascii: "0") + number % 10)
    }

    /// Without zeros in front.
    private static func writeHexadecimal(_ number: Int, _ write: (UInt8) -> Void) {
        var shift = 12
        while shift > 0, number >> shift == 0 { shift -= 4 }
        while shift >= 0 {
            let digit = UInt8(number >> shift & 0xF)
            write(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            shift -= 4
        }
    }
}
