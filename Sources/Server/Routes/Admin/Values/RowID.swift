/// An id for a row that comes without one: a random UUID.
struct RowID {
    let text: String

    /// By the system's chance.
    init() {
        var random = SystemRandomNumberGenerator()
        self.init(random: &random)
    }

    init(random: inout some RandomNumberGenerator) {
        func hex(_ number: UInt64, _ digits: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: digits - text.count) + text
        }
        let (high, low) = (random.next() as UInt64, random.next() as UInt64)
        text =
            "\(hex(high >> 32, 8))-\(hex(high >> 16 & 0xFFFF, 4))-4\(hex(high & 0xFFF, 3))-"
            + "\(hex(low >> 48 & 0x3FFF | 0x8000, 4))-\(hex(low & 0xFFFF_FFFF_FFFF, 12))"
    }
}
