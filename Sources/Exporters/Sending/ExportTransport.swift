public import Curl

/// The way to the other side: libcurl on a thread of its own, or a test's.
public struct ExportTransport: Sendable {
    /// Sends a request; its end is told once, on any thread.
    public let send: @Sendable (CurlRequest, @escaping @Sendable (Result<CurlResponse, CurlError>) -> Void) -> Void

    /// A way made of this.
    public init(
        send:
            @escaping @Sendable (CurlRequest, @escaping @Sendable (Result<CurlResponse, CurlError>) -> Void) -> Void
    ) {
        self.send = send
    }

    /// Over a libcurl of its own: what hangs there keeps nothing else from its thread.
    public static func over(_ curl: CurlMulti) -> ExportTransport {
        ExportTransport { request, completion in curl.submit(request, completion: completion) }
    }
}
