import Balancer
import Dialects
import Testing

@testable import Gateway

@Suite struct AttemptFailureTests {
    private struct Row: CustomTestStringConvertible {
        let failure: AttemptFailure
        let breaker: Failure?
        let kind: FailureClass
        let error: GatewayError

        init(_ failure: AttemptFailure, _ breaker: Failure?, _ kind: FailureClass, _ error: GatewayError) {
            self.failure = failure
            self.breaker = breaker
            self.kind = kind
            self.error = error
        }

        var testDescription: String { "\(failure.cause), \(failure.status)" }
    }

    private static func told(
        _ kind: UpstreamFault.Kind, _ status: Int = 200, retryAfter: Int? = nil, requestID: String? = nil
    ) -> AttemptFailure {
        AttemptFailure(
            UpstreamFault(kind: kind, status: status, message: "why"), retryAfter: retryAfter, requestID: requestID)
    }

    @Test
    func `a name that a provider does not have is told by several statuses, and a key that is refused by another`() {
        for failure in [
            Self.told(.missingTag, 404), Self.told(.server, 400), Self.told(.server, 404), Self.told(.server, 422),
            Self.told(.unauthorised, 403),
        ] { #expect(failure.isOfItsModel) }
        for failure in [
            Self.told(.server, 500), Self.told(.unauthorised, 401), Self.told(.saturated, 429), Self.told(.client, 400),
            .refused("why"),
        ] { #expect(!failure.isOfItsModel) }
    }

    private static let table: [Row] = [
        Row(.refused("why"), .refused, .internalServer, .upstreamFailed(message: "box: why")),
        Row(.lost("why"), .connectionLost, .internalServer, .upstreamFailed(message: "box: why")),
        Row(
            AttemptFailure(.tooLarge, message: "sent too much"), .incomplete, .internalServer,
            .upstreamFailed(message: "box sent too much")),
        Row(
            AttemptFailure(.timedOut(limitIsCallers: false), message: "gave no answer"), .timedOut, .timeout,
            .upstreamTimeout(message: "box gave no answer")),
        Row(
            AttemptFailure(.timedOut(limitIsCallers: true), message: "gave no answer"), nil, .timeout,
            .upstreamTimeout(message: "box gave no answer")),
        Row(told(.client, 400), nil, .badRequest, .invalidRequest(message: "why", param: nil)),
        Row(
            AttemptFailure(
                UpstreamFault(kind: .client, status: 413, message: "a web page", isFromBefore: true), retryAfter: nil,
                requestID: nil), nil, .badRequest, .upstreamFailed(message: "box answered 413: a web page")),
        Row(
            .ours("why"), nil, .serviceUnavailable,
            .noInstanceAvailable(message: "the gateway cannot reach box: why", retryAfter: 1)),
        Row(told(.contextWindow, 400), nil, .contextWindow, .contextTooLong(message: "why")),
        Row(told(.contentPolicy, 400), nil, .contentPolicy, .contentRefused(message: "why")),
        Row(
            told(.saturated, 429, retryAfter: 7), .saturated(retryAfter: .seconds(7), isRateLimit: true), .rateLimit,
            .rateLimited(message: "box takes no more for now: why", retryAfter: 7)),
        Row(
            told(.saturated, 503), .saturated(retryAfter: nil), .rateLimit,
            .noInstanceAvailable(message: "box is busy: why", retryAfter: 1)),
        Row(told(.missingTag, 404), .missingTag, .notFound, .upstreamFailed(message: "box: why")),
        Row(
            told(.unauthorised, 401, requestID: "req-1"), .serverError(status: 401), .authentication,
            .upstreamFailed(message: "box refuses the account that it is called with: why (its request req-1)")),
        Row(
            told(.server, 500, requestID: "req-1"), .serverError(status: 500), .internalServer,
            .upstreamFailed(message: "box answered 500: why (its request req-1)")),
        Row(
            told(.unreadCall, 500), nil, .internalServer, .upstreamFailed(message: "box answered 500: why")),
        Row(
            told(.server, 404), .serverError(status: 404), .notFound,
            .upstreamFailed(message: "box answered 404: why")),
        Row(
            told(.server, 408), .serverError(status: 408), .timeout,
            .upstreamFailed(message: "box answered 408: why")),
        Row(
            told(.server, 503), .serverError(status: 503), .serviceUnavailable,
            .upstreamFailed(message: "box answered 503: why")),
        Row(
            told(.server, 504), .serverError(status: 504), .timeout,
            .upstreamFailed(message: "box answered 504: why")),
        Row(told(.incomplete), .incomplete, .internalServer, .upstreamFailed(message: "box: why")),
        Row(told(.malformed), .incomplete, .internalServer, .upstreamFailed(message: "box: why")),
    ]

    @Test(arguments: table)
    private func `breaker, class and error follow from the cause`(row: Row) {
        #expect(row.failure.breaker == row.breaker)
        #expect(row.failure.kind == row.kind)
        #expect(row.failure.error(at: "box") == row.error)
    }

    @Test func `every fault that an upstream can tell has its row`() {
        let told = Self.table.compactMap { row in if case .told(let kind) = row.failure.cause { kind } else { nil } }
        #expect(Set(told) == Set(UpstreamFault.Kind.allCases))
    }

    @Test(arguments: table)
    private func `a fault of the request says nothing about the instance and is no outage`(row: Row) {
        guard row.failure.isAboutRequest else { return #expect(row.error.isOutage) }
        #expect(row.breaker == nil)
        #expect(row.error.status == (row.failure.isFromBefore ? 502 : 400))
    }
}
