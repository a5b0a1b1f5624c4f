import Gateway

/// The headers of a client's request that the gateway acts on, beside those that frame it: the one table of them.
///
/// The sniffer finds them by it, and `Reception` reads them by it, whoever has parsed the head.
enum CallHeader: Int, CaseIterable {
    /// Whom the client means to talk to, and whose page has sent it.
    case host, origin
    /// The request's name.
    case callID
    /// Its place in its caller's trace.
    case traceparent
    /// Where a key may be; of several, the first in this order counts. It is LiteLLM's: its own header lets
    /// `Authorization` carry something that is meant for somebody else.
    case litellmKey, authorization, apiKey, anthropicKey, azureKey
    /// What the client wishes.
    case timeout, streamTimeout, numRetries, localOnly, tags, serviceClass, objective, betas, customerID, endUserID

    /// Its name in lower case.
    var name: StaticString {
        switch self {
        case .host: "host"
        case .origin: "origin"
        case .callID: "x-litellm-call-id"
        case .traceparent: "traceparent"
        case .litellmKey: "x-litellm-api-key"
        case .authorization: "authorization"
        case .apiKey: "api-key"
        case .anthropicKey: "x-api-key"
        case .azureKey: "ocp-apim-subscription-key"
        case .timeout: "x-litellm-timeout"
        case .streamTimeout: "x-litellm-stream-timeout"
        case .numRetries: "x-litellm-num-retries"
        case .localOnly: "x-drover-local-only"
        case .tags: "x-litellm-tags"
        case .serviceClass: "x-drover-class"
        case .objective: "x-drover-objective"
        case .betas: "anthropic-beta"
        case .customerID: "x-litellm-customer-id"
        case .endUserID: "x-litellm-end-user-id"
        }
    }

    /// Whether every value counts and not only the first: a second one must not open what the first closes.
    ///
    /// A host is not among them, as two are refused.
    var isRepeatable: Bool {
        switch self {
        case .origin, .localOnly, .tags, .betas: true
        case .litellmKey, .authorization, .apiKey, .anthropicKey, .azureKey: true
        case .host, .callID, .traceparent, .timeout, .streamTimeout, .numRetries, .serviceClass, .objective,
            .customerID, .endUserID:
            false
        }
    }

    /// From `litellmKey` to `azureKey`.
    static var credentials: ClosedRange<Int> { litellmKey.rawValue...azureKey.rawValue }
    /// From `timeout` to `endUserID`.
    static var wishes: ClosedRange<Int> { timeout.rawValue...endUserID.rawValue }

    /// Whether a name that is none of the table's was meant for this gateway, so that its sender relies on what nothing
    /// would act on: anything with `drover` or `local only` in it, whatever stands between the letters.
    static func isMisspelt(_ name: some Collection<UInt8>) -> Bool {
        guard name.count >= 6, has("drover", in: name) || has("localonly", in: name) else { return false }
        return !allCases.contains { $0.name.description.utf8.elementsEqual(name.map { $0 | 0x20 }) }
    }

    /// Whether the letters of a word stand one behind the other in a name, in any case and with anything else between them.
    private static func has(_ word: StaticString, in name: some Collection<UInt8>) -> Bool {
        let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        return name.indices.contains { start in
            var found = 0
            for byte in name[start...] {
                let letter = byte | 0x20
                guard (0x61...0x7A).contains(letter) else { continue }
                guard letter == letters[found] else { return false }
                found += 1
                if found == letters.count { return true }
            }
            return false
        }
    }

    /// The refusal of such a name.
    static func misspelt(_ name: String) -> GatewayError {
        let letters = name.lowercased().filter(\.isLetter)
        let meant = ["local": localOnly, "class": serviceClass, "objective": objective]
            .first { letters.contains($0.key) }?.value.name.description
        return .invalidRequest(
            message:
                "no header is named \(name.prefix(50)); \(meant.map { "did you mean \($0)?" } ?? "those of this gateway are x-drover-local-only, x-drover-class and x-drover-objective")",
            param: String(name.prefix(50)))
    }
}

extension CallWishes {
    /// Takes the value of a header that wishes something, as it stands in the request.
    /// - Returns: the refusal of a value that could be misread.
    mutating func take(_ header: CallHeader, _ value: String) -> GatewayError? {
        switch header {
        case .timeout: timeoutSeconds = Double(value)
        case .streamTimeout: streamTimeoutSeconds = Double(value)
        case .numRetries: numRetries = Int(value)
        case .localOnly: return take(localOnly: value)
        case .tags: take(tags: value)
        case .betas: take(betas: value)
        case .customerID, .endUserID: take(customer: value)
        case .serviceClass: return value.isEmpty ? nil : take(serviceClass: value)
        case .objective: return value.isEmpty ? nil : take(objective: value)
        case .host, .origin, .callID, .traceparent, .litellmKey, .authorization, .apiKey, .anthropicKey, .azureKey:
            break
        }
        return nil
    }

    /// Takes for whom it asks, by headers that the operator has named.
    mutating func take(_ senders: SenderHeaders, from fields: some HeadFields) {
        for name in senders.customers where customer == nil {
            if let value = fields.value(named: name) { take(customer: value) }
        }
        for name in senders.users where user == nil {
            if let value = fields.value(named: name) { take(user: value) }
        }
    }
}
