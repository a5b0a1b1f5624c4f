/// What one gateway tells the others of the pool that they share: its requests at each deployment.
public struct PoolWord: Equatable, Sendable {
    /// One deployment.
    public struct Line: Equatable, Sendable {
        /// Which one.
        public var place: SharedPlace
        /// Requests in flight there. While others wait for its model, a place that has come free counts until it has been free
        /// for a whole word: the queue takes it within milliseconds.
        public var inFlight: Int32
        /// Requests that wait for its model.
        public var waiting: Int32
        /// The hard cap on requests in flight, over all gateways; 0: it has none.
        public var cap: Int32
        /// This gateway's part of the cap: no more are in flight until its next word.
        public var claim: Int32

        /// One deployment with these figures.
        public init(place: SharedPlace, inFlight: Int32, waiting: Int32, cap: Int32 = 0, claim: Int32 = 0) {
            (self.place, self.inFlight, self.waiting) = (place, inFlight, waiting)
            (self.cap, self.claim) = (cap, claim)
        }

        /// Whether it has a use for more of the cap than its part.
        var isNeedy: Bool { claim < cap && inFlight + waiting > claim }
    }

    /// Deployments with a cap, and those that have something to tell.
    public var lines: [Line]

    /// A word of these lines.
    public init(_ lines: [Line] = []) { self.lines = lines }

    /// Lines without a cap beyond these are left out, the least busy first.
    static let mostLines = 4_096
}

/// As the store keeps it.
extension PoolWord {
    private static let version: UInt8 = 1

    /// The word as bytes, about 28 for each line.
    public var bytes: [UInt8] {
        var bytes = [Self.version]
        bytes.reserveCapacity(1 + 28 * lines.count)
        for line in lines {
            for number in [line.place.instance, line.place.tag, line.place.deployment] {
                for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
            }
            for count in [line.inFlight, line.waiting, line.cap, line.claim] {
                var rest = UInt32(max(0, count))
                while rest >= 0x80 {
                    bytes.append(UInt8(rest & 0x7f) | 0x80)
                    rest >>= 7
                }
                bytes.append(UInt8(rest))
            }
        }
        return bytes
    }

    /// Reads a word; nil where another release wrote it in another form.
    public init?(bytes: [UInt8]) {
        guard bytes.first == Self.version else { return nil }
        var rest = bytes[1...]
        var lines: [Line] = []
        while !rest.isEmpty {
            guard let instance = Self.number(&rest), let tag = Self.number(&rest), let deployment = Self.number(&rest),
                let inFlight = Self.count(&rest), let waiting = Self.count(&rest), let cap = Self.count(&rest),
                let claim = Self.count(&rest)
            else { return nil }
            lines.append(
                Line(
                    place: SharedPlace(instance: instance, tag: tag, deployment: deployment), inFlight: inFlight,
                    waiting: waiting, cap: cap, claim: claim))
        }
        self.lines = lines
    }

    private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        guard rest.count >= 8 else { return nil }
        defer { rest.removeFirst(8) }
        return rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Sums of a few stay within 32 bits.
    private static func count(_ rest: inout ArraySlice<UInt8>) -> Int32? {
        var count: UInt64 = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            count |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return Int32(clamping: min(count, 1_000_000)) }
        }
        return nil
    }
}
