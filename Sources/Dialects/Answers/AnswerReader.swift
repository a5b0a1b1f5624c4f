import NIOCore

/// Reads one dialect's answer: finds in its JSON what a sink is to hear.
protocol AnswerReader: Sendable {
    /// Whether a token has been seen.
    var sawFirstToken: Bool { get }
    /// The counts so far.
    var usage: Usage { get }
    /// Where the upstream says the time went; zero until the end, and where it does not say.
    var timings: UpstreamTimings { get }
    /// How many calls had arguments that were mended.
    var mendedCalls: Int { get }
    /// The arguments of a call that are no JSON and could not be mended, as the inside of a JSON string; nil where none are.
    var brokenCall: [UInt8]? { get }
    /// How a sentence about a fault names the answer.
    static var subject: String { get }

    init(work: Work)

    /// Reads one event of a stream.
    ///
    /// - Parameters:
    ///   - name: the event's name; empty where the framing gives none.
    ///   - data: the event's data.
    mutating func readEvent<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome

    /// Reads the events for tokens with which the bytes of a stream begin, as many as are plain: where many tokens come at once, they
    /// are written at once, too. The first byte begins an event.
    ///
    /// - Returns: the bytes that were read; 0 where nothing is plain.
    mutating func readRun<Sink: AnswerSink>(
        _ bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> Int

    /// Reads a whole answer that is no stream; the bytes may be anything.
    mutating func readWhole<Sink: AnswerSink>(
        _ body: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome

    /// Reads what stands behind the last whole event when a stream's body has ended.
    mutating func readRest<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome

    /// A stream's body has ended without `done`: `more` unless this is how the dialect's streams end.
    mutating func readEnd<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) -> ReadOutcome
}

extension AnswerReader {
    var timings: UpstreamTimings { UpstreamTimings() }
    var mendedCalls: Int { 0 }
    var brokenCall: [UInt8]? { nil }

    static var subject: String { "the provider's answer" }

    mutating func readRun<Sink: AnswerSink>(
        _ bytes: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> Int { 0 }

    mutating func readRest<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome { .more }

    mutating func readEnd<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) -> ReadOutcome { .more }
}

/// The kinds of a piece of an answer.
enum ReadOutcome {
    case more, done
    case failed(UpstreamFault)
}

extension AnswerTranslator.Progress {
    init(_ outcome: ReadOutcome) {
        switch outcome {
        case .more: self = .more
        case .done: self = .complete
        case .failed(let fault): self = .failed(fault)
        }
    }
}

/// Takes a stream of bytes apart into events.
protocol AnswerFraming: Sendable {
    init()

    /// Whether the next byte begins an event for sure.
    var isBetweenEvents: Bool { get }

    /// Takes the next bytes and calls for each event that is complete, until it is told to stop (`false`).
    ///
    /// - Returns: false when the bytes are not what this framing says.
    mutating func feed(
        _ bytes: ByteBuffer, _ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Bool
    ) -> Bool

    /// The bytes have ended: calls for an event that has begun and lacks its end, where there is one.
    mutating func finish(_ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Void)
}

extension AnswerFraming {
    var isBetweenEvents: Bool { false }

    mutating func finish(_ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Void) {}
}
