public import Balancer
public import Dialects

/// How a request's headers ask for it to be served; most ask for nothing.
public struct CallWishes: Sendable {
    /// `x-litellm-timeout` in seconds: the limit of one attempt.
    public var timeoutSeconds: Double?
    /// `x-litellm-stream-timeout` in seconds: the limit to a stream's first token, and between two pieces.
    public var streamTimeoutSeconds: Double?
    /// `x-litellm-num-retries`.
    public var numRetries: Int?
    /// The reasons in its headers to stay inside.
    public var confinement = Confinement()
    /// `x-litellm-tags`.
    public var tags: [String] = []
    /// `x-drover-class`, when it is given.
    public var serviceClass: ServiceClass?
    /// `x-drover-objective`: its first token is of no use to it later than this.
    public var objective: Duration?

    /// `anthropic-beta`: the features of Anthropic's API that its body needs, with commas between them.
    public var betas: String?

    /// The client of the client, for whom it asks, by a header; nil where its body may say.
    public private(set) var customer: String?
    /// The user for whom it asks, by a header that the operator has named; nil: the key's.
    public private(set) var user: String?

    /// None.
    public init() {}

    /// Takes the name of a customer. The first header that has one counts.
    public mutating func take(customer name: String) { customer = customer ?? Self.name(name) }

    /// Takes the name of a user. The first header that has one counts.
    public mutating func take(user name: String) { user = user ?? Self.name(name) }

    /// By its first 255 bytes, without keys and the blanks around it; nil for none.
    private static func name(_ text: String) -> String? {
        let inner = text.drop { $0 == " " || $0 == "\t" }
        guard let last = inner.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return nil }
        return String(inner[...last]).upTo(bytes: 255)
    }

    /// Takes `x-drover-local-only` as it stands in its header, in any case.
    /// - Returns: the refusal of a value that could be misread.
    public mutating func take(localOnly value: String) -> GatewayError? {
        switch value.lowercased() {
        case "true", "1", "yes": confinement.insert(.header)
        case "false", "0", "no": break
        default:
            return .invalidRequest(
                message: "x-drover-local-only must be true or false", param: "x-drover-local-only")
        }
        return nil
    }

    /// Takes `x-litellm-tags` as it stands in its header: tags with commas between them.
    public mutating func take(tags list: String) {
        let trimmed = list.split(separator: ",").map { $0.drop { $0 == " " } }
            .map { String($0.reversed().drop { $0 == " " }.reversed()) }
        tags += trimmed.filter { !$0.isEmpty }
    }

    /// Takes `anthropic-beta` as it stands in its header; several headers are one list.
    public mutating func take(betas list: String) {
        guard !list.isEmpty else { return }
        betas = betas.map { "\($0),\(list)" } ?? list
    }

    /// Takes `x-drover-class` as it stands in its header, in any case.
    /// - Returns: the refusal of a class that there is not.
    public mutating func take(serviceClass name: String) -> GatewayError? {
        serviceClass = ServiceClass(name: name.lowercased())
        guard serviceClass == nil else { return nil }
        let names = ServiceClass.allCases.map { "`\($0.name)`" }.joined(separator: ", ")
        return .invalidRequest(
            message: "x-drover-class: no class named `\(name.prefix(50))`; there are \(names)", param: "x-drover-class")
    }

    /// Takes `x-drover-objective` as it stands in its header: `500ms`, `5s`, `2m`.
    /// - Returns: the refusal of what is no duration.
    public mutating func take(objective text: String) -> GatewayError? {
        guard let seconds = WrittenQuantity(text)?.seconds, seconds > 0, seconds <= 86_400 else {
            return .invalidRequest(
                message: "x-drover-objective must be a time such as 5s or 500ms, a day at most",
                param: "x-drover-objective")
        }
        objective = .seconds(seconds)
        return nil
    }
}
