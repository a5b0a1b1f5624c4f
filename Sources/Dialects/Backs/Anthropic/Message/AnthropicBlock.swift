/// A piece of a conversation: what stands in one block of Anthropic's content.
struct AnthropicBlock {
    enum Role { case system, user, assistant }

    enum Kind {
        /// The inside of a string, never blank.
        case text(JSONSlice)
        case media(AnthropicMedia)
        /// A block of thinking, as Anthropic wrote it; and what it thought, where a stream gave that apart from it.
        case thinking(JSONSlice, words: JSONSlice)
        /// OpenAI's `function` of a call.
        case call(JSONSlice)
        /// A tool's result: a string or an array of parts; absent where it has nothing to say.
        case result(JSONSlice)
        /// A user who says nothing: written only where nothing else is in the turn, which there must be.
        case silence
    }

    /// A call's name for itself.
    enum Identifier {
        /// The inside of the client's string.
        case given(JSONSlice)
        /// For the calls and results of old, which have none: told apart by the message.
        case made(Int)
    }

    var role: Role
    var kind: Kind
    /// Of a call and a result.
    var id: Identifier = .made(0)
    /// `cache_control`; absent where there is none.
    var cache = JSONSlice()
    /// Whether it is the system's word in a user's turn.
    var isNote = false
    /// Which message it is from.
    let message: Int
    /// Which call of its message, or part of its content.
    var part = 0

    var isResult: Bool { if case .result = kind { true } else { false } }
    var isSilence: Bool { if case .silence = kind { true } else { false } }
}
