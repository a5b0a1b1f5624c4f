/// A piece of a conversation: what stands in one block of Anthropic's content.
struct AnthropicBlock {
    enum Role { case system, user, assistant }

    enum Kind {
        /// The inside of a string, never blank.
        case text(JSONSlice)
        case media(AnthropicMedia)
        /// Thinking and its seal, JSON strings; the words may be absent.
        case thinking(words: JSONSlice, seal: JSONSlice)
        case redacted(JSONSlice)
        case call(Block.Call)
        case result(AnthropicResult)
        /// A user who says nothing: written only where nothing else is in the turn, which there must be.
        case silence
    }

    var role: Role
    var kind: Kind
    /// `cache_control`; absent where there is none.
    var cache = JSONSlice()
    /// Whether it is the system's word in a user's turn.
    var isNote = false
    /// Where it stands in the client's body.
    let place: Place

    var isResult: Bool { if case .result = kind { true } else { false } }
    var isSilence: Bool { if case .silence = kind { true } else { false } }
    var isThinking: Bool {
        switch kind {
        case .thinking, .redacted: true
        default: false
        }
    }
}

/// What a tool gave back.
struct AnthropicResult {
    /// Which call it is of.
    let id: CallID
    let content: Content

    enum Content {
        /// A JSON string; absent where nothing is said.
        case string(JSONSlice)
        /// Where they stand among those of all results.
        case blocks(Range<Int>)
    }
}
