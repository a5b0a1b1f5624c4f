import Balancer
import Dialects
import Ledger
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// An answer that is limited to what is left of a budget: how long it may be is each attempt's own.
@Suite struct AnswerLimitTests {
    private static let dear = Price(input: Money(picodollars: 1_000_000_000), output: Money(picodollars: 2_000_000_000))
    private static let cheap = Price(input: .zero, output: Money(picodollars: 1))

    private func rig(largeBody: Int = 1 << 20) throws -> KeyedModels {
        var rig = try KeyedModels(
            [
                ModelsRig.Model(name: "m", inside: [false], rules: .general("small"), price: Self.dear),
                ModelsRig.Model(name: "small", inside: [false], price: Self.cheap),
            ], retries: 0
        ) { $0.allowance.maxBudget = Money("0.3") }
        rig.pool.settings.largeBody = largeBody
        return rig
    }

    /// The longest answer that an attempt asks for; nil: any. Large bodies are worked on first.
    private func limit(_ action: Exchange.Action, _ exchange: inout Exchange, _ rig: KeyedModels) throws -> Int? {
        var action = action
        while case .work(let work) = action { action = exchange.worked(work.run(), at: rig.pool.clock.now) }
        guard case .send(let bytes, _) = action else {
            Issue.record("nothing is sent: \(action)")
            return nil
        }
        return String(buffer: bytes).split(separator: "\"num_predict\":").dropFirst().first
            .flatMap { Int($0.prefix { $0.isNumber }) }
    }

    @Test(arguments: [1 << 20, 20])
    func `the limit of one attempt is none of the next`(largeBody: Int) throws {
        for asked in [nil, 200] {
            let rig = try rig(largeBody: largeBody)
            var exchange = try rig.exchange("m", more: asked.map { #","max_tokens":\#($0)"# } ?? "")
            let first = try #require(try limit(exchange.begin(at: rig.pool.clock.now), &exchange, rig))
            #expect(0 < first && first < 150)
            let next = exchange.upstreamLost(.refused("no"), at: rig.pool.clock.now)
            #expect(try limit(next, &exchange, rig) == asked)
            exchange.clientLeft(at: rig.pool.clock.now)
            #expect(rig.status()?.reserved == .zero)
        }
    }

    @Test func `a large body is limited elsewhere, and its sizes are looked up there`() throws {
        let (small, large) = (try rig(), try rig(largeBody: 20))
        var plain = try small.exchange("m", more: #","max_tokens":200"#)
        let expected = try limit(plain.begin(at: small.pool.clock.now), &plain, small)
        var exchange = try large.exchange("m", more: #","max_tokens":200"#)
        guard case .work(let scan) = exchange.begin(at: large.pool.clock.now),
            case .scanned(_, let size) = scan.run().value
        else {
            Issue.record("nothing to do")
            return
        }
        #expect(size != nil)
        let encode = exchange.worked(scan.run(), at: large.pool.clock.now)
        guard case .work(let work) = encode, case .encode(let request, let encoding) = work.step else {
            Issue.record("nothing to write")
            return
        }
        // As the client has sent it: the limit is made with the bytes.
        #expect(request.maxTokens == 200 && encoding.answerLimit == expected)
        #expect(try limit(encode, &exchange, large) == expected)
    }
}
