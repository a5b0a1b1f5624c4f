/// A model of Bedrock's by its id, and what its id tells of what it takes.
///
/// Converse is one form for all models, yet what is allowed in it differs: the facts are those of AWS's page "Supported
/// models and features" and of ``ModelTable``. An id that hides its model (the ARN of an application inference profile, of
/// an imported or a provisioned model) is taken for one that may do anything, so that Bedrock decides.
struct BedrockModel: Sendable {
    /// The name that Bedrock is asked for: an id, an inference profile's id or an ARN.
    let id: String
    /// The region that the tag or the ARN names.
    let region: String?
    private let family: Family

    enum Family: Sendable, Equatable {
        /// Its version as one number, 4.6 as 406, and its size (`opus`); 0 for those without a version.
        case claude(version: Int, size: Substring)
        case nova(second: Bool)
        /// OpenAI's closed models.
        case gpt
        /// A known one without any way to tell it how much to think.
        case thoughtless
        case other
        case hidden
    }

    /// How a model is told how much to think.
    enum Reasoning: Sendable {
        /// Not at all.
        case none
        /// Claude's tokens for it: `thinking.budget_tokens`.
        case budget
        /// Claude's own judgement, with `output_config.effort`.
        case adaptive
        /// Nova's `reasoningConfig`.
        case nova
        /// `reasoning.effort`.
        case object
        /// `reasoning_effort`, as in OpenAI's API.
        case word
    }

    /// - Parameter tag: an id or an ARN, with any of LiteLLM's prefixes before it: `bedrock/`, `converse/`, `invoke/`,
    ///   `nova/`, `nova-2/` (an ARN that hides such a model), `REGION/`.
    init(tag: String) {
        var rest = Substring(tag)
        var region: String?
        var family: Family?
        prefixes: while let slash = rest.firstIndex(of: "/") {
            let prefix = rest[..<slash]
            switch prefix {
            case "bedrock", "converse", "invoke": break
            case "nova": family = .nova(second: false)
            case "nova-2": family = .nova(second: true)
            case _ where BedrockRegion.isName(prefix): region = String(prefix)
            // An ARN has slashes of its own.
            default: break prefixes
            }
            rest = rest[rest.index(after: slash)...]
        }
        id = String(rest)
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        if parts.first == "arn", parts.count > 5, BedrockRegion.isName(parts[3]) { region = String(parts[3]) }
        self.region = region
        self.family = family ?? Self.family(of: rest.split(separator: "/").last ?? "")
    }

    /// The family of an id without prefixes.
    private static func family(of id: Substring) -> Family {
        var name = id
        if let dot = name.firstIndex(of: "."), profilePrefixes.contains(name[..<dot]) {
            name = name[name.index(after: dot)...]
        }
        if name.hasPrefix("claude") { return claude(name) }
        guard let dot = name.firstIndex(of: ".") else { return .hidden }
        let model = name[name.index(after: dot)...]
        switch name[..<dot] {
        case "anthropic": return claude(model)
        case "amazon" where model.hasPrefix("nova"): return .nova(second: model.hasPrefix("nova-2"))
        case "amazon", "meta", "mistral", "cohere", "ai21", "writer": return .thoughtless
        case "deepseek" where model.hasPrefix("r1"): return .thoughtless
        case "openai" where !model.hasPrefix("gpt-oss"): return .gpt
        default: return .other
        }
    }

    /// The geographies of inference profiles.
    private static let profilePrefixes: Set<Substring> = [
        "global", "us", "us-gov", "eu", "apac", "jp", "au", "ca", "sa", "me", "af",
    ]

    /// `claude-3-7-sonnet-20250219-v1:0`, `claude-opus-4-6-v1`: the size is a word, the version the first one or two
    /// numbers too small to be a date.
    private static func claude(_ name: Substring) -> Family {
        let words = name.split(separator: "-").dropFirst()
        let numbers = words.drop { Int($0) == nil }.prefix { word in Int(word).map { $0 < 100 } ?? false }.prefix(2)
        let size = words.first { Int($0) == nil } ?? ""
        let version = numbers.compactMap { Int($0) }
        // A preview that bears no number is of the fifth generation.
        if version.isEmpty { return .claude(version: size == "mythos" ? 500 : 0, size: size) }
        return .claude(version: version[0] * 100 + (version.count > 1 ? version[1] : 0), size: size)
    }
}

extension BedrockModel {
    /// Whether it is one of Anthropic's.
    var isClaude: Bool { if case .claude = family { true } else { false } }
    /// Whether it is one of Amazon's Nova.
    var isNova: Bool { if case .nova = family { true } else { false } }

    private func can(_ ability: ModelTable.ClaudeAbility) -> Bool {
        guard case .claude(let version, _) = family else { return false }
        return ModelTable.claude(version, ability)
    }

    /// The most tokens that an answer of it may have; nil where it is not known.
    var answerLimit: Int? {
        guard case .claude(let version, let size) = family, version > 0 else { return nil }
        return ModelTable.claudeLimit(family: String(size), version: version)
    }

    /// How it is told how much to think.
    var reasoning: Reasoning {
        switch family {
        case .claude: can(.thinksAdaptively) ? .adaptive : can(.thinks) ? .budget : .none
        case .nova(let second): second ? .nova : .none
        case .gpt: .object
        case .thoughtless: .none
        case .other, .hidden: .word
        }
    }

    /// Whether it takes Anthropic's own `thinking`.
    var knowsClaudesThinking: Bool {
        switch reasoning {
        case .budget, .adaptive: true
        case .none, .nova, .object, .word: family == .hidden
        }
    }

    /// Whether its tools may be `strict`: AWS's page "Structured outputs" names Claude from 4.5 on.
    var takesStrictTools: Bool { can(.hasStructuredOutputs) }

    /// Whether it thinks unless it is told not to.
    var thinksByDefault: Bool { can(.thinksByDefault) }

    /// Whether it thinks whatever it is told.
    var alwaysThinks: Bool {
        guard case .claude(let version, let size) = family else { return false }
        return ModelTable.claudeAlwaysThinks(family: String(size), version: version)
    }

    /// Whether it lets the caller set temperature, `top_p` and `top_k`.
    var takesSampling: Bool { !isClaude || can(.takesSampling) }

    /// Whether it takes but one of temperature and `top_p`.
    var takesOneOfTemperatureAndTopP: Bool { can(.takesOneOfTemperatureAndTopP) }

    /// Whether it knows the highest effort but one.
    var takesExtraHighEffort: Bool { can(.hasExtraHighEffort) }

    /// Whether it can be made to call one of the tools, or a certain one, while it does not think.
    var canBeForcedToCall: Bool {
        switch family {
        case .claude(let version, _): version >= 300 && !alwaysThinks
        case .nova, .hidden: true
        case .gpt, .thoughtless, .other: false
        }
    }

    /// Whether it takes a JSON Schema for its answer's text.
    var takesSchema: Bool { thinksByDefault }

    /// Whether marks may stand where a cached beginning ends; others refuse a request with any.
    var takesCachePoints: Bool {
        switch family {
        case .claude: can(.takesCachePoints)
        case .nova, .hidden: true
        case .gpt, .thoughtless, .other: false
        }
    }

    /// Whether a mark may stand behind the tools.
    var takesCachePointsInTools: Bool { takesCachePoints && !isNova }

    /// Whether a mark may say how long the cache is kept.
    var takesCacheTimes: Bool { family == .hidden || can(.takesCacheTimes) }

    /// Whether its sealed thinking may be sent back.
    var takesThinkingBack: Bool { family == .hidden || isClaude }
}
