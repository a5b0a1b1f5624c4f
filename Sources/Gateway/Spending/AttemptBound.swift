import Dialects
import Ledger

/// The most that an attempt on a deployment can cost and count, before it is sent.
struct AttemptBound {
    let money: Money
    /// The prompt alone.
    let least: Money
    let tokens: Int
    /// The prompt alone.
    let leastTokens: Int
    /// The most tokens of one answer that the bound pays for; nil where they cost nothing.
    let longestAnswer: Int?
    /// How many answers are written.
    let answers: Int
    /// Per token of all answers.
    private let perToken: Money
    /// The most tokens of one answer that the client has asked for.
    private let asked: Int?

    /// An answer is taken to have so many tokens where nobody says how many it may have.
    private static let unknownAnswer = 131_072
    /// No answer has more, whatever a client asks for: sums and products of it stay far from the end of an Int.
    private static let mostAnswer = 1 << 30
    /// The same against limits of tokens by the minute, which a longer answer may pass.
    private static let usualAnswer = 1_024

    /// - Parameters:
    ///   - size: asked for only where the deployment costs something.
    ///   - price: the deployment's.
    ///   - facts: what is known of it.
    init(
        _ request: ClientRequest, _ size: @autoclosure () -> RequestSize, at price: Price, _ facts: DeploymentFacts?
    ) {
        let writes = request.work != .embedding
        asked = request.maxTokens.map { min($0, Self.mostAnswer) }
        leastTokens = request.promptTokenEstimate
        guard price != .free else {
            (money, least, perToken, answers) = (.zero, .zero, .zero, 1)
            longestAnswer = nil
            tokens = leastTokens + (writes ? asked ?? Self.usualAnswer : 0)
            return
        }
        let size = size()
        let prompt = size.promptTokens
        answers = writes ? size.answers : 1
        let limit = asked ?? facts?.maxOutputTokens ?? facts?.maxInputTokens ?? Self.unknownAnswer
        let dearest = price.dearest(promptTokens: prompt)
        least = dearest.prompt * prompt
        perToken = writes ? dearest.answer * answers : .zero
        money = least + perToken * limit
        longestAnswer = Money.zero < perToken ? limit : nil
        tokens = leastTokens + (writes ? (asked ?? min(limit, Self.usualAnswer)) * answers : 0)
    }

    /// The most tokens that each answer may have for what was granted; nil where it is no less than what was asked for.
    func answerLimit(money granted: Money, tokens grantedTokens: Int) -> Int? {
        var limit = Int.max
        let isShort = granted < money && Money.zero < perToken
        if isShort { limit = Int((granted.picodollars - least.picodollars) / perToken.picodollars) }
        if grantedTokens < tokens { limit = min(limit, (grantedTokens - leastTokens) / answers) }
        guard limit < asked ?? .max else { return nil }
        return max(1, limit)
    }
}

extension Price {
    /// The most that a token of a prompt, and of its answer, can cost, whatever tier the prompt turns out to be in and whether
    /// it is read from a cache or written to one.
    func dearest(promptTokens: Int) -> (prompt: Money, answer: Money) {
        let possible = [base] + tiers.filter { $0.above < promptTokens }.map(\.rates)
        let prompt = possible.map { max($0.input, max($0.cacheRead, $0.cacheWrite)) }.max() ?? .zero
        return (prompt, possible.map(\.output).max() ?? .zero)
    }
}
