import Balancer
import Curl
import Dialects

/// Asks a box for one token of a model that it has in memory, and leaves everything else there as it is.
struct CanaryCall: Sendable {
    /// A healthy box answers one token in less, behind long prompts of others too.
    static let limit = Duration.seconds(30)

    let canary: Canary
    let target: ProbeTarget
    let timeout: Duration

    var request: CurlRequest {
        var headers = [
            CurlRequest.Header("Content-Type", "application/json"), CurlRequest.Header("User-Agent", "drover"),
        ]
        if let authorization = target.authorization { headers.append(.init("Authorization", authorization)) }
        var request = CurlRequest(
            method: .post, url: target.url(canary.embeds ? "/api/embed" : "/api/generate"), headers: headers,
            body: body.bytes, connectTimeout: timeout, totalTimeout: Self.limit,
            maximumBodyBytes: 1 << 20)
        request.address = target.address
        return request
    }

    private var body: JSONText {
        let context = ("num_ctx", JSONText.integer(canary.context))
        guard !canary.embeds else {
            return .object([
                ("model", .string(canary.tag)), ("input", .string("hi")), ("options", .object([context])),
            ])
        }
        return .object([
            ("model", .string(canary.tag)), ("prompt", .string("hi")), ("stream", .bool(false)),
            ("options", .object([context, ("num_predict", .integer(1))])),
        ])
    }
}
