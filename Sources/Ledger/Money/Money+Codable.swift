/// As a number of picodollars.
extension Money: Codable {
    /// Reads what `encode` writes.
    public init(from decoder: any Decoder) throws {
        self.init(picodollars: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Writes it as a single value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(picodollars)
    }
}
