/// The names and values of a URL's query, in order, as forms write them: `+` is a blank, `%XX` a byte.
///
/// Hummingbird's own leaves `+` as it is, so that "team one", as most clients write it, is another team.
struct QueryItems: Sequence {
    private let pairs: [(name: String, value: String)]

    /// - Parameter query: what follows the `?`; nil where nothing does.
    init(_ query: String?) {
        pairs = (query ?? "").split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return (Self.decoded(name), Self.decoded(pair.dropFirst(name.count + 1)))
        }
    }

    func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { pairs.makeIterator() }

    // The blanks first: an escaped `+` is one.
    private static func decoded(_ text: Substring) -> String {
        String(text.map { $0 == "+" ? " " : $0 }).percentDecoded
    }
}
