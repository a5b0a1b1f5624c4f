/// Where something stands in the client's body. It becomes a path, in the words of the client's dialect, only for a fault.
struct Place {
    enum Spot {
        case message
        /// A part of its content; nil where the content is a string.
        case part(Int?)
        /// A picture that stands beside the content.
        case picture(Int)
        /// A call; nil where a message has one at most.
        case call(Int?)
    }

    /// What of it.
    enum Detail {
        case itself
        /// The member that says what it is.
        case kind
        /// A picture's data or address.
        case image
        case file, fileData, fileID
        case sound, soundType
        case callID, arguments
        /// Of a result: which call it belongs to.
        case resultID
    }

    let dialect: Dialect
    let message: Int
    let spot: Spot

    /// The path, `messages[2].content[1]`.
    func path(_ detail: Detail = .itself) -> String {
        switch dialect {
        case .ollama: ollamaPath(detail)
        case .openAI, .anthropic, .bedrock, .gemini: openAIPath(detail)
        }
    }

    /// The last name of the path.
    func name(_ detail: Detail) -> String {
        path(detail).split(separator: ".").last.map(String.init) ?? ""
    }

    /// What the client calls a block of this kind.
    func word(for kind: Block.Kind) -> String {
        switch dialect {
        case .ollama: ollamaWord(kind)
        case .openAI, .anthropic, .bedrock, .gemini: openAIWord(kind)
        }
    }

    /// A fault at this place.
    func fault(_ detail: Detail = .itself, _ what: String) -> RequestFault { .at(path(detail), what) }
}
