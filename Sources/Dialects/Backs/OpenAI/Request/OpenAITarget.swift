/// The parts that all requests to one model of one provider share, written out once. A class, so that handing it on
/// costs one reference.
final class OpenAITarget: Sendable {
    let rules: OpenAIRules
    /// The new value of `model`, with quotes.
    private let model: [UInt8]
    /// Whether the address names the model, so that the body does not.
    private let addressesModel: Bool
    /// Whether a stream can be asked to count its tokens.
    let countsStreams: Bool

    private let heads: [OpenAIRoute: RequestHead]
    private let defaults: [OpenAIRoute: [OpenAIDefault]]

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        let rules = OpenAIRules(place)
        let quirks = rules.quirks
        let addresses = OpenAIAddresses(place, account: account, quirks: quirks)
        self.rules = rules
        model = JSONText.string(quirks.model(place.tag)).bytes
        addressesModel = addresses.nameModel
        countsStreams =
            quirks.knowsStreamOptions && (quirks.addresses != .azure || OpenAIAddresses.azureCounts(account))
        let headers = Self.headers(place, account: account, quirks: quirks, userAgent: userAgent)
        heads = Dictionary(
            uniqueKeysWithValues: OpenAIRoute.allCases.filter { !quirks.lacks.contains($0) }.map {
                ($0, RequestHead(path: addresses.path($0), headers: headers))
            })
        self.defaults = OpenAIDefault.all(defaults, rules: rules)
    }

    /// Whether what is asked of this route is asked of it there too. The answer to a response is otherwise read from a chat.
    func speaks(_ route: OpenAIRoute) -> Bool { route != .responses || heads[.responses] != nil }

    /// The head of requests of this kind; nil where the provider has no such route.
    func head(_ route: OpenAIRoute) -> RequestHead? { heads[route] }

    /// The new value of `model` in requests of this kind; nil: none.
    func model(_ route: OpenAIRoute) -> [UInt8]? { addressesModel && route != .responses ? nil : model }

    /// The deployment's own parameters for requests of this kind.
    func defaults(_ route: OpenAIRoute) -> [OpenAIDefault] { defaults[route] ?? [] }

    /// Those that an operator gives win over ours.
    private static func headers(
        _ place: UpstreamPlace, account: UpstreamAccount, quirks: OpenAIQuirks, userAgent: String
    ) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = [
            ("host", place.hostHeader), ("user-agent", userAgent), ("accept", "application/json, text/event-stream"),
            ("content-type", "application/json"),
        ]
        if quirks.addresses == .azure {
            if let token = account.adToken {
                headers.append(("authorization", "Bearer " + UpstreamAccount.visible(token)))
            } else if let key = account.apiKey {
                headers.append(("api-key", UpstreamAccount.visible(key)))
            }
        } else if let bearer = account.bearer {
            headers.append(("authorization", bearer))
        }
        if let organization = account.organization {
            headers.append(("openai-organization", UpstreamAccount.visible(organization)))
        }
        return account.headers(over: headers)
    }
}
