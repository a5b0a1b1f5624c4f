/// One request's demand on a box.
public struct BoxDemand: Hashable, Sendable {
    /// Its work with the model.
    public enum Work: Hashable, Sendable {
        /// Only has it loaded; takes no slot.
        case load
        /// Reads the prompt, writes nothing.
        case embed
        /// Reads the prompt, then writes that many tokens, 0 or more.
        case generate(tokens: Int)
    }

    /// The model's place in `BoxSettings.models`.
    public var model: Int
    /// The options that the model must be loaded with.
    public var options: LoadOptions
    /// Replaces the model's keep-alive and stays; nil leaves it.
    public var keepAlive: KeepAlive?
    /// Tokens to read before the first is written.
    public var promptTokens: Int
    /// The work.
    public var work: Work
    /// Added to the time before the first token, with the slot held.
    public var delay: Nanoseconds = 0
    /// Never ends by itself: after its last token it holds its slot until cancelled.
    public var sticks = false
    /// The beginnings of the prompt: a hash of its first block of tokens, of its first two, and so on. Empty when nothing is
    /// to be found again.
    public var prefix: [UInt64] = []
    /// As `prefix`, of the prompt and the answer: what the slot remembers at the end. Empty: the prompt alone.
    public var transcript: [UInt64] = []
    /// Tokens per block of `prefix`.
    public var blockTokens = 128

    /// A demand that neither delays nor sticks.
    public init(model: Int, options: LoadOptions, keepAlive: KeepAlive?, promptTokens: Int, work: Work) {
        self.model = model
        self.options = options
        self.keepAlive = keepAlive
        self.promptTokens = promptTokens
        self.work = work
    }
}
