import NIOCore

/// One API by which clients ask, with a route that runs a model: all that Drover knows of it, said in its folder below
/// `Fronts`.
protocol FrontAPI {
    /// What it asks for.
    static var work: Work { get }
    /// The language it speaks.
    static var dialect: Dialect { get }
    /// Its paths, all for `POST`.
    static var paths: [StaticString] { get }
    /// Those of them in which `**` stands for the model, which the body then need not name.
    static var pathsOfModels: [StaticString] { get }
    /// The `Content-Type` of an answer.
    static func contentType(isStream: Bool) -> StaticString

    /// The member that is asked about: it has to be there, and of a conversation it grows.
    static var prompt: Parameter { get }
    /// Reads and validates a body.
    ///
    /// - Throws: `RequestFault` naming the field.
    static func scan(_ body: ByteBuffer, as front: Front) throws(RequestFault) -> ClientRequest

    /// A request's body, changed to ask for an answer of so many tokens at most.
    static func limitingAnswer(of request: ClientRequest, to tokens: Int) -> ByteBuffer

    /// The words of its requests.
    static var words: any RequestWords.Type { get }
    /// - Parameter drops: whether what they have no words for is left out, where that can be.
    /// - Throws: `RequestFault` for a request that backs which do not speak this API have no words for.
    static func checkTranslatable(_ request: ClientRequest, drops: Bool) throws(RequestFault)

    /// The same request of another front of this one's dialect, or in plainer words, as backs which do not speak this API are given
    /// it; nil: as it is.
    ///
    /// - Parameter drops: whether what they have no words for is left out.
    static func inOtherWords(_ request: ClientRequest, drops: Bool) throws(RequestFault) -> ClientRequest?
    /// A fault that such a back has told, by the names that the client wrote.
    static func inOwnWords(_ fault: RequestFault) -> RequestFault

    /// The answer to a request that only loads a model, where nobody loads it; nil where there are no such requests.
    static func answerToLoad(_ request: ClientRequest, unixSeconds: Int) -> ByteBuffer?

    /// Whether one of `tools` is a function. Nobody is sent others, but an upstream that speaks this API where the front
    /// `relaysForeignTools`.
    static func isFunction(_ tool: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Bool
    static var relaysForeignTools: Bool { get }

    /// An answer of an upstream that speaks this API, which is passed on as it stands; nil where it has to be written anew.
    static func relay(_ request: ClientRequest, as identity: AnswerIdentity) -> (any Answer)?
    /// An answer that is read from a back and written for the client.
    static func answer(to request: ClientRequest, from back: BackForm, as identity: consuming AnswerIdentity)
        -> any Answer

    /// The whole answer that a stream is which a client of this API has got: as it would have come unstreamed. Nil where the stream has
    /// no end, or tells of a failure.
    ///
    /// - Parameter usage: its tokens, where the stream does not say.
    static func joined(_ stream: ByteBuffer, counting usage: Usage, as identity: AnswerIdentity) -> ByteBuffer?

    /// Puts a picture in the place of its address, a JSON string.
    static func put(
        _ picture: FetchedPicture, at address: JSONSlice, in bytes: UnsafeRawBufferPointer, _ edits: inout JSONEdits)

    /// How one request may run as several, and their answers are put together; nil where each is for one answer.
    static var partsForm: PartsForm? { get }

    /// Whether its clients go on from answers that are kept here.
    static var keepsAnswers: Bool { get }

    /// Appends an error as a whole body.
    static func write(_ error: ClientError, into out: inout ByteBuffer)
    /// Appends an error as the end of a stream that has begun.
    ///
    /// - Parameter events: how many have been written before, where they are numbered.
    static func writeInStream(_ error: ClientError, behind events: Int, into out: inout ByteBuffer)
    /// Appends the end of a stream that has begun and goes no further: its answer has met its limit of tokens.
    static func endAtLimit(
        _ request: ClientRequest, as identity: AnswerIdentity, _ usage: Usage, into out: inout ByteBuffer)
    /// Appends words for people to a stream, where its clients pass over them.
    static func comment(_ words: StaticString, into out: inout ByteBuffer)
    /// The newlines behind each piece of a stream.
    static var pieceEnd: StaticString { get }
    /// The status of an answer that is an error, which others answer with `status`.
    static func status(of error: ClientError, usually status: Int) -> Int
    /// Bytes between two pieces of a stream that its clients pass over, so that nothing on the way takes a long silence for
    /// the end; nil where everything means something.
    static var keepAlive: StaticString? { get }
    /// That there is no model of this name, in the words that clients look for.
    static func unknownModel(_ name: Substring) -> String
}

extension FrontAPI {
    // Of a front whose answers are never streams.
    static func joined(_ stream: ByteBuffer, counting usage: Usage, as identity: AnswerIdentity) -> ByteBuffer? {
        nil
    }
    static func endAtLimit(
        _ request: ClientRequest, as identity: AnswerIdentity, _ usage: Usage, into out: inout ByteBuffer
    ) {}
    static func comment(_ words: StaticString, into out: inout ByteBuffer) {}
    static func inOtherWords(_ request: ClientRequest, drops: Bool) throws(RequestFault) -> ClientRequest? { nil }
    static func inOwnWords(_ fault: RequestFault) -> RequestFault { fault }
    static func answerToLoad(_ request: ClientRequest, unixSeconds: Int) -> ByteBuffer? { nil }
    static func status(of error: ClientError, usually status: Int) -> Int { status }
    static var keepsAnswers: Bool { false }
    static var partsForm: PartsForm? { nil }
    static var pathsOfModels: [StaticString] { [] }

    /// As a data URI.
    static func put(
        _ picture: FetchedPicture, at address: JSONSlice, in bytes: UnsafeRawBufferPointer, _ edits: inout JSONEdits
    ) {
        let start = "\"data:\(picture.type.mediaType);base64,"
        edits.replace(address, with: .bytes(Array(start.utf8) + picture.base64 + [0x22]))
    }
}

/// What an answer says of itself.
struct AnswerIdentity {
    /// The inside of the JSON string of the client's own name for the model.
    let model: ByteBuffer
    /// Seconds since 1970.
    let created: Int
    /// Printed in hexadecimal in the answer's id.
    let responseID: UInt64
    /// What so many tokens cost, in dollars; nil where an answer does not say.
    var cost: (@Sendable (Usage) -> String)?
    /// Whether it is kept, where its client wants that.
    var keeps = false
    /// Whether arguments of calls that are no JSON are mended.
    var mendsCalls = false
    /// How many events its stream has already, where they are numbered.
    var events = 0
}
