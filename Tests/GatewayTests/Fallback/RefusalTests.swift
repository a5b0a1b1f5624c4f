import Balancer
import Dialects
import Testing

@testable import Gateway

@Suite struct RefusalTests {
    private static let why = Unavailable(message: "box-0 is full", retryAfter: .milliseconds(2500))

    @Test func `what excludes a model is told with what to do, and has the class that fallbacks go by`() {
        let fence = Refusal.excluded(.fence, from: "m", promptTokens: 9, .header)
        #expect(fence.error.code == "local_only" && fence.kind == .serviceUnavailable)
        #expect(fence.error.message.hasPrefix("`m` is served by clouds alone, and this request must stay local: "))
        let tags = Refusal.excluded(.tags, from: "m", promptTokens: 9, [])
        #expect(tags.error.status == 400 && tags.error.param == "tags" && tags.kind == .notFound)
        let context = Refusal.excluded(.context(largest: 8), from: "m", promptTokens: 9, [])
        #expect(context.error.message == "the prompt has about 9 tokens and `m` takes 8; shorten it")
        #expect(context.kind == .contextWindow)
    }

    @Test func `a model with nothing left says why nothing inside is left, or that nothing is`() {
        #expect(Refusal.nothingLeft(of: "m", .header).error.code == "local_only")
        let open = Refusal.nothingLeft(of: "m", []).error
        #expect(open.status == 503 && open.retryAfter == 300)
        let unlisted = Refusal.unlisted(["b", "a"], of: "m", .header).error
        #expect(unlisted.message.hasPrefix("a, b has not listed its tags") && unlisted.retryAfter == 1)
    }

    @Test func `a cap on requests in flight is a full queue, every other limit a rate limit`() {
        var why = Self.why
        #expect(Refusal.held(why).error.code == "rate_limit_exceeded" && Refusal.held(why).error.retryAfter == 3)
        why.limit = .maxParallel
        #expect(Refusal.held(why).error.code == "queue_full")
        #expect(Refusal.held(why, opensIn: .seconds(1)).error.retryAfter == 1)
        why.limit = .rpm
        #expect(Refusal.held(why).error.code == "rate_limit_exceeded" && Refusal.held(why).kind == .rateLimit)
    }

    @Test func `a wait in vain says why where that is known`() {
        #expect(Refusal.crowded("no place", Self.why).error.message == "no place: box-0 is full")
        let unknown = Refusal.crowded("no place", nil).error
        #expect(unknown.message == "no place; try again later" && unknown.retryAfter == 1)
    }

    @Test(arguments: [(60, 45), (15, 1), (10_000, 300)])
    func `a wait that is too long is promised for when it fits, five minutes at most`(wait: Int, seconds: Int) {
        var why = Self.why
        why.predictedWait = .seconds(wait)
        #expect(Refusal.tooLate(why, patience: .seconds(15)).error.retryAfter == seconds)
    }

    @Test func `a request that cannot be written is the client's fault at the model it asked for`() {
        let fault = RequestFault("no", param: "n")
        #expect(Refusal.cannotWrite(fault, isFallback: false).kind == .badRequest)
        #expect(Refusal.cannotWrite(fault, isFallback: true).kind == .notFound)
        #expect(Refusal.cannotWrite(fault, isFallback: true).error.param == "n")
    }
}
