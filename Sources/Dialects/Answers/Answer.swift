import NIOCore

/// An answer on its way to the client: a value, fed in pieces cut anywhere.
///
/// Where the client wants a stream, events are written as they come; a whole answer is written when the upstream's has
/// been read; see ``AnswerTranslator``.
protocol Answer: Sendable {
    /// Whether the upstream has written a token yet.
    var sawFirstToken: Bool { get }
    /// The counts so far.
    var usage: Usage { get }
    /// Where it says the time went; zero until the end, and where it does not say.
    var timings: UpstreamTimings { get }
    /// The answer, once it is whole, where it is to be kept.
    var kept: KeptResponse? { get }
    /// How many calls had arguments that were mended.
    var mendedCalls: Int { get }
    /// The arguments of a call that are no JSON and could not be mended, as the inside of a JSON string; nil where none are.
    var brokenCall: [UInt8]? { get }
    /// The number of the next event, where they are numbered: how many have been written, or that behind the upstream's last.
    var events: Int { get }
    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress
    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress
}

extension Answer {
    var timings: UpstreamTimings { UpstreamTimings() }
    var kept: KeptResponse? { nil }
    var mendedCalls: Int { 0 }
    var brokenCall: [UInt8]? { nil }
    var events: Int { 0 }
}
