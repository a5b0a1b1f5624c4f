/// The path of a route: segments, of which some stand for any.
///
/// Empty segments count for nothing, here and in what is asked: doubled and trailing slashes are one and none.
struct PathPattern: Sendable, Hashable {
    private enum Segment: Hashable, Sendable {
        case literal(Substring)
        /// `:name`: any one.
        case any
        /// `**`, the last: one or more.
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
        for (index, segment) in segments.enumerated() {
            guard index < path.count else { return false }
            switch segment {
            case .literal(let text): guard path[index] == text else { return false }
            case .any: break
            case .rest: return true
            }
        }
        return path.count == segments.count
    }
}
