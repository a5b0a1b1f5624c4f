/// A piece of a conversation, in no dialect: slices of the client's body.
struct Block {
    enum Kind {
        /// Words: a JSON string.
        case text(JSONSlice)
        /// Words by which a model refused to answer, in the place of any others: a JSON string.
        case refusal(JSONSlice)
        case image(Media)
        case file(Media)
        case audio(Media)
        /// A picture of an earlier answer: only the dialect that it came from takes it back.
        case shown(Media)
        /// What the model thought and the seal that proves it, JSON strings; the words are absent where nobody kept them.
        case thinking(words: JSONSlice, seal: JSONSlice)
        /// Thinking that the provider keeps secret: a JSON string.
        case redacted(JSONSlice)
        case call(Call)
    }

    var kind: Kind
    /// The mark that what ends here is worth keeping (`cache_control`); absent where there is none.
    var mark = JSONSlice()
    /// For faults.
    let place: Place

    /// A picture, a sound or a file.
    struct Media {
        /// A JSON string: a data URI, an address, or base64 alone; absent where there is none.
        var data = JSONSlice()
        /// The type of base64 alone, where the front tells it by how it begins.
        var picture: PictureType?
        /// What the provider calls it, to which the client has sent it before: a JSON string.
        var id = JSONSlice()
        /// A file's name: a JSON string.
        var name = JSONSlice()
        /// Its type, where the client says it beside the data: a JSON string.
        var type = JSONSlice()
    }

    /// A function that the model calls.
    struct Call {
        var id: CallID
        /// A JSON string.
        var name: JSONSlice
        /// An object, or a string that should hold one; absent where there are none.
        var arguments = JSONSlice()
        /// The inside of a string: proves that the call is the model's own.
        var seal = JSONSlice()
    }
}

/// Which call it is.
enum CallID {
    /// By the client's own name for it, a JSON string.
    case given(JSONSlice)
    /// By its place, in a dialect whose calls need no name.
    case counted(message: Int, call: Int)
    /// By its message, where a message has one call at most (OpenAI's old kind).
    case ofMessage(Int)
    /// The client does not say.
    case missing

    /// Whether both are of the same call.
    func equals(_ other: CallID, in bytes: UnsafeRawBufferPointer) -> Bool {
        switch (self, other) {
        case (.given(let id), .given(let other)): bytes[id].equals(bytes[other])
        case (.counted(let message, let call), .counted(let other, let otherCall)):
            message == other && call == otherCall
        case (.ofMessage(let message), .ofMessage(let other)): message == other
        default: false
        }
    }

    /// The name of one that the client has not named; nil for others.
    var made: String? {
        switch self {
        case .given, .missing: nil
        case .counted(let message, let call): "call_\(message)_\(call)"
        case .ofMessage(let message): "call_\(message)"
        }
    }
}
