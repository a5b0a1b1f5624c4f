/// What every request to one model of one instance has in common, written out once.
final class GeminiTarget: Sendable {
    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {}
}
