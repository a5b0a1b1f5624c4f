import Gateway

extension LineWriter {
    /// Writes an address as people do (RFC 5952), `-` where it is not known. At most 39 bytes.
    mutating func write(_ address: ClientAddress) {
        switch address.kind {
        case .unknown: write(byte: UInt8(ascii: "-"))
        case .four:
            for index in 0..<4 {
                if index > 0 { write(byte: UInt8(ascii: ".")) }
                write(decimal: Int(truncatingIfNeeded: address.low >> UInt64(24 - 8 * index)) & 0xFF)
            }
        case .six: writeSix(address)
        }
    }

    private mutating func writeSix(_ address: ClientAddress) {
        func group(_ index: Int) -> Int {
            let word = index < 4 ? address.high : address.low
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
                write("::")
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap.upperBound || gap.isEmpty { write(byte: UInt8(ascii: ":")) }
            write(hexadecimal: group(index))
            index += 1
        }
    }

    /// Without zeros in front.
    private mutating func write(hexadecimal number: Int) {
        var shift = 12
        while shift > 0, number >> shift == 0 { shift -= 4 }
        while shift >= 0 {
            let digit = UInt8(number >> shift & 0xF)
            write(byte: digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            shift -= 4
        }
    }
}
