/// In what a provider's dialect differs from OpenAI's own. What is not named here goes to it as the client wrote it.
struct OpenAIQuirks: Sendable {
    /// How its addresses are made.
    var addresses = Addresses.plain
    /// What it has no route for.
    var lacks: Set<OpenAIRoute> = [.responses]
    /// The one name it has for the limit of an answer; nil: it takes both.
    var limit: StaticString?
    /// Whether it knows `stream_options`. Those that do not count their tokens unasked.
    var knowsStreamOptions = true
    /// Fields it cannot honour: left out where they ask nothing or are to be dropped, else refused.
    var refused: UInt64 = 0
    /// The same among the fields that only some providers know.
    var refusedExtras: [StaticString] = []
    /// Fields that ask nothing of the answer and that it does not know: left out.
    var unknown: [StaticString] = []
    /// What it calls other than OpenAI.
    var renames: [(field: Parameter, name: StaticString)] = []
    /// How it is told how much to think.
    var effort = Effort.asGiven
    /// Whether `reasoning` is a field of its own; else its effort goes as `reasoning_effort`.
    var takesReasoning = false
    /// Whether it is another gateway, which knows itself what each of its models takes.
    var isGateway = false
    /// Its word for `tool_choice` "required".
    var required: StaticString?
    /// Whether each tool must have `parameters`, be they those of a function without any.
    var fillsToolParameters = false
    /// Whether its tools may not be `strict`.
    var dropsStrict = false
    /// Whether it does with `metadata` what OpenAI does.
    var metadata = Metadata.never
    /// The ways of sampling beside OpenAI's that it takes, and what it calls them; of two names for one the first is the usual
    /// one, and the other goes with it, for a server of which nobody knows whose it is. Empty: it is not known which it takes.
    var sampling: [(way: Sampling, name: StaticString)] = []
    /// What messages may not hold.
    var messages: OpenAIMessages.Rules = .compatible
    /// How its models are called.
    var models = Models.asGiven

    enum Addresses { case plain, azure }

    enum Effort {
        case asGiven
        /// `thinking` with `enabled` or `disabled` (DeepSeek).
        case thinking
        /// gpt-oss knows three words and cannot be told not to think; all others can, by `reasoning` (Together).
        case together
        /// `xhigh` is the most (OpenRouter).
        case upToXHigh
    }

    enum Metadata {
        case never
        /// OpenAI refuses it unless the answer is stored too. A client of a gateway sends it for the gateway's own
        /// records, so that without `store` it stays here.
        case withStore
        case always
    }

    enum Models {
        case asGiven
        /// OpenAI's own, which are told apart by ``OpenAIModelFamily``.
        case openAI
        /// Short names stand for `accounts/fireworks/models/NAME`.
        case fireworks
    }

    /// Whether a model that is given by `tag` is called so there.
    func model(_ tag: String) -> String {
        switch (models, addresses) {
        case (.fireworks, _):
            if tag.hasPrefix("accounts/") || tag.contains("#") { return tag }
            if tag.hasPrefix("routers/") || tag.hasPrefix("models/") { return "accounts/fireworks/\(tag)" }
            let isRouter =
                tag.hasSuffix("-fast") || ["auto", "auto-instant", "firerouter"].contains(tag)
                || tag.hasPrefix("firerouter/")
            return "accounts/fireworks/\(isRouter ? "routers" : "models")/\(tag)"
        case (_, .azure):
            // LiteLLM's prefixes say what a deployment holds; Azure does not know them.
            for prefix in ["o_series/", "gpt5_series/"] where tag.hasPrefix(prefix) {
                return String(tag.dropFirst(prefix.count))
            }
            return tag
        default: return tag
        }
    }
}
