import ArgumentParser
import Balancer
import Curl
import Dialects
import FoundationEssentials
import Locking

/// Which gateway a command talks to.
struct GatewayOptions: ParsableArguments {
    @Option(help: "The gateway's address.")
    var url = "http://127.0.0.1:4000"

    @Option(
        help: "The master key, or one of a user who may do this. (default: LITELLM_MASTER_KEY from the environment)")
    var key: String?
}

/// Why a gateway did not say what was asked, with what to do next.
enum GatewayClientError: Error, CustomStringConvertible {
    case noAnswer(url: String, reason: String)
    /// The gateway's own words stand behind the advice.
    case keyRefused(hadKey: Bool, message: String)
    case notFound(message: String)
    /// What was asked for cannot be done; the gateway says why.
    case refused(message: String)
    case answered(url: String, status: Int, message: String)
    case notDrover(url: String)

    /// Whether asking again may help: a gateway begins to answer, but a key that is refused stays the same.
    var mayPass: Bool {
        switch self {
        case .noAnswer, .answered, .refused: true
        case .keyRefused, .notFound, .notDrover: false
        }
    }

    var description: String {
        switch self {
        case .noAnswer(let url, let reason):
            "no gateway answers at \(url) (\(reason)); start one with `drover serve` or name another with --url"
        case .keyRefused(hadKey: false, let message):
            "the gateway asks for its master key; give it with --key or in LITELLM_MASTER_KEY (\(message))"
        case .keyRefused(hadKey: true, let message):
            "the gateway refuses this key; --key or LITELLM_MASTER_KEY must be its master key or one of a user who may do this (\(message))"
        case .notFound(let message), .refused(let message): message
        case .answered(let url, let status, let message): "\(url) answered \(status): \(message)"
        case .notDrover(let url): "what answers at \(url) is not Drover; name the gateway with --url"
        }
    }
}

/// A gateway's operator routes, from the shell's side.
struct GatewayClient {
    let url: String
    private let key: String?
    private let curl = CurlMulti(maximumIdleConnections: 1)

    init(_ options: GatewayOptions) {
        var url = options.url.contains("://") ? options.url : "http://\(options.url)"
        while url.hasSuffix("/") { url.removeLast() }
        self.url = url
        key = (options.key ?? EnvironmentVariables.all["LITELLM_MASTER_KEY"]).flatMap {
            $0.isEmpty ? nil : $0
        }
    }

    /// `GET /pool` as it came, for `--json`, and read.
    func pool() async throws(GatewayClientError) -> (json: [UInt8], snapshot: PoolSnapshot) {
        let body = try await send(.get, "/pool")
        guard let snapshot = try? JSONDecoder().decode(PoolSnapshot.self, from: Data(body)) else {
            throw .notDrover(url: url)
        }
        return (body, snapshot)
    }

    /// `GET /decisions/{call_id}` as it came, and read.
    func decision(_ callID: String) async throws(GatewayClientError) -> (json: [UInt8], report: DecisionReport) {
        let body = try await send(.get, "/decisions/\(Self.pathSegment(callID))")
        guard let report = try? JSONDecoder().decode(DecisionReport.self, from: Data(body)) else {
            throw .notDrover(url: url)
        }
        return (body, report)
    }

    /// `POST /pool/{instance}/drain` or `/undrain`: that instance's row.
    func setDraining(_ draining: Bool, instance: String) async throws(GatewayClientError) -> PoolSnapshot.Instance {
        let body = try await send(.post, "/pool/\(Self.pathSegment(instance))/\(draining ? "drain" : "undrain")")
        guard let row = try? JSONDecoder().decode(PoolSnapshot.Instance.self, from: Data(body)) else {
            throw .notDrover(url: url)
        }
        return row
    }

    /// A management route's answer.
    func ask(
        _ method: CurlRequest.Method, _ path: String, body: JSONText? = nil
    ) async throws(GatewayClientError) -> JSONText {
        let answer = try await send(method, path, body: body?.bytes)
        guard let json = JSONText(String(decoding: answer, as: UTF8.self)) else { throw .notDrover(url: url) }
        return json
    }

    /// A route that answers in a stream of JSON lines, for as long as it takes.
    ///
    /// - Parameter body: called with each line, on another thread.
    func follow(
        _ path: String, _ fields: JSONText, _ body: @escaping @Sendable (JSONText) -> Void
    ) async throws(GatewayClientError) {
        let cutter = Locked(TextLines())
        // A day is the longest there is.
        _ = try await send(.post, path, body: fields.bytes, within: .seconds(86_400)) { bytes in
            cutter.withLock { $0.feed(bytes) }.compactMap { JSONText($0) }.forEach(body)
            return true
        }
    }

    private func send(
        _ method: CurlRequest.Method, _ path: String, body: [UInt8]? = nil, within limit: Duration = .seconds(10),
        receive: (@Sendable (UnsafeRawBufferPointer) -> Bool)? = nil
    ) async throws(GatewayClientError) -> [UInt8] {
        var headers = key.map { [CurlRequest.Header("Authorization", "Bearer \($0)")] } ?? []
        if body != nil { headers.append(.init("Content-Type", "application/json")) }
        var request = CurlRequest(
            method: method, url: url + path, headers: headers, body: body, connectTimeout: .seconds(2),
            totalTimeout: limit, maximumBodyBytes: 64 << 20)
        request.receive = receive
        let response: CurlResponse
        do {
            response = try await curl.perform(request)
        } catch {
            throw .noAnswer(url: url, reason: "\(error)")
        }
        switch response.status {
        case 200: return response.body
        case 400, 403, 422: throw .refused(message: Self.message(response.body))
        case 401: throw .keyRefused(hadKey: key != nil, message: Self.message(response.body))
        case 404: throw .notFound(message: Self.message(response.body))
        default: throw .answered(url: url, status: response.status, message: Self.message(response.body))
        }
    }

    /// The sentence in an error body of OpenAI's shape or of Ollama's, else the body itself.
    private static func message(_ body: [UInt8]) -> String {
        let error = JSONText(String(decoding: body, as: UTF8.self))?.member("error")
        let message = (error?.member("message") ?? error).flatMap { text -> String? in
            if case .text(let text) = text.content { text } else { nil }
        }
        return (message ?? String(decoding: body.prefix(200), as: UTF8.self)).forTerminal
    }

    /// Everything but RFC 3986's unreserved characters as %XX: an instance may be named `host:port/path`.
    static func pathSegment(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
