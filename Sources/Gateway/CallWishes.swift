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

    /// None.
    public init() {}

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
