import Dialects

/// The sizes of a request that take a pass over all of its body: looked up once, whatever number of attempts it takes and
/// however often it asks the ledger.
struct RequestSize: Sendable {
    /// No prompt of this request has more tokens.
    let promptTokens: Int
    /// How many answers are written for it.
    let answers: Int

    init(_ request: ClientRequest) {
        promptTokens = request.promptTokenBound
        answers = request.answerCount
    }
}
