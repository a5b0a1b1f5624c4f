import NIOCore
import NIOHTTP1

/// A request that has arrived whole.
struct HTTPCall {
    let method: HTTPMethod
    /// As sent, with its query.
    let target: String
    let headers: HTTPHeaders
    let body: ByteBuffer

    var path: String { String(target.prefix { $0 != "?" }) }

    /// The value of a query field.
    func query(_ name: String) -> String? {
        guard let mark = target.firstIndex(of: "?") else { return nil }
        for field in target[target.index(after: mark)...].split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1)
            if parts.first.map(String.init) == name { return parts.count > 1 ? String(parts[1]) : "" }
        }
        return nil
    }

    /// As tests may see it.
    var received: ReceivedRequest {
        ReceivedRequest(
            method: method.rawValue, target: target,
            headers: headers.map { ReceivedRequest.Header(name: $0.name, value: $0.value) }, body: String(buffer: body))
    }
}

/// An answer that is sent whole.
struct HTTPAnswer: Sendable {
    var status: Int
    /// Nil where a real box sends none.
    var contentType: String?
    var body = ByteBuffer()
    var location: String?
    /// Seconds.
    var retryAfter: Int?

    /// As gin sends an object: no newline at the end.
    static func json(_ status: Int = 200, _ write: (inout ByteBuffer) -> Void) -> HTTPAnswer {
        var answer = HTTPAnswer(status: status, contentType: "application/json; charset=utf-8")
        write(&answer.body)
        return answer
    }

    static func text(_ status: Int, _ text: String, charset: Bool = false) -> HTTPAnswer {
        HTTPAnswer(
            status: status, contentType: charset ? "text/plain; charset=utf-8" : "text/plain",
            body: ByteBuffer(string: text))
    }

    static let notFound = text(404, "404 page not found")
    static let wrongMethod = text(405, "405 method not allowed")
}
