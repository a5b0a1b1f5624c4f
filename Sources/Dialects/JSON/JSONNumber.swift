/// Numbers out of slices that the scanner has found valid.
enum JSONNumber {
    /// A whole number written without fraction or exponent; nil for any other, and outside 64 bits.
    static func integer(_ text: UnsafeRawBufferPointer) -> Int? {
        let negative = text.first == 0x2d
        let start = negative ? 1 : 0
        guard text.count > start else { return nil }
        // 18 digits cannot overflow; more are rare.
        if text.count <= 18 {
            var value = 0
            for i in start..<text.count {
                let digit = text[i] &- 0x30
                guard digit < 10 else { return nil }
                value = value &* 10 &+ Int(digit)
            }
            return negative ? -value : value
        }
        guard text.dropFirst(start).allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        return Int(String(decoding: text, as: UTF8.self))
    }

    /// Any number; nil for what is none. Exact where the digits fit 53 bits and the power of ten is at most 22 (then one
    /// rounded operation is the whole error); the rest goes through the standard library.
    static func double(_ text: UnsafeRawBufferPointer) -> Double? {
        var i = 0
        let end = text.count
        let negative = end > 0 && text[0] == 0x2d
        if negative { i = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var power = 0
        var dotted = false
        let firstDigit = i
        while i < end {
            let byte = text[i]
            if byte == 0x2e, !dotted {
                dotted = true
            } else if byte &- 0x30 < 10 {
                mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
                if mantissa > 0 { digits += 1 }
                if dotted { power -= 1 }
            } else {
                break
            }
            i += 1
        }
        guard i > firstDigit else { return nil }
        if i < end, text[i] | 0x20 == 0x65 {
            i += 1
            let down = i < end && text[i] == 0x2d
            if i < end, text[i] == 0x2d || text[i] == 0x2b { i += 1 }
            var exponent = 0
            while i < end, text[i] &- 0x30 < 10 {
                exponent = min(exponent * 10 + Int(text[i] &- 0x30), 9999)
                i += 1
            }
            power += down ? -exponent : exponent
        }
        guard i == end, digits <= 18, mantissa < 1 << 53, power >= -22, power <= 22 else {
            return Double(String(decoding: text, as: UTF8.self))
        }
        let value = power < 0 ? Double(mantissa) / powers[-power] : Double(mantissa) * powers[power]
        return negative ? -value : value
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
