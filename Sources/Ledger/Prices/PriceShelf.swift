/// The price list of one provider. Names are compared without regard to case.
struct PriceShelf {
    private(set) var models: [ListedModel] = []
    private var names: [String: Int] = [:]
    private var aliases: [String: Int] = [:]
    /// Beginnings of names, the longest first.
    private var beginnings: [(text: String, model: Int)] = []
    /// Models by their name without date, version and `-latest`, where it has any of them.
    private var undated: [String: [Int]] = [:]

    /// Adds the model, or puts its price in the place of the one of the same name, which keeps its aliases and, where the
    /// new line has none, its context window and its answers' limit. No name is taken away by a model that is withdrawn.
    /// - Parameter aliases: other names; one that ends in `*` stands for all names that begin so.
    mutating func put(_ model: ListedModel, aliases others: [Substring] = []) {
        let name = model.name.lowercased()
        let index: Int
        if let known = names[name] {
            index = known
            models[index] = ListedModel(
                provider: model.provider, name: models[index].name, price: model.price,
                contextWindow: model.contextWindow ?? models[index].contextWindow,
                answerLimit: model.answerLimit ?? models[index].answerLimit,
                isWithdrawn: model.isWithdrawn || models[index].isWithdrawn)
        } else {
            index = models.count
            models.append(model)
            names[name] = index
            let plain = ModelSpelling.undated(name)
            if plain != name { undated[plain, default: []].append(index) }
        }
        for other in others {
            let text = other.lowercased()
            if text.hasSuffix("*") {
                let beginning = String(text.dropLast())
                let place = beginnings.firstIndex { $0.text.utf8.count < beginning.utf8.count } ?? beginnings.count
                beginnings.insert((beginning, index), at: place)
            } else if !model.isWithdrawn || aliases[text] == nil {
                aliases[text] = index
            }
        }
    }

    /// The model of this name in lower case: its own name, an alias, the longest beginning that fits; then the same without
    /// date, version and `-latest`; then the models whose names differ in these alone, if all of them cost the same.
    func find(_ name: String) -> ListedModel? {
        if let model = listed(name) { return model }
        let plain = ModelSpelling.undated(name)
        if plain != name, let model = listed(plain) { return model }
        guard let first = undated[plain]?.first.map({ models[$0] }) else { return nil }
        return undated[plain, default: []].allSatisfy { models[$0].price == first.price } ? first : nil
    }

    private func listed(_ name: String) -> ListedModel? {
        if let index = names[name] ?? aliases[name] { return models[index] }
        return beginnings.first { name.hasPrefix($0.text) }.map { models[$0.model] }
    }
}
