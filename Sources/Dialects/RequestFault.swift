/// A fault of a client's request: answered with 400 `invalid_request`, never sent upstream.
public struct RequestFault: Error, Sendable, Equatable {
    /// A sentence for the client that names the field and says what to do instead.
    public let message: String
    /// The path of the field (`messages[2].content`), nil where no single field is at fault.
    public let param: String?

    /// - Parameters:
    ///   - message: a sentence for the client.
    ///   - param: the path of the field at fault.
    public init(_ message: String, param: String? = nil) {
        self.message = message
        self.param = param
    }
}

extension RequestFault {
    /// A field, named in the message too.
    static func at(_ path: String, _ what: String) -> RequestFault { RequestFault("`\(path)` \(what)", param: path) }

    /// The body is no JSON.
    static func brokenJSON(_ scanner: JSONScanner) -> RequestFault {
        let reason = scanner.fault.map { "\($0)" } ?? "it ends in the middle"
        return RequestFault("the request body is not valid JSON: \(reason)")
    }
}
