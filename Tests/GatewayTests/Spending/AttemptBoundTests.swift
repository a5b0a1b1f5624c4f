import Balancer
import Dialects
import Ledger
import NIOCore
import Testing

@testable import Gateway

@Suite struct AttemptBoundTests {
    private static let price = Price(
        Price.Rates(input: Money(picodollars: 10), output: Money(picodollars: 100)),
        tiers: [.init(above: 1000, rates: Price.Rates(input: Money(picodollars: 20), output: Money(picodollars: 300)))])

    private func bound(_ more: String, content: String = "hi", price: Price = price) throws -> (
        AttemptBound, ClientRequest
    ) {
        let body = #"{"model":"m","messages":[{"role":"user","content":"\#(content)"}]\#(more)}"#
        let request = try ClientRequest.scan(ByteBuffer(string: body), front: .openAIChat)
        return (AttemptBound(request, RequestSize(request), at: price, nil), request)
    }

    @Test func `the bound holds for every tokenizer, at the dearest price that it may come to`() throws {
        let (bound, request) = try bound(#","max_tokens":50"#)
        #expect(request.promptTokenBound >= 2 && request.promptTokenBound <= 100)
        #expect(bound.least == Money(picodollars: 10) * request.promptTokenBound)
        #expect(bound.money == bound.least + Money(picodollars: 5000))
        #expect(bound.tokens == bound.leastTokens + 50)
        let long = String(repeating: "ü", count: 1000)
        let (dear, asked) = try self.bound(#","max_tokens":50"#, content: long)
        #expect(asked.promptTokenBound >= 2000)
        #expect(dear.money == Money(picodollars: 20) * asked.promptTokenBound + Money(picodollars: 15_000))
    }

    @Test(arguments: ["\(Int.max)", "5000000000000000000", "1000000000"])
    func `a limit beyond all answers is no trap, whatever it is multiplied by`(limit: String) throws {
        for price in [Self.price, .free] {
            let (bound, _) = try bound(",\"max_tokens\":\(limit),\"n\":128", price: price)
            #expect(bound.tokens >= 1_000_000_000 && bound.money >= bound.least)
            #expect(bound.answerLimit(money: bound.least, tokens: bound.tokens) != nil || price == .free)
        }
    }

    @Test func `each answer is paid for, and a picture counts`() throws {
        let (one, _) = try bound(#","max_tokens":50"#)
        let (three, _) = try bound(#","max_tokens":50,"n":3"#)
        #expect(three.money > one.money + Money(picodollars: 9_000))
        let body =
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://h/i.png"}}]}]}"#
        let request = try ClientRequest.scan(ByteBuffer(string: body), front: .openAIChat)
        #expect(request.promptTokenBound >= 4096)
    }

    @Test func `what is granted limits the answer only where it is less than was asked for`() throws {
        let (bound, _) = try bound(#","max_tokens":50"#)
        #expect(bound.answerLimit(money: bound.money, tokens: bound.tokens) == nil)
        #expect(bound.answerLimit(money: bound.least + Money(picodollars: 1_050), tokens: bound.tokens) == 10)
        #expect(bound.answerLimit(money: bound.money, tokens: bound.leastTokens + 7) == 7)
        #expect(bound.answerLimit(money: bound.least, tokens: bound.tokens) == 1)
    }

    @Test func `what costs nothing is bound by no money`() throws {
        let (bound, _) = try bound("", price: .free)
        #expect(bound.money == .zero && bound.least == .zero)
        #expect(bound.tokens > bound.leastTokens)
    }

    @Test(arguments: [9_223_372_036_854_775_807, 1_000_000_000_000_000_000, -9_223_372_036_854_775_808])
    func `no number of a client's is too large to be counted with`(number: Int) throws {
        for price in [Self.price, .free] {
            for more in [
                ",\"max_tokens\":\(number)", ",\"max_completion_tokens\":\(number),\"n\":\(number)",
                ",\"max_tokens\":\(number),\"best_of\":\(number)", ",\"n\":\(number)",
            ] {
                guard let (bound, _) = try? bound(more, price: price) else { continue }
                #expect(bound.least <= bound.money && 0 < bound.leastTokens && bound.leastTokens <= bound.tokens)
                _ = bound.answerLimit(money: bound.least, tokens: bound.leastTokens)
            }
        }
    }

    @Test func `a most that no answer has is counted with, by every API`() throws {
        let most = 9_223_372_036_854_775_807
        for (body, front) in [
            (#"{"model":"m","messages":[],"options":{"num_predict":\#(most)}}"#, Front.ollamaChat),
            (#"{"model":"m","input":"hi","max_output_tokens":\#(most)}"#, .openAIResponses),
            (#"{"model":"m","prompt":"hi","max_tokens":\#(most),"best_of":128}"#, .openAICompletions),
        ] {
            let request = try ClientRequest.scan(ByteBuffer(string: body), front: front)
            for price in [Self.price, .free] {
                let bound = AttemptBound(request, RequestSize(request), at: price, nil)
                #expect(bound.tokens > bound.leastTokens && bound.least <= bound.money)
            }
        }
    }
}
