/// A whole number of up to eight decimal digits as ASCII, made all at once: a loop by ten costs a multiplication and a store
/// for each digit, and most of what the gateway writes for every request are such numbers.
@frozen
public struct DecimalDigits {
    /// The first digit in the lowest byte, and nothing behind the last.
    public let word: UInt64
    /// 1 to 8.
    public let count: Int

    /// Numbers from here on have more digits.
    public static var end: UInt64 { 100_000_000 }

    /// - Parameter number: below `end`.
    @inlinable
    public init(_ number: UInt32) {
        let digits = Self.values(number)
        // A zero has one digit.
        let zeros = min(digits.trailingZeroBitCount & ~7, 56)
        word = (digits | 0x3030_3030_3030_3030) &>> UInt64(zeros)
        count = 8 &- zeros / 8
    }

    /// All eight digits, zeros in front included, the first in the lowest byte.
    @inlinable
    public static func padded(_ number: UInt32) -> UInt64 { values(number) | 0x3030_3030_3030_3030 }

    /// Writes a number of any length and says how many bytes it has: 1 to 20. Stops the process where there is no room for them.
    ///
    /// - Parameter room: the bytes that may be written from there on.
    @inlinable
    public static func write(_ number: UInt64, to memory: UnsafeMutableRawPointer, room: Int) -> Int {
        guard number >= end else {
            let digits = DecimalDigits(UInt32(truncatingIfNeeded: number))
            store(digits.word, digits.count, to: memory, room: room)
            return digits.count
        }
        let (rest, last) = number.quotientAndRemainder(dividingBy: end)
        let count = write(rest, to: memory, room: room)
        store(padded(UInt32(truncatingIfNeeded: last)), 8, to: memory + count, room: room &- count)
        return count &+ 8
    }

    /// So many bytes of a word, the lowest first.
    @inlinable @inline(__always)
    static func store(_ word: UInt64, _ count: Int, to memory: UnsafeMutableRawPointer, room: Int) {
        precondition(count <= room, "no room is left for a number")
        // Nearly always there is room for all of it, which is one store.
        guard room < 8 else { return memory.storeBytes(of: word.littleEndian, as: UInt64.self) }
        withUnsafeBytes(of: word.littleEndian) {
            memory.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: count)
        }
    }

    /// The value of each digit in a byte of its own. Halves the number three times, both halves in one multiplication: 10,486 / 2^20
    /// is a hundredth for all numbers below 10,000, and 103 / 2^10 a tenth for all below 100.
    @inlinable
    static func values(_ number: UInt32) -> UInt64 {
        let halves = UInt64(number / 10_000) | UInt64(number % 10_000) &<< 32
        let hundreds = (halves &* 10_486) &>> 20 & 0x0000_007F_0000_007F
        let pairs = hundreds | (halves &- hundreds &* 100) &<< 16
        let tens = (pairs &* 103) &>> 10 & 0x000F_000F_000F_000F
        return tens | (pairs &- tens &* 10) &<< 8
    }
}
