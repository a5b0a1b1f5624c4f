public import NIOCore

/// The way to ask a provider how many tokens a message has. Nothing but the whole request that ``Provider`` has written goes this way.
public struct TokenCounts: Sendable {
    /// Sends a complete HTTP/1.1 request to the instance of a deployment; the body of its answer, nil for any but a 200.
    public typealias Send = @Sendable (_ deployment: Int, _ request: ByteBuffer) async -> [UInt8]?

    let send: Send

    /// - Parameter send: sends a request to the instance of a deployment.
    public init(_ send: @escaping Send) { self.send = send }
}
