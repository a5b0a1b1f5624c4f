import Balancer
import Dialects
import Ledger
import NIOCore

/// What was said in a request, for the book, where the operator has it kept.
extension Exchange {
    /// Whether the answer may be among what is kept.
    var mayKeepWords: Bool {
        guard let spending = settings.spending, spending.words != .none else { return false }
        return call.head.front.work != .embedding && call.body.readableBytes <= EntryWords.longest
    }

    /// The words of a request that is over; nil where they are not kept, or are too long.
    func words(_ keeping: Spending.WordKeeping) -> SaidWords? {
        switch keeping {
        case .none: return nil
        case .ofUnconfined where !confinement.isEmpty: return nil
        case .ofUnconfined, .all: break
        }
        guard let request = asked?.request, let body = request.toldBody(most: EntryWords.longest) else { return nil }
        // An error is no answer, nor is the word that a model is loaded.
        let isAnswered = record.outcome == .succeeded && !request.isLoad
        return SaidWords(
            request: request, body: body, answer: isAnswered ? reply.tape?.bytes : nil, responseID: call.head.random,
            created: call.unixSeconds, model: nameInAnswer,
            usage: Usage(promptTokens: record.promptTokens, completionTokens: record.completionTokens))
    }
}

/// What was said in a request, before it is put together for the book.
struct SaidWords: Sendable {
    let request: ClientRequest
    /// As the client wrote it.
    let body: String
    /// All that the client has got of its answer; nil for none, or more than is kept.
    let answer: ByteBuffer?
    let responseID: UInt64
    let created: Int
    let model: String?
    let usage: Usage

    /// Bytes of a stream that has to be put together.
    var streamBytes: Int { request.stream ? answer?.readableBytes ?? 0 : 0 }

    /// Puts the words together, without keys. A stream takes two milliseconds a megabyte.
    func make() -> EntryWords { EntryWords(request: body.hidingKeys, response: wholeAnswer?.hidingKeys) }

    private var wholeAnswer: String? {
        guard let answer else { return nil }
        let whole =
            request.stream
            ? AnswerTranslator.join(
                answer, of: request, responseID: responseID, created: created, model: model, usage: usage) : answer
        guard let whole, whole.readableBytes <= EntryWords.longest else { return nil }
        return String(validating: whole.readableBytesView, as: UTF8.self)
    }
}
