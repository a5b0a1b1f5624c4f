/// The way to ask a box of Ollama's something that runs no model. Nothing of a client's prompt goes this way.
public struct BoxCalls: Sendable {
    /// An answer, whatever its status.
    public struct Answer: Sendable {
        let status: Int
        let body: [UInt8]

        /// An answer of this status.
        public init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    /// The names of the instances that are boxes.
    let boxes: Set<String>
    /// Posts a body of JSON to a path of the instance of this name; nil where it is no box, or does not answer.
    let post: @Sendable (_ instance: String, _ path: String, _ body: [UInt8]) async -> Answer?

    /// - Parameters:
    ///   - boxes: the names of the instances that are boxes.
    ///   - post: posts a body of JSON to a path of the instance of a name; nil where it does not answer.
    public init(
        boxes: Set<String>,
        post: @escaping @Sendable (_ instance: String, _ path: String, _ body: [UInt8]) async -> Answer?
    ) {
        self.boxes = boxes
        self.post = post
    }
}
