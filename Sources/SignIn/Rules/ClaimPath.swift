/// The name of a claim, or with dots the way to one inside of others: `resource_access.gateway.roles`.
public struct ClaimPath: Sendable, Equatable {
    private let name: String
    private let steps: [String]

    /// A path as it is written in the configuration.
    public init(_ text: String) {
        name = text
        steps = text.split(separator: ".").map(String.init)
    }

    /// The value there. A claim whose own name has dots, as `https://example.com/roles`, is found first.
    func value(in claims: ClaimTree) -> ClaimTree? {
        if let value = claims[name] { return value }
        var place: ClaimTree? = claims
        for step in steps { place = place?[step] }
        return place
    }
}
