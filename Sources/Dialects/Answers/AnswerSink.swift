import NIOCore

/// A receiver of the parts that a dialect's reader finds in an answer, as raw JSON slices, in order; a sink writes them in
/// the client's dialect.
///
/// Readers are generic over it, so calls are direct and nothing is allocated per line. Text comes as the inside of a
/// JSON string, escapes as the upstream wrote them; slices live only for the call.
protocol AnswerSink: Sendable {
    /// More of the model's thinking.
    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer)
    /// The provider's seal on the thinking since the last seal, which it wants back with the conversation.
    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer)
    /// Thinking that only the provider can read, and wants back with the conversation.
    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer)
    /// The same on the answer's text, where a provider seals that instead.
    mutating func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer)
    /// One whole picture: its type (`image/png`) and its base64.
    mutating func image(_ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer)
    /// More of the answer's text; `logprobs` is an array or nothing.
    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer)
    /// Room for what stands around a token where many are written one behind the other; nil where that cannot be now.
    var tokenRoom: Int? { get }
    /// As `content` without its probabilities, into room that was made for a whole run. Only where there is a `tokenRoom`.
    mutating func token(_ text: UnsafeRawBufferPointer, to writer: inout ByteWriter)
    /// One whole tool call.
    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer)
    /// A tool call begins whose arguments come in pieces; ended by ``endToolCall(into:)`` before anything else.
    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer)
    /// More of the arguments: the inside of a JSON string which holds a piece of JSON.
    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer)
    /// The arguments are whole; none at all means `{}`.
    mutating func endToolCall(into out: inout ByteBuffer)
    /// The vectors, an array of arrays of numbers.
    mutating func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer)
    /// The answer is whole.
    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer)
    /// The answer, once it is whole, where it is to be kept.
    var kept: KeptResponse? { get }
    /// How many calls had arguments that were mended.
    var mendedCalls: Int { get }
    /// The arguments of a call that are no JSON and could not be mended, as the inside of a JSON string; nil where none are.
    var brokenCall: [UInt8]? { get }
    /// How many events have been written, where they are numbered.
    var events: Int { get }
}

extension AnswerSink {
    var tokenRoom: Int? { nil }
    mutating func token(_ text: UnsafeRawBufferPointer, to writer: inout ByteWriter) {}
    var kept: KeptResponse? { nil }
    var mendedCalls: Int { 0 }
    var brokenCall: [UInt8]? { nil }
    var events: Int { 0 }
}

/// A tool call as raw slices.
struct AnswerToolCall {
    /// Inside of a JSON string; nil where the upstream gave none.
    let id: UnsafeRawBufferPointer?
    /// Inside of a JSON string.
    let name: UnsafeRawBufferPointer
    /// A JSON object, or a JSON string that holds one.
    let arguments: UnsafeRawBufferPointer
    /// Inside of a JSON string: the provider's seal on the thinking before the call, which it wants back with it.
    var signature: UnsafeRawBufferPointer? = nil
}

/// How an answer ended.
struct AnswerEnd {
    /// Why the model stopped.
    let reason: FinishReason
    /// The stop sequence it met: the inside of a JSON string; nil where the upstream does not say which.
    var stopSequence: UnsafeRawBufferPointer? = nil
    /// The tokens it took.
    let usage: Usage
    /// Where the time went; nil where the upstream does not say.
    var timings: UpstreamTimings? = nil
}

/// Why a model stopped.
enum FinishReason {
    /// It had said all; also any other end of an upstream that does not tell the ends apart.
    case stop
    /// It met a stop sequence.
    case stopSequence
    /// It waits for the results of the tools that it has called.
    case toolCalls
    /// It ran into the limit of tokens.
    case length
    /// The provider's filter cut it off.
    case contentFilter

    /// Whether the model itself has ended it: at any other end nobody knows what was to follow.
    var isOwnEnd: Bool {
        switch self {
        case .stop, .toolCalls: true
        case .stopSequence, .length, .contentFilter: false
        }
    }
}
