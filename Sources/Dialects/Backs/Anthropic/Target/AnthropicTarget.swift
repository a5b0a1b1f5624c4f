import NIOCore

/// The parts that all requests to one model of one account share, written out once. A class, so that handing it on costs
/// one reference.
final class AnthropicTarget: Sendable {
    /// The request line, the headers, and the body's beginning: the model.
    let head: RequestHead
    /// The same, still in parts.
    private let parts: HeadParts
    /// The model's abilities.
    let model: AnthropicModel
    /// The most tokens that an answer of the model may have; nil where it is not known.
    let answerLimit: Int?
    /// The deployment's own parameters; those that no client could send are left out.
    let defaults: DefaultParameters

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        let model = AnthropicModel(place.tag)
        self.model = model
        answerLimit = place.answerLimit ?? model.answerLimit
        parts = HeadParts(place, account, userAgent)
        head = parts.head(withBetas: nil)
        self.defaults = DefaultParameters(Self.sendable(defaults))
    }

    /// The head for a client that has named features of the API itself.
    func head(withBetas betas: String) -> RequestHead { parts.head(withBetas: betas) }

    /// The head of a question for the number of tokens.
    func countHead(withBetas betas: String?) -> RequestHead {
        parts.head(withBetas: betas, route: "/count_tokens")
    }

    /// The defaults that a client might send: the provider would take no others.
    private static func sendable(_ defaults: [String: JSONText]) -> [String: JSONText] {
        let message = JSONText.object([("role", .string("user")), ("content", .string("-"))])
        let prompt: [(name: String, value: JSONText)] = [("model", .string("-")), ("messages", .array([message]))]
        return defaults.filter { name, value in
            let body = JSONText.object(prompt + [(name, value)])
            return (try? ClientRequest.scan(ByteBuffer(bytes: body.bytes), front: .openAIChat)) != nil
        }
    }
}
