import NIOCore
import Testing

@testable import Dialects

/// When an upstream wants to be asked again, as its error's body says, and the kind of fault that makes of it.
@Suite struct RetryDelayTests {
    private static let info = #"{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay": "34.074824224s"}"#

    private static func google(_ status: Int, _ word: String, _ details: String) -> String {
        #"{"error":{"code":\#(status),"message":"Quota","status":"\#(word)","details":[\#(details)]}}"#
    }

    @Test(
        arguments: [
            (google(429, "RESOURCE_EXHAUSTED", info), 35), ("[\(google(429, "RESOURCE_EXHAUSTED", info))]", 35),
            (#"{"retryDelay":"7s"}"#, 7), (#"{"retryDelay":"0s"}"#, 0), (#"{"retryDelay":"0.2s"}"#, 1),
            (#"{"retryDelay":"12.000s"}"#, 12), (#"{"raw":"{\"retryDelay\": \"9s\"}"}"#, 9),
            (#"{"retryDelay":"soon"}"#, nil), (#"{"retryDelay":"5"}"#, nil), (#"{"retryDelay":null}"#, nil),
            (#"{"retryDelay":"-1s"}"#, nil), ("retryDela", nil), ("", nil),
            (#"{"retryDelay":"5m","retryDelay":"6s"}"#, 6),
        ] as [(String, Int?)])
    func `Google's retryDelay is read in whole seconds, quoted or not`(body: String, seconds: Int?) {
        let bytes = Array(body.utf8)
        #expect(bytes.withUnsafeBytes { RetryDelay.seconds(in: $0) } == seconds)
    }

    /// One of each dialect.
    private static let providers = BackForm.all.compactMap { $0.providers.first }

    private static func classify(
        _ provider: ProviderProfile, _ status: Int, _ body: String, saysWhen: Bool = false
    ) -> UpstreamFault {
        let target = UpstreamTarget(
            UpstreamPlace(provider: provider, tag: "m", pathPrefix: "", hostHeader: "h", isLocal: false),
            account: UpstreamAccount(), defaults: [:], dropParams: false, userAgent: "drover/test")
        return UpstreamFault.classify(
            status: status, saysWhenToRetry: saysWhen, body: ByteBuffer(string: body), target: target)
    }

    @Test(arguments: [503, 504], ["", "upstream request timeout", #"{"error":{"message":"no","type":"api_error"}}"#])
    func `in every dialect 503 and 504 with a time to come back are an instance that is full`(status: Int, body: String)
    {
        for provider in Self.providers {
            #expect(Self.classify(provider, status, body, saysWhen: true).kind == .saturated)
            #expect(Self.classify(provider, 500, body, saysWhen: true).kind == .server)
            #expect(Self.classify(provider, 504, body).kind == .server)
        }
    }

    @Test func `in every dialect 429 and 529 are an instance that is full, and a delay in the body is kept`() {
        for provider in Self.providers {
            for status in [429, 529] {
                #expect(Self.classify(provider, status, "").kind == .saturated)
                let fault = Self.classify(provider, status, Self.google(status, "RESOURCE_EXHAUSTED", Self.info))
                #expect(fault.kind == .saturated && fault.retryAfter == 35)
            }
        }
    }

    @Test func `an error inside a stream keeps its delay`() {
        let body = Array(#"{"code":429,"status":"RESOURCE_EXHAUSTED","details":[\#(Self.info)]}"#.utf8)
        let fault = body.withUnsafeBytes { GeminiFault.inAnswer($0, JSONSlice(from: 0, to: $0.count)) }
        #expect(fault.kind == .saturated && fault.retryAfter == 35)
    }
}
