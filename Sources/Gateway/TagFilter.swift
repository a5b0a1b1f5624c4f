/// `enable_tag_filtering`: which deployments serve a request's tags.
///
/// A request with tags goes to deployments that have one of them (or all, without `matchesAny`), else to those tagged
/// `default`; one without tags to those tagged `default` where there are any, else to all.
public struct TagFilter: Sendable, Equatable {
    /// `tag_filtering_match_any`.
    public var matchesAny: Bool

    /// A filter as given.
    public init(matchesAny: Bool) { self.matchesAny = matchesAny }

    private static let fallback = "default"

    /// Which of the deployments, given by their tags, serve a request with these tags; nil: all of them.
    func admitted(_ wanted: [String], among deployments: [[String]]) -> [Bool]? {
        let matching = deployments.map { tags in
            matchesAny ? wanted.contains(where: tags.contains) : wanted.allSatisfy(tags.contains)
        }
        if !wanted.isEmpty, matching.contains(true) { return matching }
        let defaults = deployments.map { $0.contains(Self.fallback) }
        if defaults.contains(true) { return defaults }
        return wanted.isEmpty ? nil : matching
    }
}
