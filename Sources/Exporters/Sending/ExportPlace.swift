public import Curl

/// Where an exporter's bodies go.
public struct ExportPlace: Sendable {
    /// The exporter's name: a metric's label.
    public var name: String
    /// The whole URL.
    public var url: String
    /// Beside `Content-Type`; among them are keys, so they are never logged.
    public var headers: [CurlRequest.Header]

    /// A place with its headers.
    public init(name: String, url: String, headers: [CurlRequest.Header]) {
        self.name = name
        self.url = url
        self.headers = headers
    }

    func request(_ body: [UInt8], contentType: String, timeout: Duration) -> CurlRequest {
        CurlRequest(
            method: .post, url: url, headers: [CurlRequest.Header("Content-Type", contentType)] + headers, body: body,
            connectTimeout: timeout / 2, totalTimeout: timeout, maximumBodyBytes: 1 << 20)
    }
}
