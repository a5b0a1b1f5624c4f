/// A request that a box refuses: its status and its words.
struct Rejection: Error, Equatable {
    let status: Int
    let message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// The queue is full; two blanks, as a real box has them.
    static let busy = Rejection(503, "server busy, please try again.  maximum pending requests exceeded")
    static let runnerStopped = Rejection(
        500,
        "model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, "
            + "check ollama server logs for details")
    /// Its parser cannot read the arguments that the model has written.
    static func unreadCall(_ arguments: String) -> Rejection {
        Rejection(500, "error parsing tool call: raw='\(arguments)', err=unexpected end of JSON input")
    }
    /// The text for a line in the midst of a stream.
    static let runnerDied = "an error was encountered while running the model: unexpected EOF"
}
