/// Where the digits of a decimal number without a minus stand, and what the first of them weighs. The grammar is JSON's,
/// and besides a leading plus, leading zeros, and a dot with nothing on one side, as YAML has them.
struct DecimalShape {
    /// Bytes from the start that hold the digits, with the dot and the plus.
    private(set) var mantissaCount = 0
    /// The power of ten that the first digit counts.
    private(set) var firstWeight = 0

    /// Nil for what is no such number.
    init?(_ text: some Collection<UInt8>) {
        var rest = text[...]
        if rest.first == 0x2b { rest.removeFirst() }
        var whole = 0
        while let byte = rest.first, byte.isDigit {
            whole += 1
            rest.removeFirst()
        }
        var fraction = 0
        if rest.first == 0x2e {
            rest.removeFirst()
            while let byte = rest.first, byte.isDigit {
                fraction += 1
                rest.removeFirst()
            }
        }
        guard whole + fraction > 0 else { return nil }
        mantissaCount = text.count - rest.count
        firstWeight = whole - 1
        if rest.isEmpty { return }

        guard rest.removeFirst() | 0x20 == 0x65 else { return nil }
        let down = rest.first == 0x2d
        if down || rest.first == 0x2b { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        var exponent = 0
        for byte in rest {
            guard byte.isDigit else { return nil }
            // Far more than any text has digits, and far from overflowing.
            exponent = min(exponent * 10 + Int(byte) - 0x30, 1 << 40)
        }
        firstWeight += down ? -exponent : exponent
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { 0x30...0x39 ~= self }
}
