/// The way to ask a box of Ollama's something that runs no model. Nothing of a client's prompt goes this way.
public struct BoxCalls: Sendable {
    /// The methods that boxes are asked by.
    public enum Method: Sendable {
        /// Asks for something.
        case get
        /// Sends something.
        case post
        /// Removes something.
        case delete
    }

    /// An answer, whatever its status.
    public struct Answer: Sendable, Equatable {
        let status: Int
        let body: [UInt8]

        /// An answer of this status.
        public init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    /// Why there is no answer.
    public struct Failure: Error, Equatable {
        /// For people to read; names no key.
        public let reason: String

        /// There is none for this reason.
        public init(_ reason: String) { self.reason = reason }
    }

    /// One question.
    public struct Call: Sendable {
        /// The method.
        public var method: Method
        /// The path, such as `/api/show`.
        public var path: String
        /// A body of JSON; empty: none.
        public var body: [UInt8] = []
        /// How long it may take as a whole.
        public var limit: Duration
        /// Is handed the body of an answer of status 200 piece by piece, in place of `Answer.body`; on another thread, so
        /// that it must return soon. False ends the call.
        public var receive: (@Sendable (UnsafeRawBufferPointer) -> Bool)?

        init(_ method: Method, _ path: String, _ body: [UInt8] = [], within limit: Duration = .seconds(10)) {
            self.method = method
            self.path = path
            self.body = body
            self.limit = limit
        }
    }

    /// Asks the instance of a name. A cancelled task ends the call.
    public typealias Send = @Sendable (_ instance: String, _ call: Call) async throws(Failure) -> Answer

    /// Which boxes there are, and which of them should have which model.
    let placement: ModelPlacement
    /// Asks a box.
    let send: Send
    /// Asks for a probe of the instance of this name as soon as may be.
    let probe: @Sendable (_ instance: String) -> Void

    /// - Parameters:
    ///   - placement: which boxes there are.
    ///   - send: asks the box of a name.
    ///   - probe: asks for a probe of the box of a name.
    public init(
        placement: ModelPlacement, send: @escaping Send, probe: @escaping @Sendable (_ instance: String) -> Void
    ) {
        self.placement = placement
        self.send = send
        self.probe = probe
    }

    /// The names of the instances that are boxes.
    var boxes: Set<String> { Set(placement.boxes) }

    /// Posts a body of JSON to a path of the instance of this name; nil where it does not answer.
    func post(_ instance: String, _ path: String, _ body: [UInt8]) async -> Answer? {
        try? await send(instance, Call(.post, path, body))
    }
}
