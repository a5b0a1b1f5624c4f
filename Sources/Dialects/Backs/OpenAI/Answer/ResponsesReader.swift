import NIOCore

/// `/v1/responses`, as a relay reads it. A stream keeps its events' names, and ends with the event that says so.
struct ResponsesReader: RelayReader {
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()
    private(set) var events = 0

    private let model: [UInt8]

    init(request: ClientRequest, model: [UInt8], cost: (@Sendable (Usage) -> String)?) { self.model = model }

    mutating func relay(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, _ edits: inout JSONEdits,
        into out: inout ByteBuffer
    ) -> AnswerTranslator.Progress {
        guard let event = ResponsesEvent(data, model: model, edits: &edits) else {
            if name.equals("error") { return .failed(OpenAIFault.inAnswer(data)) }
            // A `[DONE]` says nothing here, and some keep a connection alive with blanks.
            let isNothing = data.starts(with: "[DONE]") || data.allSatisfy { $0 <= 0x20 }
            return isNothing ? .more : .failed(.malformedAnswer("has an event that is not valid JSON"))
        }
        if !event.usage.isAbsent { usage = OpenAIUsage.read(data, event.usage) }
        switch event.kind {
        case .failure: return .failed(OpenAIFault.inAnswer(data))
        case .end where !event.hasResponse: return .failed(.malformedAnswer("ends without a response"))
        case .token, .end: sawFirstToken = true
        case .other: break
        }
        out.writeEvent(data, edits, name: name)
        // The client goes by the upstream's own numbers. Some number nothing.
        events = (JSONNumber.integer(data[event.number]) ?? events) &+ 1
        if case .end = event.kind { return .complete }
        return .more
    }

    func endStream(into out: inout ByteBuffer) -> AnswerTranslator.Progress { AnswerTranslator.cut }

    mutating func readWhole(_ body: UnsafeRawBufferPointer, _ edits: inout JSONEdits) -> RelayedWhole {
        guard let response = ResponsesEvent(body, model: model, edits: &edits) else { return .notJSON }
        if case .failure = response.kind { return .failed(OpenAIFault.inAnswer(body)) }
        guard response.isResponse, response.hasOutput else { return .foreign }
        if !response.usage.isAbsent { usage = OpenAIUsage.read(body, response.usage) }
        sawFirstToken = true
        return .answer
    }
}
