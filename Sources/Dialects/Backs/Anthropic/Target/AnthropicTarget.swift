import NIOCore

/// The parts that all requests to one model of one account share, written out once. A class, so that handing it on costs
/// one reference.
final class AnthropicTarget: Sendable {
    /// The request line, the headers, and the body's beginning: the model.
    let head: RequestHead
    /// The model's abilities.
    let model: AnthropicModel
    /// The most tokens that an answer of the model may have; nil where it is not known.
    let answerLimit: Int?
    /// The deployment's own parameters; those that no client could send are left out.
    let defaults: DefaultParameters

    /// The API's version these requests are written for.
    private static let version = "2023-06-01"
    /// The API takes the tokens of a subscription only from who says that they are such.
    private static let tokenBeta = "oauth-2025-04-20"

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        let model = AnthropicModel(place.tag)
        self.model = model
        answerLimit = place.answerLimit ?? model.answerLimit
        head = RequestHead(
            path: Self.path(place.pathPrefix), headers: Self.headers(place, account, userAgent),
            body: Array("{\"model\":".utf8) + JSONText.string(place.tag).bytes)
        self.defaults = DefaultParameters(Self.sendable(defaults))
    }

    /// A base may be written with or without `/v1`, and as the whole URL of the route.
    private static func path(_ prefix: String) -> String {
        if prefix.hasSuffix("/v1/messages") { return prefix }
        return prefix.hasSuffix("/v1") ? prefix + "/messages" : prefix + "/v1/messages"
    }

    /// The account's own headers win; betas are joined, since a request has one header for all of them.
    private static func headers(
        _ place: UpstreamPlace, _ account: UpstreamAccount, _ userAgent: String
    ) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = [
            ("host", place.hostHeader), ("user-agent", userAgent),
            ("accept", "application/json, text/event-stream"), ("content-type", "application/json"),
            ("anthropic-version", account.apiVersion.map(UpstreamAccount.visible) ?? version),
        ]
        var betas: [String] = []
        if let key = account.apiKey.map(UpstreamAccount.visible), let bearer = account.bearer {
            let isToken = key.hasPrefix("sk-ant-oat")
            headers.append(isToken ? ("authorization", bearer) : ("x-api-key", key))
            if isToken { betas.append(tokenBeta) }
        }
        func isBeta(_ name: String) -> Bool { name.lowercased() == "anthropic-beta" }
        betas += account.headers.filter { isBeta($0.name) }.map(\.value)
        if !betas.isEmpty { headers.append(("anthropic-beta", betas.joined(separator: ","))) }
        var others = account
        others.headers.removeAll { isBeta($0.name) }
        return others.headers(over: headers)
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
