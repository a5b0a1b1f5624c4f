import Gateway
import NIOHTTP1

extension HTTPRequestHead {
    /// Why nobody answers it, whatever its path; nil for a head that is in order (RFC 9112, 3.2 and 6.1).
    ///
    /// A host that is missing, there twice or no host could be another than the one that is meant. A body in a coding that is not
    /// read here has no end that is known here.
    var fault: GatewayError? {
        let hosts = headers["host"]
        if hosts.count > 1 { return Self.fault("a request has one Host header") }
        if hosts.isEmpty, version != .http1_0 { return Self.fault("a request of HTTP/1.1 has a Host header") }
        var host = hosts.first ?? ""
        guard host.withUTF8({ Authority.isWellFormed(UnsafeRawBufferPointer($0)) }) else {
            return Self.fault("the Host header is not a host with or without a port")
        }
        let codings = headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
        guard !codings.isEmpty else { return nil }
        if version == .http1_0 { return Self.fault("HTTP/1.0 knows no transfer-encoding") }
        guard codings.last == "chunked", codings.count(where: { $0 == "chunked" }) == 1 else {
            return Self.fault("`chunked` is the last transfer-encoding of a request, and is there once")
        }
        guard codings.count > 1 else { return nil }
        return .notImplemented(
            message: "a body with the transfer-encoding `\(codings[0])` is not read; send it chunked alone")
    }

    private static func fault(_ message: String) -> GatewayError { .invalidRequest(message: message, param: nil) }
}
