/// The accounts of single models within one key, user or team.
struct ModelAccounts: Sendable {
    private var names: [String: Int32] = [:]
    /// Those that say most come first.
    private var patterns: [(pattern: ModelPattern, place: Int32)] = []

    /// A model, or a pattern of models that share the account.
    mutating func add(_ model: String, at place: Int32) {
        guard let pattern = ModelPattern(model) else { return names[model] = place }
        let index = patterns.firstIndex { $0.pattern.weight < pattern.weight } ?? patterns.endIndex
        patterns.insert((pattern, place), at: index)
    }

    /// The account of a model: that of one of its names, else that of the pattern that says most; nil without one.
    ///
    /// - Parameter others: names of the same model besides the first, which goes before them.
    func place(of model: String, _ others: [String] = []) -> Int32? {
        if let place = names[model] { return place }
        for other in others { if let place = names[other] { return place } }
        return patterns.first { one in one.pattern.matches(model) || others.contains { one.pattern.matches($0) } }?
            .place
    }

    /// All accounts.
    var places: [Int32] { names.values + patterns.map(\.place) }
}
