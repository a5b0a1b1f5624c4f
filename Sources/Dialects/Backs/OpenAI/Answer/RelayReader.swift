import NIOCore

/// The reader that a relay needs of one of OpenAI's APIs: where its answers end, fail and count.
protocol RelayReader: Sendable {
    /// Whether a token has been seen.
    var sawFirstToken: Bool { get }
    /// The counts so far.
    var usage: Usage { get }

    /// The number of the next event, where they are numbered.
    var events: Int { get }

    /// - Parameters:
    ///   - request: what the client asked.
    ///   - model: what stands for `model`, with quotes.
    ///   - cost: what so many tokens cost, for the chunk of a stream that counts them; nil: it does not say.
    init(request: ClientRequest, model: [UInt8], cost: (@Sendable (Usage) -> String)?)

    /// Has arguments of calls mended from now on.
    mutating func mendCalls()
    /// How many calls had arguments that were mended.
    var mendedCalls: Int { get }
    /// The arguments of a call that are no JSON and could not be mended, as the inside of a JSON string; nil where none are.
    var brokenCall: [UInt8]? { get }

    /// Reads one event of a stream and writes it, where the client is to have it.
    ///
    /// - Parameter edits: empty; room for what has to be changed.
    mutating func relay(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, _ edits: inout JSONEdits,
        into out: inout ByteBuffer
    ) -> AnswerTranslator.Progress

    /// A stream's body has ended and nothing in it said so.
    func endStream(into out: inout ByteBuffer) -> AnswerTranslator.Progress

    /// Reads an answer that is no stream.
    mutating func readWhole(_ body: UnsafeRawBufferPointer, _ edits: inout JSONEdits) -> RelayedWhole
}

// Of an API whose calls are passed on as they are, and whose events have no numbers.
extension RelayReader {
    var events: Int { 0 }
    mutating func mendCalls() {}
    var mendedCalls: Int { 0 }
    var brokenCall: [UInt8]? { nil }
}

/// The kinds of a body that is no stream.
enum RelayedWhole {
    /// The answer; what has to be changed in it is in the edits.
    case answer
    /// It tells of a failure.
    case failed(UpstreamFault)
    /// JSON, but no answer of this API.
    case foreign
    /// Not one JSON object.
    case notJSON
}
