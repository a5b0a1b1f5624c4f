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
    func words(_ keeping: Spending.WordKeeping) -> EntryWords? {
        switch keeping {
        case .none: return nil
        case .ofUnconfined where !confinement.isEmpty: return nil
        case .ofUnconfined, .all: break
        }
        guard let request = asked?.request, let body = request.toldBody(most: EntryWords.longest) else { return nil }
        return EntryWords(request: body.hidingKeys, response: answer(to: request)?.hidingKeys)
    }

    /// The answer that the client has got, whole: a stream is put together. An error is none, nor is the word that a model is loaded;
    /// vectors are for nobody to read.
    private func answer(to request: ClientRequest) -> String? {
        guard record.outcome == .succeeded, !request.isLoad, let tape = reply.tape?.bytes
        else { return nil }
        let answer =
            request.stream
            ? AnswerTranslator.join(
                tape, of: request, responseID: call.head.random, created: call.unixSeconds, model: nameInAnswer,
                usage: Usage(promptTokens: record.promptTokens, completionTokens: record.completionTokens))
            : tape
        guard let answer, answer.readableBytes <= EntryWords.longest else { return nil }
        return String(validating: answer.readableBytesView, as: UTF8.self)
    }
}
