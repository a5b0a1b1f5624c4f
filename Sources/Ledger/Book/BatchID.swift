/// A batch's name: a store that has written one does nothing when it is handed the same again.
public struct BatchID: Hashable, Sendable, Codable {
    /// A random number of this process.
    public var origin: UInt64
    /// Counted from 1 in each process.
    public var number: UInt64

    /// The batch of a process.
    public init(origin: UInt64, number: UInt64) {
        (self.origin, self.number) = (origin, number)
    }

    /// Both in hexadecimal, with a dash between.
    public var text: String { String(origin, radix: 16) + "-" + String(number, radix: 16) }
}
