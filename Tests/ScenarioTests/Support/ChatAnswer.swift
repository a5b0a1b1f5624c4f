import Testing

/// What a client got for one chat request, whole or as a stream.
struct ChatAnswer: Sendable {
    let message: RawConnection.Message
    /// The payloads of a stream's events, in order; empty for an answer that is not a stream.
    let events: [String]
    /// All content joined.
    let text: String
    /// The errors that the events hold, or the one that the body is.
    let errors: [JSONNode]

    init(_ message: RawConnection.Message) throws {
        self.message = message
        guard message["content-type"]?.hasPrefix("text/event-stream") == true else {
            let body = try JSONNode(message.body)
            events = []
            text = body["choices"][0]["message"]["content"].text ?? ""
            errors = body["error"] == .null ? [] : [body["error"]]
            return
        }
        var events: [String] = []
        var text = ""
        var errors: [JSONNode] = []
        for frame in message.body.split(separator: "\n\n") {
            let event = try #require(frame.hasPrefix("data: ") ? String(frame.dropFirst(6)) : nil, "\(frame)")
            events.append(event)
            guard event != "[DONE]" else { continue }
            let node = try JSONNode(event)
            text += node["choices"][0]["delta"]["content"].text ?? ""
            if node["error"] != .null { errors.append(node["error"]) }
        }
        (self.events, self.text, self.errors) = (events, text, errors)
    }

    var status: Int { message.status }
    /// The instance that answered, by its name.
    var instance: String? { message["x-drover-instance"] }
    /// Attempts after the first, as the header says.
    var retries: Int? { message["x-litellm-attempted-retries"].flatMap { Int($0) } }
    /// A stream that ended as it should.
    var isDone: Bool { events.last == "[DONE]" }
}
