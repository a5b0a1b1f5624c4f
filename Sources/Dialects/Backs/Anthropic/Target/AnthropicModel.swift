/// The abilities of a model of Anthropic's, told by its name: `claude-sonnet-4-5-20250929`, `claude-3-7-sonnet-latest`.
///
/// The API answers 400 to what a model cannot do, and has no form that suits all of them. (The rules are those of ``ModelTable``.) Of a name that is not Claude's nothing is
/// known: another's server which speaks like Anthropic's, given what the oldest models take.
struct AnthropicModel: Equatable, Sendable {
    /// `sonnet`; empty where the name has none.
    let family: String
    /// 4.5 as 405; nil where the name does not say.
    let version: Int?

    init(_ tag: String) {
        let words = tag.lowercased().split { "-._@:/".contains($0) }.drop { $0 != "claude" }.dropFirst()
        family = words.first { $0.first?.isLetter ?? false }.map(String.init) ?? ""
        // One or two digits each: eight are a date.
        let numbers = words.drop { $0.first?.isLetter ?? false }.prefix { $0.count <= 2 && Int($0) != nil }
        if let major = numbers.first.flatMap({ Int($0) }), major < 10 {
            version = major * 100 + (numbers.dropFirst().first.flatMap { Int($0) } ?? 0)
        } else {
            // The preview that came between 4.7 and 4.8, and what else these families may bring.
            version = ["mythos", "fable"].contains(family) ? 407 : nil
        }
    }

    /// The most tokens that an answer of it may have, thinking included; nil where it is not known.
    var answerLimit: Int? { ModelTable.claudeLimit(family: family, version: version) }
    /// Whether it takes `thinking` at all.
    var thinks: Bool { can(.thinks) }
    /// Whether it settles itself how much to think, told by an effort.
    var thinksAdaptively: Bool { can(.thinksAdaptively) }
    /// Whether it takes a budget of tokens for thinking.
    var takesThinkingBudget: Bool { can(.takesThinkingBudget) }
    /// Whether it thinks unless it is told not to, and can be told.
    var canBeQuiet: Bool { can(.thinksByDefault) && !ModelTable.claudeAlwaysThinks(family: family, version: version) }
    /// Whether it knows an effort between high and max.
    var hasExtraHighEffort: Bool { can(.hasExtraHighEffort) }
    /// Whether its answer, and a tool's input, can be held to a schema.
    var hasStructuredOutputs: Bool { can(.hasStructuredOutputs) }
    /// Whether `temperature` (other than 1), `top_p` and `top_k` may be given.
    var takesSampling: Bool { can(.takesSampling) }
    /// Whether only one of `temperature` and `top_p` may be given.
    var takesOneOfTemperatureAndTopP: Bool { can(.takesOneOfTemperatureAndTopP) }
    /// Whether a call can be forced; not of those that always think first.
    var takesForcedCalls: Bool { ModelTable.claudeTakesForcedCalls(family: family, version: version) }
    /// Whether a system message may stand between the turns.
    var takesSystemTurns: Bool { can(.takesSystemTurns) }

    private func can(_ ability: ModelTable.ClaudeAbility) -> Bool { ModelTable.claude(version, ability) }
}
