import NIOCore
import Testing

@testable import Dialects

/// A recorded reply of any dialect, asked for by a client of one front.
protocol FrontReply: Sendable, CustomTestStringConvertible {
    /// In `Fixtures`: `mistral/chat.json`.
    var path: String { get }
    var provider: String { get }
    var tag: String { get }
    /// The client gets one whole answer of a stream.
    var joins: Bool { get }

    /// What the client asks.
    func request() throws -> ClientRequest
}

extension FrontReply {
    typealias Translation = (text: String, end: AnswerTranslator.Progress, translator: AnswerTranslator)

    var testDescription: String { path + (joins ? " joined" : "") }

    /// The upstream was asked for a stream.
    var isStream: Bool { !path.hasSuffix(".json") }
    /// The client gets one answer.
    var isWhole: Bool { !isStream || joins }

    func bytes() throws -> ByteBuffer { try OpenAIFixture.reply(path) }

    /// A translator that has read nothing.
    func translator(of request: ClientRequest? = nil, keeps: Bool = false) throws -> AnswerTranslator {
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: tag, pathPrefix: "", hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover/0.1.0")
        return AnswerTranslator(
            request: try request ?? self.request(), target: target, responseID: 0xfeed_0123_4567_89ab,
            created: 1_795_366_482, keeps: keeps)
    }

    /// Feeds pieces; what the client gets, and how it ended.
    ///
    /// - Parameter fresh: a translator that has read nothing; nil: one is made.
    func translate(
        _ pieces: [ByteBuffer], with fresh: AnswerTranslator? = nil, isWhole: Bool? = nil
    ) throws -> Translation {
        var translator = try fresh ?? translator()
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces {
            progress = translator.feed(piece, into: &out)
            if isWhole ?? self.isWhole, case .more = progress {
                #expect(out.readableBytes == 0, "nothing is written before the end")
            }
        }
        if case .more = progress { progress = translator.end(into: &out) }
        return (String(buffer: out), progress, translator)
    }

    /// The client gets the same wherever the reply is cut in two, at each `step` bytes, and byte by byte.
    func expectSameWhereverCut(each step: Int) throws {
        let bytes = try bytes()
        let fresh = try translator()
        let whole = try translate([bytes], with: fresh)
        for cut in stride(from: 0, through: bytes.readableBytes, by: step) {
            let pieces = [
                bytes.getSlice(at: 0, length: cut)!, bytes.getSlice(at: cut, length: bytes.readableBytes - cut)!,
            ]
            let answer = try translate(pieces, with: fresh)
            #expect(answer.text == whole.text, "cut at \(cut)")
            #expect(answer.end == whole.end, "cut at \(cut)")
            #expect(answer.translator.usage == whole.translator.usage)
        }
        let single = (0..<bytes.readableBytes).map { bytes.getSlice(at: $0, length: 1)! }
        #expect(try translate(single, with: fresh).text == whole.text, "byte by byte")
    }

    /// The reply fails in this way; what the client has got of it, which is nothing where it was to get one answer.
    func failure(_ kind: UpstreamFault.Kind) throws -> String {
        let answer = try translate([try bytes()])
        guard case .failed(let fault) = answer.end else {
            Issue.record("ended as \(answer.end)")
            return ""
        }
        #expect(fault.kind == kind)
        if isWhole { #expect(answer.text.isEmpty) }
        return answer.text
    }
}
