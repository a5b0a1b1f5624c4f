extension Money {
    /// The amount a decimal text such as `0.0000025`, `2.5e-06` or `10` names, in dollars; nil for what is no number, begins
    /// with a minus, or is more than `Money.max`.
    ///
    /// Exact to the picodollar. A finer number is rounded to the nearest one, a half to the even one: price lists carry
    /// the noise of binary fractions (`1.5000020000000002e-05`), which must neither be refused nor add up in one direction.
    public init?(_ text: some StringProtocol) {
        self.init(decimal: text.utf8)
    }

    /// The same from the text's bytes.
    /// - Parameters:
    ///   - text: ASCII.
    ///   - power: the power of ten that the number is to be taken times; -6 for a price per million.
    public init?(decimal text: some Collection<UInt8>, timesTenTo power: Int = 0) {
        guard let shape = DecimalShape(text) else { return nil }
        // The weight, as a power of ten of picodollars, of the digit at hand.
        var weight = shape.firstWeight + power + 12
        var value: Int64 = 0
        var half = 0
        var more = false
        for byte in text.prefix(shape.mantissaCount) {
            let digit = Int64(byte) - 0x30
            guard 0...9 ~= digit else { continue }  // the dot or a plus
            if weight >= 0 {
                guard let next = value.timesTen(plus: digit) else { return nil }
                value = next
            } else if weight == -1 {
                half = Int(digit)
            } else if digit > 0 {
                more = true
            }
            weight -= 1
        }
        // `weight` is that of the digit which would come next: whole ones are missing while it is not below zero.
        if value > 0 {
            while weight >= 0 {
                guard let next = value.timesTen(plus: 0) else { return nil }
                value = next
                weight -= 1
            }
        }
        if half > 5 || half == 5 && (more || value % 2 == 1) {
            guard value < .max else { return nil }
            value += 1
        }
        self.init(picodollars: value)
    }

    /// The amount as a bound: `Money.max` for a number that is more than it, such as the `1e9` that stands for no bound in many a
    /// script.
    public init?(bound text: String) {
        if let money = Money(text) {
            self = money
            return
        }
        guard DecimalShape(text.utf8) != nil, let number = Double(text), number.isFinite else { return nil }
        self = .max
    }

    /// Lends the amount in dollars as plain decimal text, ASCII, without exponent and with no zero at the end but the one
    /// behind the dot: `0.0000775`, `3.0`, `-0.25`. At most 21 bytes; allocates nothing.
    public func withDecimal<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var room: (UInt64, UInt64, UInt64) = (0, 0, 0)
        return try withUnsafeMutableBytes(of: &room) { bytes throws(Failure) in
            var first = bytes.count
            func put(_ byte: UInt8) {
                first -= 1
                bytes[first] = byte
            }
            var (whole, fraction) = picodollars.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000_000)
            if fraction == 0 {
                put(0x30)
            } else {
                var places = 12
                while fraction % 10 == 0 {
                    fraction /= 10
                    places -= 1
                }
                for _ in 0..<places {
                    put(0x30 + UInt8(fraction % 10))
                    fraction /= 10
                }
            }
            put(0x2e)
            repeat {
                put(0x30 + UInt8(whole % 10))
                whole /= 10
            } while whole > 0
            if picodollars < 0 { put(0x2d) }
            return try body(UnsafeRawBufferPointer(rebasing: bytes[first...]))
        }
    }
}

extension Money: CustomStringConvertible {
    /// Dollars as plain decimal text: `0.0000775`.
    public var description: String {
        withDecimal { String(decoding: $0, as: UTF8.self) }
    }
}

extension Int64 {
    /// One more digit behind the number; nil when it does not fit.
    fileprivate func timesTen(plus digit: Int64) -> Int64? {
        let (tens, overflow) = multipliedReportingOverflow(by: 10)
        let (sum, over) = tens.addingReportingOverflow(digit)
        return overflow || over ? nil : sum
    }
}
