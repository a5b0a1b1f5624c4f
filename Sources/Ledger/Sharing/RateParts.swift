/// The part of every limit by the minute that is this gateway's, where several have the limits together.
///
/// While their number changes it is the smaller of the old and the new part, until all others are within their new ones: so
/// all gateways together never pass a limit. One that is new has no old part.
struct RateParts: Sendable, Equatable {
    /// One of so many equal parts; those of a lower rank get what cannot be divided.
    struct Part: Sendable, Equatable {
        var count = 1
        var rank = 0

        func of(_ limit: Int) -> Int { count == 0 ? 0 : limit / count + (rank < limit % count ? 1 : 0) }
    }

    private(set) var part = Part()
    private(set) var next = Part()
    /// The gateways of `next`.
    private(set) var gateways: [UInt64] = []

    /// Of one that begins among others.
    static let none = RateParts(part: Part(count: 0), next: Part(count: 0))

    /// Hears how many there are. True when limits change by that.
    mutating func hear(_ gateways: [UInt64], othersFit: Bool, as gateway: UInt64) -> Bool {
        guard let rank = gateways.firstIndex(of: gateway) else { return false }
        let before = self
        self.gateways = gateways
        next = Part(count: gateways.count, rank: rank)
        if othersFit { part = next }
        return part != before.part || next != before.next
    }

    /// The limit that holds here.
    func of(_ limit: Int) -> Int { min(part.of(limit), next.of(limit)) }
}
