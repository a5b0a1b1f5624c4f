import Balancer
import Dialects
import Testing

@testable import Gateway

@Suite struct FailuresTests {
    private static let outage = GatewayError.upstreamFailed(message: "box-1 is gone")
    private static let refusal = GatewayError.contextTooLong(message: "too long for b")

    @Test func `the last failure is told with those before it, the latest first`() {
        var failures = Failures()
        failures.leave("a", with: Self.outage)
        failures.leave("b", with: .queueFull(message: "full", retryAfter: 2))
        let error = failures.final(.upstreamTimeout(message: "slow"), of: "c", note: "; fenced")
        #expect(
            error
                == .upstreamTimeout(
                    message: "slow; before that, `b`: full; before that, `a`: box-1 is gone; fenced"))
    }

    @Test func `a fallback that cannot take the request leaves the outage to be told`() {
        var failures = Failures()
        failures.leave("a", with: Self.outage)
        let error = failures.final(Self.refusal, of: "b", note: "; fenced")
        #expect(error == .upstreamFailed(message: "box-1 is gone; then, `b`: too long for b"))
    }

    @Test func `without an outage before it a refusal is told as it is`() {
        var failures = Failures()
        failures.leave("a", with: .contentRefused(message: "no"))
        #expect(failures.final(Self.refusal, of: "b", note: "; fenced") == Self.refusal)
    }

    @Test func `the last failure is the model's own`() {
        var failures = Failures()
        #expect(failures.last == nil)
        let missing = AttemptFailure(
            UpstreamFault(kind: .missingTag, status: 404, message: "no tag"), retryAfter: nil, requestID: nil)
        failures.add(missing, missing.error(at: "box-1"))
        #expect(failures.last?.isMissingTag == true)
        #expect(failures.last?.kind == .notFound)
        failures.add(.lost("cut"), Self.outage)
        #expect(failures.last?.isMissingTag == false)
        #expect(failures.last?.error == Self.outage)
        failures.beginModel()
        #expect(failures.last == nil)
    }
}
