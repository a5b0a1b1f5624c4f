/// Which models stand in for which, as `fallbacks` and its like say.
public struct FallbackTable: Equatable, Sendable {
    /// One model's line.
    public struct Rule: Equatable, Sendable {
        /// A name clients ask for; `*` is every one that has no line of its own.
        public var model: Located<String>
        /// Its fallbacks, in the order in which they are tried.
        public var targets: [Located<String>]
    }

    /// In file order; of two for one model the first counts.
    public var rules: [Rule] = []

    /// Whether nothing stands in for anything.
    public var isEmpty: Bool { rules.isEmpty }

    /// A model's fallbacks in LiteLLM's order: the line of the first of these names that has one, also without its
    /// provider's prefix, else that of `*`. Empty when there is neither. `names` are the one that is asked for, then the model
    /// behind it where it is an alias.
    public func targets(for names: [String]) -> [String] {
        let own = names.lazy.compactMap { rule($0) ?? Self.stripped($0).flatMap(rule) }.first
        return (own ?? rule("*"))?.targets.map(\.value) ?? []
    }

    private func rule(_ name: String) -> Rule? { rules.first { $0.model.value == name } }

    /// `gpt-4o` of `openai/gpt-4o`.
    private static func stripped(_ name: String) -> String? {
        guard let slash = name.firstIndex(of: "/"), ModelReference.known.contains(String(name[..<slash])) else {
            return nil
        }
        return String(name[name.index(after: slash)...])
    }
}
