import Dialects
import Testing

@testable import Gateway

@Suite struct GatewayErrorTests {
    private static let all: [(error: GatewayError, status: Int, type: String, code: String)] = [
        (.invalidRequest(message: "m", param: nil), 400, "invalid_request_error", "invalid_request"),
        (.invalidKey(message: "m"), 401, "authentication_error", "invalid_api_key"),
        (.forbidden(message: "m"), 403, "invalid_request_error", "forbidden"),
        (.localOnly(message: "m"), 403, "invalid_request_error", "local_only"),
        (.modelNotAllowed(message: "m"), 403, "invalid_request_error", "model_not_allowed"),
        (.contextTooLong(message: "m"), 400, "invalid_request_error", "context_length_exceeded"),
        (.contentRefused(message: "m"), 400, "invalid_request_error", "content_policy_violation"),
        (.modelNotFound(message: "m"), 404, "invalid_request_error", "model_not_found"),
        (.notFound(message: "m"), 404, "invalid_request_error", "not_found"),
        (.methodNotAllowed(message: "m"), 405, "invalid_request_error", "method_not_allowed"),
        (.requestTimeout(message: "m"), 408, "invalid_request_error", "request_timeout"),
        (.requestTooLarge(message: "m"), 413, "invalid_request_error", "request_too_large"),
        (.budgetExceeded(message: "m", status: 422), 422, "budget_exceeded", "422"),
        (.rateLimited(message: "m", retryAfter: 0), 429, "rate_limit_error", "rate_limit_exceeded"),
        (.queueFull(message: "m", retryAfter: 0), 429, "rate_limit_error", "queue_full"),
        (.headersTooLarge(message: "m"), 431, "invalid_request_error", "headers_too_large"),
        (.internalError, 500, "api_error", "internal_error"),
        (.providerNotBuilt(message: "m"), 501, "api_error", "provider_not_built"),
        (.upstreamFailed(message: "m"), 502, "api_error", "upstream_failed"),
        (.noInstanceAvailable(message: "m", retryAfter: 9), 503, "api_error", "no_instance_available"),
        (.notImplemented(message: "m"), 501, "invalid_request_error", "not_implemented"),
        (.overloaded(message: "m"), 503, "api_error", "overloaded"),
        (.shuttingDown, 503, "api_error", "shutting_down"),
        (.upstreamTimeout(message: "m"), 504, "api_error", "upstream_timeout"),
    ]

    @Test(arguments: all.indices)
    func `status, type and code are those of the table`(index: Int) {
        let row = Self.all[index]
        #expect(row.error.status == row.status)
        #expect("\(row.error.type)" == row.type)
        #expect(row.error.code == row.code)
        // A status is no label: a spent budget's is settable.
        let label = row.error.kind == .budgetExceeded ? "budget_exceeded" : row.code
        #expect(GatewayError.codes[row.error.kind.rawValue] == label)
        // Every 429 and 503 says when to come back.
        #expect((row.error.retryAfter != nil) == (row.status == 429 || row.status == 503))
        #expect(row.error.retryAfter ?? 1 >= 1)
    }

    @Test func `every kind has its row`() {
        #expect(Set(Self.all.map(\.error.kind)) == Set(GatewayError.Kind.allCases))
        #expect(GatewayError.codes.count == Set(GatewayError.codes).count)
    }

    @Test func `a spent budget is told with the status that the configuration names`() {
        let error = GatewayError.budgetExceeded(message: "m", status: 400)
        #expect(error.status == 400 && error.code == "400" && error.type == "budget_exceeded")
    }

    @Test func `the order of codes is the one that metrics have always had`() {
        #expect(
            GatewayError.codes == [
                "invalid_request", "invalid_api_key", "forbidden", "model_not_found", "not_found",
                "no_instance_available", "upstream_failed", "upstream_timeout", "provider_not_built",
                "method_not_allowed", "request_timeout", "request_too_large", "headers_too_large", "queue_full",
                "shutting_down", "internal_error", "local_only", "context_length_exceeded",
                "content_policy_violation", "rate_limit_exceeded", "model_not_allowed", "budget_exceeded",
                "not_implemented", "overloaded",
            ])
    }

    @Test func `more is said of outages alone`() {
        for row in Self.all {
            let longer = row.error.adding(" and more")
            #expect(longer.message == row.error.message + (row.error.isOutage ? " and more" : ""))
            #expect(longer.kind == row.error.kind && longer.retryAfter == row.error.retryAfter)
        }
    }

    @Test func `the client is told message, type, field and code`() {
        let error = GatewayError.invalidRequest(message: "no", param: "x").forClient
        #expect(
            error
                == ClientError(message: "no", type: "invalid_request_error", param: "x", code: "invalid_request"))
    }

    @Test(arguments: Front.allCases)
    func `the record of a call that is refused at once says what its client is told`(front: Front) {
        let call = CallHead(callID: CallID(high: 1, low: 2), random: 0, front: front)
        for (error, outcome) in [
            (GatewayError.noInstanceAvailable(message: "m", retryAfter: 9), RequestOutcome.failed),
            (.shuttingDown, .failed), (.invalidKey(message: "m"), .rejected),
        ] {
            let record = RequestRecord(refusing: call, with: error, from: .unknown)
            #expect(record.status == error.told(to: call).status && record.outcome == outcome)
            #expect(record.error == error.kind.rawValue && record.attempts == 0)
            #expect(record.callID.description == call.callID.description)
        }
        let busy = RequestRecord(refusing: call, with: .shuttingDown, from: .unknown)
        #expect(busy.status == (front == .anthropicMessages ? 529 : 503))
    }

    @Test func `clients of Anthropic are told of a pool without room by their own status, and all by the call's id`() {
        func head(_ front: Front) -> CallHead { CallHead(callID: CallID(high: 1, low: 2), random: 0, front: front) }
        let error = GatewayError.noInstanceAvailable(message: "m", retryAfter: 9)
        let anthropic = error.told(to: head(.anthropicMessages))
        #expect(anthropic.status == 529)
        #expect(anthropic.error.callID == CallID(high: 1, low: 2).description)
        #expect(error.told(to: head(.openAIChat)).status == 503)
        #expect(GatewayError.rateLimited(message: "m", retryAfter: 1).told(to: head(.anthropicMessages)).status == 429)
    }

    @Test func `no error repeats a key that a client has put where a name belongs`() {
        let error = GatewayError.modelNotFound(message: "no model named `sk-WQQ1xRqJSolQgVuq9J0d-A`")
        #expect(error.message == "no model named `sk-...0d-A`")
    }
}
