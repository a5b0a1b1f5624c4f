import NIOCore

/// One kind of upstream: all that Drover knows of it, said in its folder below `Backs`.
///
/// A value of it is one target: a model of an account at a place, with everything that its requests have in common.
protocol Back: Sendable {
    associatedtype Reader: AnswerReader
    associatedtype Framing: AnswerFraming

    /// The language it speaks.
    static var dialect: Dialect { get }
    /// Who is reached by it, in the order in which people see them.
    static var providers: [ProviderProfile] { get }
    /// Whether its stream, joined to one answer, has all that it would have answered unstreamed to a client which speaks
    /// its own dialect. For other clients every answer is read and written anew, and nothing is lost by joining.
    static var joinsOwnStreams: Bool { get }

    /// Whether it has this API, so that a client's request and its answer are passed on.
    func speaks(_ front: Front) -> Bool

    /// Whether -1 is no limit of an answer's tokens, in its own words. Elsewhere it is left out, or refused.
    static var knowsNoLimit: Bool { get }

    /// Whether it loads models when it is asked to, and unloads them.
    static var loadsModels: Bool { get }

    /// Whether its model calls tools whose input is text and not JSON: OpenAI's `custom` ones.
    var takesCustomTools: Bool { get }

    /// Whether it says how many tokens a message of Anthropic's API has.
    static var countsTokens: Bool { get }
    /// Appends the complete HTTP/1.1 request for that; never where it does not count.
    func encodeCount(of body: ByteBuffer, betas: String?, into out: inout ByteBuffer)

    /// Whether it takes the address of a picture, and fetches that itself; else it has to be sent the picture.
    static var takesAddresses: Bool { get }

    /// Whether it gives all the answers that one request is for: several to one prompt, and one to each of several.
    func answersSeveral(_ request: ClientRequest) -> Bool

    /// Whether the deployment's own parameters ask for thinking and only the instance knows whether its model can.
    var asksToThink: Bool { get }

    /// Whether the instance may spell the model's name otherwise, and then wants to hear it so.
    var hasSecondSpelling: Bool { get }

    /// - Parameters:
    ///   - place: where the model is served.
    ///   - account: who calls.
    ///   - defaults: parameters of the deployment; a request's own field wins.
    ///   - userAgent: the `User-Agent` header.
    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String)

    /// Itself among all backs.
    var form: BackForm { get }
    /// The same, with the arguments of calls mended where they are no JSON: models of one's own write such.
    func mendingCalls() -> Self

    /// Appends the complete HTTP/1.1 request; on a throw `out` may hold a part of it.
    func encode(
        _ request: ClientRequest, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) throws(RequestFault)

    /// Reads an answer whose status is not 200.
    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault
    /// Whether a valid JSON document has the shape of this upstream's own errors, which a proxy before it does not write.
    static func isOwnError(_ body: UnsafeRawBufferPointer) -> Bool
}

extension Back {
    func speaks(_ front: Front) -> Bool { front.dialect == Self.dialect }

    static var knowsNoLimit: Bool { false }

    static var loadsModels: Bool { false }

    var takesCustomTools: Bool { false }

    func answersSeveral(_ request: ClientRequest) -> Bool { false }

    static var takesAddresses: Bool { false }

    static var countsTokens: Bool { false }

    func encodeCount(of body: ByteBuffer, betas: String?, into out: inout ByteBuffer) {}

    func mendingCalls() -> Self { self }

    var asksToThink: Bool { false }

    var hasSecondSpelling: Bool { false }

    /// An object, or one in an array: servers that speak alike have many shapes.
    static func isOwnError(_ body: UnsafeRawBufferPointer) -> Bool {
        var scanner = JSONScanner(body)
        return scanner.skipSpace() && (scanner.byte == 0x7b || scanner.byte == 0x5b)
    }

    /// An answer that is read, and written by a sink.
    func answer<Sink: AnswerSink>(to request: ClientRequest, writtenBy sink: consuming Sink) -> any Answer {
        EventAnswer(
            Reader(work: request.work), Framing.self, to: sink, comesInEvents: request.streamsUpstream)
    }
}

/// What goes into a request's bytes beside the request and its target.
struct EncodingTerms {
    /// Whether parameters that the upstream cannot honour are left out silently.
    let drops: Bool
    /// What the instance's list says of the model.
    var listing = ModelListing.unknown
    /// Which load-time options it may say.
    let load: LoadTerms
    /// The features of Anthropic's API that its body needs, as the client's own header names them.
    var betas: String?
    /// The present, for signatures.
    let unixSeconds: Int
}
