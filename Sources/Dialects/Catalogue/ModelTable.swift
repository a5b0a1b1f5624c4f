/// What single models take, and where it is said: the one place for such facts, whoever sells the model.
///
/// Each row has its source above it. A back reads a model's name its own way (a version out of a tag, a family out of an id) and asks here what
/// follows from it.
/// What holds for all models of a provider stands in that provider's folder (`OpenAIQuirks+Table.swift`).
enum ModelTable {
    // MARK: Claude

    /// What some of Anthropic's models can and others cannot.
    enum ClaudeAbility {
        /// Takes `thinking`.
        case thinks
        /// Settles itself how much to think, told by an effort.
        case thinksAdaptively
        /// Thinks unless it is told not to.
        case thinksByDefault
        /// Takes a budget of tokens for thinking.
        case takesThinkingBudget
        /// Knows an effort between high and max.
        case hasExtraHighEffort
        /// An answer, or a tool's input, can be held to a schema.
        case hasStructuredOutputs
        /// Takes `temperature` (other than 1), `top_p` and `top_k`.
        case takesSampling
        /// Takes but one of `temperature` and `top_p`.
        case takesOneOfTemperatureAndTopP
        /// A system message may stand between the turns.
        case takesSystemTurns
        /// A mark may say where a cached beginning ends (Bedrock), and how long it is kept.
        case takesCachePoints, takesCacheTimes
    }

    private struct ClaudeRow {
        let ability: ClaudeAbility
        /// 4.5 as 405.
        let versions: Range<Int>
        /// Of a model whose name says no version.
        let otherwise: Bool

        init(_ ability: ClaudeAbility, _ versions: Range<Int>, otherwise: Bool = false) {
            self.ability = ability
            self.versions = versions
            self.otherwise = otherwise
        }
    }

    private static let claude: [ClaudeRow] = [
        // platform.claude.com: Extended thinking, Supported models.
        ClaudeRow(.thinks, 307..<9999, otherwise: true),
        // platform.claude.com: Adaptive thinking.
        ClaudeRow(.thinksAdaptively, 406..<9999),
        ClaudeRow(.thinksByDefault, 500..<9999),
        // platform.claude.com: Adaptive thinking, Migrating.
        ClaudeRow(.takesThinkingBudget, 307..<407, otherwise: true),
        // platform.claude.com: Effort.
        ClaudeRow(.hasExtraHighEffort, 407..<9999),
        // platform.claude.com: Structured outputs; AWS: Structured outputs.
        ClaudeRow(.hasStructuredOutputs, 405..<9999),
        // platform.claude.com: Messages, temperature.
        ClaudeRow(.takesSampling, 0..<407, otherwise: true),
        // platform.claude.com: Migrating to Claude 4.5.
        ClaudeRow(.takesOneOfTemperatureAndTopP, 401..<9999),
        // platform.claude.com: Messages, system.
        ClaudeRow(.takesSystemTurns, 408..<9999),
        // AWS: Prompt caching, Supported models.
        ClaudeRow(.takesCachePoints, 305..<9999),
        // AWS: Prompt caching, CachePointBlock.ttl.
        ClaudeRow(.takesCacheTimes, 405..<9999),
    ]

    /// - Parameter version: nil where the name does not say.
    static func claude(_ version: Int?, _ ability: ClaudeAbility) -> Bool {
        guard let row = claude.first(where: { $0.ability == ability }) else { return false }
        return version.map { row.versions.contains($0) } ?? row.otherwise
    }

    /// Those that think whatever they are told, and from which version on none of them can be made to call.
    ///
    /// Source: platform.claude.com, "Adaptive thinking" and "Tool use, Forcing tool use"; AWS, "Extended thinking".
    private static let alwaysThinking: [(families: Set<String>, from: Int, forcedUntil: Int)] = [
        (["fable", "mythos"], 0, 501), (["opus", "sonnet"], 505, 505),
    ]

    /// Whether a model of Anthropic's thinks whatever it is told.
    static func claudeAlwaysThinks(family: String, version: Int?) -> Bool {
        guard let version else { return false }
        return alwaysThinking.contains { $0.families.contains(family) && version >= $0.from }
    }

    /// Whether a model of Anthropic's can be made to call a tool at Anthropic's own API.
    static func claudeTakesForcedCalls(family: String, version: Int?) -> Bool {
        guard let version else { return true }
        return !alwaysThinking.contains { $0.families.contains(family) && version >= $0.forcedUntil }
    }

    /// The most tokens that an answer may have, thinking included: the first row that fits counts.
    ///
    /// Source: platform.claude.com, "Models overview"; LiteLLM's `max_output_tokens` of the same models.
    private static let claudeLimits: [(families: Set<String>, from: Int, tokens: Int)] = [
        (["opus", "sonnet", "fable", "mythos", "haiku"], 500, 128_000), (["mythos", "fable"], 400, 128_000),
        (["opus", "sonnet"], 406, 128_000), (["opus"], 405, 64_000), (["sonnet", "haiku"], 400, 64_000),
        (["opus"], 400, 32_000), (["sonnet"], 307, 64_000), (["sonnet", "haiku"], 305, 8192),
        (["opus", "sonnet", "haiku"], 300, 4096),
    ]

    /// The most tokens that an answer of a model of Anthropic's may have; nil where it is not known.
    ///
    /// - Parameter version: nil where the name does not say.
    static func claudeLimit(family: String, version: Int?) -> Int? {
        guard let version else { return nil }
        return claudeLimits.first { $0.families.contains(family) && version >= $0.from }?.tokens
    }

    // MARK: OpenAI's

    /// What models of OpenAI's do not take.
    private struct OpenAIRow {
        let kind: OpenAIModelFamily.Kind
        /// Never.
        var refused: [Parameter]
        /// While they reason.
        var whileReasoning: [Parameter] = []
        /// Of the fields that go unread.
        var unread: [Parameter] = []
    }

    private static let sampling: [Parameter] = [.temperature, .topP, .logprobs, .topLogprobs]
    private static let penalties: [Parameter] = [.presencePenalty, .frequencyPenalty]
    private static let beyondText: [Parameter] = [.stop, .logitBias, .modalities, .audio]

    private static let openAI: [OpenAIRow] = [
        // platform.openai.com: Reasoning models.
        OpenAIRow(
            kind: .plain, refused: [.effort, .reasoning]),
        // learn.microsoft.com: Azure OpenAI reasoning models, Not supported; LiteLLM's OpenAIOSeriesConfig.
        OpenAIRow(
            kind: .oSeries, refused: sampling + penalties, unread: [.parallelToolCalls]),
        // platform.openai.com: Using GPT-5, Parameter compatibility; LiteLLM's OpenAIGPT5Config.
        OpenAIRow(
            kind: .gpt5, refused: penalties + beyondText + [.webSearch], whileReasoning: sampling),
        // platform.openai.com: Web search, Chat Completions; LiteLLM's OpenAIGPT5Config.
        OpenAIRow(
            kind: .search,
            refused: sampling + penalties + beyondText + [
                .n, .tools, .toolChoice, .functions, .functionCall, .seed, .effort, .reasoning,
            ]),
    ]

    /// The fields that models of this kind do not take.
    static func openAI(_ kind: OpenAIModelFamily.Kind, isReasoning: Bool) -> UInt64 {
        guard let row = openAI.first(where: { $0.kind == kind }) else { return 0 }
        return Parameter.bits(row.refused) | (isReasoning ? Parameter.bits(row.whileReasoning) : 0)
    }

    /// The same among the fields that go unread.
    static func openAI(_ kind: OpenAIModelFamily.Kind, leavesOut name: UnsafeRawBufferPointer) -> Bool {
        openAI.first { $0.kind == kind }?.unread.contains { name.equals($0.openAIName) } ?? false
    }

    /// What single models of OpenAI's do not take beside: those with the first word in their name and without the second.
    ///
    /// Source: OpenAI's OpenAPI document, `StopConfiguration`: "Not supported with latest reasoning models `o3` and `o4-mini`".
    private static let openAISingle: [(name: String, without: String, refused: [Parameter])] = [
        ("o3", "mini", [.stop]), ("o4", "", [.stop]),
    ]

    /// The fields that one model of OpenAI's does not take, beside those of its kind.
    static func openAI(named tag: String) -> UInt64 {
        let words = OpenAIModelFamily.words(tag.lowercased())
        return openAISingle.filter { words.contains($0.name) && !words.contains($0.without) }
            .reduce(0) { $0 | Parameter.bits($1.refused) }
    }

    /// Whether it is a field that goes only as long as the model does not reason.
    static func isSampling(_ field: Parameter) -> Bool { sampling.contains(field) }

    // MARK: Sequences to stop at

    /// The most that a provider takes. Source: the reference of each one's chat completions (Google's: `GenerationConfig`).
    private static let stops: [String: Int] = [
        "openai": 4, "azure": 4, "groq": 4, "deepseek": 16, "gemini": 5,
    ]

    /// The most sequences that may end an answer; nil: any number.
    static func mostStops(of provider: String) -> Int? { stops[provider] }

    // MARK: Gemini

    /// The smallest budget of thinking that a model takes, in tokens, where it is not 0: such cannot be told not to think.
    ///
    /// Source: ai.google.dev, "Thinking", Thinking budgets.
    private static let geminiBudgets: [(name: String, tokens: Int)] = [("gemini-2.5-pro", 128)]

    /// - Parameter name: the model's, in small letters.
    static func leastGeminiBudget(_ name: String) -> Int {
        geminiBudgets.first { name.contains($0.name) }?.tokens ?? 0
    }

    /// Of the models that are told a level: those that do not know the lowest, `minimal`, and those that know one above `high`.
    ///
    /// Source: ai.google.dev, "Thinking", Thinking levels: the Flash models alone know `minimal`; LiteLLM 1.110:
    /// `supports_minimal_reasoning_effort` and `supports_xhigh_reasoning_effort`.
    private static let geminiWithoutMinimal = ["gemini-3.7", "gemini-3.8", "gemini-4"]
    private static let geminiWithExtraHigh = ["gemini-4-hydrogen"]

    /// - Parameter name: the model's, in small letters.
    static func geminiHasMinimalLevel(_ name: String) -> Bool {
        name.contains("flash") && !geminiWithoutMinimal.contains { name.hasPrefix($0) }
    }

    /// - Parameter name: the model's, in small letters.
    static func geminiHasExtraHighLevel(_ name: String) -> Bool {
        geminiWithExtraHigh.contains { name.hasPrefix($0) }
    }

    // MARK: Grok

    /// Source: docs.x.ai, "Reasoning", notes; LiteLLM's XAIChatConfig.
    private static let grok: [(names: [String], refused: [Parameter])] = [
        (["grok-4", "grok-code-fast", "grok-3-mini"], [.stop]), (["grok-4", "grok-code-fast"], [.frequencyPenalty]),
    ]

    /// The fields that a model of xAI's does not take.
    static func grok(_ tag: String) -> UInt64 {
        grok.filter { $0.names.contains { tag.contains($0) } }.reduce(0) { $0 | Parameter.bits($1.refused) }
    }
}
