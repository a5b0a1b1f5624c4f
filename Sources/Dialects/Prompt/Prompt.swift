/// A conversation and its tools in no dialect: the client's front reads them, message by message, and a back writes them.
///
/// Nothing of it is kept: a message is made of slices while it is at hand, so that a long conversation costs no memory.
struct Prompt {
    let bytes: UnsafeRawBufferPointer
    private let words: any RequestWords.Type
    /// The array of messages, which a scan has found valid; absent where there is none.
    private let messages: JSONSlice
    /// The system's word, where it may stand beside them; absent where there is none.
    private let system: JSONSlice
    private let isPlain: Bool

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, of request: ClientRequest) {
        self.bytes = bytes
        words = request.front.api.words
        messages = request.fields[.messages]
        system = request.fields[.system]
        isPlain = request.hasPlainMessages
    }

    /// The messages as they stand, where each is a role that Ollama knows and a text; its dialect writes them so too.
    @inline(__always)
    var plainMessages: JSONSlice? { isPlain ? messages : nil }

    /// Calls for each message, in order. Its blocks are there until the call returns.
    ///
    /// - Throws: what the front cannot say in neutral words, and the caller's own.
    func forEachMessage(_ body: (borrowing Message) throws(RequestFault) -> Void) throws(RequestFault) {
        if !system.isAbsent { try words.forEachMessage(ofSystem: system, in: bytes, body) }
        guard !messages.isAbsent else { return }
        try words.forEachMessage(of: messages, in: bytes, body)
    }
}
