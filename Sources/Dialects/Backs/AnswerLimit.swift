/// The limit of a Claude's answer where neither the client nor the deployment says one.
enum AnswerLimit {
    /// Tokens of an answer beside the thinking where nobody says how many, nor what the model can write; as in LiteLLM.
    static let usual = 4096

    /// The most that the model writes, where it is known and has room for the budget: this is part of the answer's limit, so
    /// it must be smaller.
    static func tokens(_ most: Int?, beside budget: Int) -> Int {
        let budget = min(max(0, budget), 1 << 40)
        if let most, most > budget { return most }
        return budget + usual
    }
}
