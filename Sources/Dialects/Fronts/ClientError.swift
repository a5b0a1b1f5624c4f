/// An error as a client is told it, in no dialect yet: a front writes it in its own shape.
public struct ClientError: Sendable, Equatable {
    /// A sentence for the client.
    public let message: String
    /// The class of the error (`api_error`), where the front's shape has room for it.
    public let type: String
    /// The request's field at fault, where there is one.
    public let param: String?
    /// The error's name for programs (`upstream_failed`).
    public let code: String
    /// The call's id, where the front's shape has room for it; nil where there is no call yet.
    public var callID: String?

    /// - Parameters:
    ///   - message: a sentence for the client.
    ///   - type: the class of the error.
    ///   - param: the request's field at fault.
    ///   - code: the error's name for programs.
    public init(message: String, type: String, param: String?, code: String) {
        self.message = message
        self.type = type
        self.param = param
        self.code = code
    }
}
