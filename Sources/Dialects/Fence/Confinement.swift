/// The reasons that keep a request inside; empty: it may leave.
public struct Confinement: OptionSet, Sendable, Hashable {
    /// One bit each.
    public let rawValue: UInt8

    /// The set of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Its model is in `drover.local_only`.
    public static let model = Confinement(rawValue: 1)
    /// Its header `x-drover-local-only` says so.
    public static let header = Confinement(rawValue: 2)
    /// Its key may not reach clouds.
    public static let key = Confinement(rawValue: 4)

    /// In words, for errors and the log; empty where nothing keeps it.
    public var reason: String {
        var reasons: [String] = []
        if contains(.model) { reasons.append("its model is in drover.local_only") }
        if contains(.header) { reasons.append("it says x-drover-local-only") }
        if contains(.key) { reasons.append("its key is for local use only") }
        return reasons.joined(separator: ", ")
    }
}
