/// Where something stands in the client's body. It becomes a path, in the client's words, only for a fault.
struct Place {
    enum Spot {
        case message
        /// A part of its content; nil where the content is a string.
        case part(Int?)
        /// The same of what a tool has given back, where that stands under another name.
        case result(Int?)
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

    let words: any RequestWords.Type
    let message: Int
    let spot: Spot

    /// The path, `messages[2].content[1]`.
    func path(_ detail: Detail = .itself) -> String { words.path(to: self, detail) }

    /// The last name of the path.
    func name(_ detail: Detail) -> String {
        path(detail).split(separator: ".").last.map(String.init) ?? ""
    }

    /// What the client calls a block of this kind.
    func word(for kind: Block.Kind) -> String { words.word(for: kind) }

    /// A fault at this place.
    func fault(_ detail: Detail = .itself, _ what: String) -> RequestFault { .at(path(detail), what) }
}
