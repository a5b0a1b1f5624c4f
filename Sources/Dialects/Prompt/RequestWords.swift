/// The words of the requests of one or more fronts: how what they say is read into neutral words, and what their clients
/// call it in a fault.
protocol RequestWords {
    /// Calls for each message of the array at `messages`, which a scan has found valid. Its blocks are there until the call
    /// returns.
    ///
    /// - Throws: what cannot be said in neutral words, and the caller's own.
    static func forEachMessage(
        of messages: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault)

    /// Calls for the system's word, where it stands beside the messages. Elsewhere it is one of them, and nothing is called.
    static func forEachMessage(
        ofSystem system: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault)

    /// A way of sampling that not every dialect has; nil where nothing is said of it.
    static func sampling(_ way: Sampling, in source: ParameterSource) -> JSONValue?
    /// How much the model is to think; nil where nothing is said of it.
    static func effort(in source: ParameterSource) -> ReasoningEffort?
    /// The form of the answer.
    static func answerFormat(_ format: JSONValue) -> AnswerFormat?
    /// Whether a tool stands there in OpenAI's form, which is Ollama's too.
    static var toolsAreOpenAIs: Bool { get }
    /// Whether an answer may have one call at most; nil where nothing is said of it.
    static func callsOneAtATime(in source: ParameterSource) -> Bool?
    /// The tool at this place of the list; nil where there is none to be made of it.
    static func tool(_ tool: JSONValue, number: Int) throws(RequestFault) -> Tool?

    /// The name of a parameter, with the path to it.
    static func name(of parameter: Parameter, in source: ParameterSource) -> String
    /// The path to a place, `messages[2].content[1]`.
    static func path(to place: Place, _ detail: Place.Detail) -> String
    /// The name of a kind of block.
    static func word(for kind: Block.Kind) -> String
}

extension RequestWords {
    static func forEachMessage(
        ofSystem system: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {}

    static var toolsAreOpenAIs: Bool { true }

    static func callsOneAtATime(in source: ParameterSource) -> Bool? {
        source[.parallelToolCalls].map { $0.isFalse }
    }
}
