/// Words that a box puts into the mouths of its models, in place of what they would say: for tests of what reads them.
public struct FarmScript: Sendable, Equatable {
    /// A tool call.
    public struct Call: Sendable, Equatable {
        /// The function.
        public var name: String
        /// Its arguments as the model writes them, JSON or not.
        public var arguments: String

        /// A call with these.
        public init(name: String, arguments: String) {
            self.name = name
            self.arguments = arguments
        }
    }

    /// The text of the answer.
    public var text: String
    /// The calls at its end, whichever tools were offered.
    public var calls: [Call]
    /// For so many requests; nil: until told otherwise.
    public var times: Int?

    /// Says this.
    public init(text: String = "", calls: [Call] = [], times: Int? = nil) {
        self.text = text
        self.calls = calls
        self.times = times
    }
}

extension FarmScript {
    /// Arguments that are no JSON object, which Ollama's own routes cannot pass on.
    var unreadable: Call? {
        calls.first { call in
            if let value = try? JSONParser.parse(call.arguments), case .object = value { false } else { true }
        }
    }
}
