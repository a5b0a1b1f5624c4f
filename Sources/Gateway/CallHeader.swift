/// The headers of a client's request that change how it is served, and the names each may come under.
///
/// The one table of them: both readers of heads, the strict one and the full parser, say which of these they found.
public enum CallHeader: Int, Sendable, CaseIterable {
    case timeout, streamTimeout, numRetries, localOnly, tags, serviceClass

    /// Its name in lower case.
    public var name: StaticString {
        switch self {
        case .timeout: "x-litellm-timeout"
        case .streamTimeout: "x-litellm-stream-timeout"
        case .numRetries: "x-litellm-num-retries"
        case .localOnly: "x-drover-local-only"
        case .tags: "x-litellm-tags"
        case .serviceClass: "x-drover-class"
        }
    }

    /// Whether every value counts and not only the first: a second one must not open what the first closes.
    public var isRepeatable: Bool { self == .localOnly || self == .tags }
}

extension CallHead {
    /// Takes a header's value as it stands in the request.
    /// - Returns: the refusal of a value that could be misread.
    public mutating func take(_ header: CallHeader, _ value: String) -> GatewayError? {
        switch header {
        case .timeout: timeoutSeconds = Double(value)
        case .streamTimeout: streamTimeoutSeconds = Double(value)
        case .numRetries: numRetries = Int(value)
        case .localOnly: return take(localOnly: value)
        case .tags: take(tags: value)
        case .serviceClass: return value.isEmpty ? nil : take(serviceClass: value)
        }
        return nil
    }
}
