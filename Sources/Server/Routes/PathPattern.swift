/// The path of a route: segments, of which some stand for any.
///
/// Empty segments count for nothing, here and in what is asked: doubled and trailing slashes are one and none.
struct PathPattern: Sendable, Hashable {
    private enum Segment: Hashable, Sendable {
        case literal(Substring)
        /// `:name`: any one.
        case any
        /// `**`: one or more, and once in a pattern at most.
        case rest
    }

    /// As the router is told it: `pool/:instance/drain`, `v1/models/**`.
    let text: String
    private let segments: [Segment]

    init(_ text: String) {
        self.text = text
        segments = Self.segments(of: text).map { segment in
            if segment == "**" { return .rest }
            return segment.hasPrefix(":") ? .any : .literal(segment)
        }
    }

    static func segments(of path: some StringProtocol) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: true).map { Substring($0) }
    }

    /// `path` without its empty segments.
    static func canonical(_ path: some StringProtocol) -> String { "/" + segments(of: path).joined(separator: "/") }

    func matches(_ path: [Substring]) -> Bool {
        guard let rest = segments.firstIndex(of: .rest) else {
            return path.count == segments.count && Self.fit(segments[...], path[...])
        }
        let behind = segments.count - rest - 1
        return path.count >= segments.count && Self.fit(segments[..<rest], path[..<rest])
            && Self.fit(segments[(rest + 1)...], path[(path.count - behind)...])
    }

    /// The segments that `**` stands for; nil where the path does not match, or the pattern has none.
    func rest(of path: [Substring]) -> ArraySlice<Substring>? {
        guard let rest = segments.firstIndex(of: .rest), matches(path) else { return nil }
        return path[rest..<(path.count - (segments.count - rest - 1))]
    }

    private static func fit(_ segments: ArraySlice<Segment>, _ path: ArraySlice<Substring>) -> Bool {
        zip(segments, path).allSatisfy { segment, found in
            if case .literal(let text) = segment { found == text } else { true }
        }
    }
}
