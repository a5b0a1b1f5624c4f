import Testing

@testable import Ledger

@Suite struct RatesTests {
    private func limited(
        requests: Int? = nil, tokens: Int? = nil, parallel: Int? = nil
    ) throws -> LedgerState {
        try Samples.ledger([
            .putKey(
                Samples.key {
                    $0.allowance.requestsPerMinute = requests
                    $0.allowance.tokensPerMinute = tokens
                    $0.allowance.parallelRequests = parallel
                })
        ])
    }

    @Test func `as many requests in any 60 seconds, exact at the edge`() throws {
        var state = try limited(requests: 2)
        state.pay(try state.get(0, at: 0), 0, at: 0)
        let second = try state.get(0, at: 30)
        #expect(second.rates?.requestsLeft == 0 && second.rates?.requestLimit == 2)
        let refused = try #require(try state.ask(0, at: 59.999).rate)
        #expect(refused.kind == .requests && refused.limit == 2 && refused.wait == 1_000_000)
        #expect(refused.resets == Samples.wall(60))
        // The wait was true.
        _ = try state.get(0, at: 60)
        #expect(try state.ask(0, at: 60).rate?.wait == 30_000_000_000)
    }

    @Test func `a further attempt of a request is not counted again`() throws {
        var state = try limited(requests: 1, parallel: 1)
        let first = try state.get(0)
        let second = try state.get(0, first: false)
        state.pay(first, 0)
        state.pay(second, 0)
        #expect(try state.ask(0).rate?.kind == .requests)
    }

    @Test func `a request that was not sent is none of its minute's`() throws {
        var state = try limited(requests: 2, tokens: 100, parallel: 5)
        let first = try state.get(0, tokens: 10, at: 0)
        let second = try state.get(0, tokens: 10, at: 1)
        #expect(try state.ask(0, at: 2).rate?.kind == .requests)
        state.release(first)
        let third = try state.get(0, tokens: 10, at: 3)
        #expect(third.rates?.requestsLeft == 0 && third.rates?.tokensLeft == 80)
        // Of one that is 60 seconds old nothing counts any more.
        let fourth = try state.get(0, at: 61)
        state.release(second)
        #expect(try state.ask(0, at: 61).rate?.kind == .requests)
        state.release(fourth)
        state.release(third)
        for _ in 0..<2 { _ = try state.get(0, at: 61) }
        #expect(try state.ask(0, at: 61).rate?.kind == .requests)
    }

    @Test func `a limit that has not counted a request gets none back for it`() throws {
        var state = try limited(requests: 1)
        let first = try state.get(0)
        let further = try state.get(0, first: false)
        state.release(further)
        #expect(try state.ask(0).rate?.kind == .requests)
        try state.apply(.putKey(Samples.key()), at: Samples.wall())
        try state.apply(.putKey(Samples.key { $0.allowance.requestsPerMinute = 1 }), at: Samples.wall())
        _ = try state.get(0)
        state.release(first)
        #expect(try state.ask(0).rate?.kind == .requests)
    }

    @Test func `tokens are reserved, and settled by what was used`() throws {
        var state = try limited(tokens: 100)
        let grant = try state.get(0, tokens: 80, at: 0)
        #expect(grant.tokens == 80 && grant.rates?.tokensLeft == 20)
        #expect(try state.ask(0, tokens: 30, at: 1).isHeld)
        state.pay(grant, 0, tokens: (5, 5), at: 2)
        _ = try state.get(0, tokens: 90, at: 3)
        state.release(try #require(try state.ask(0, tokens: 0, at: 3).grant))
    }

    @Test func `tokens count from the moment they are known, and the wait is true`() throws {
        var state = try limited(tokens: 100)
        state.pay(try state.get(0, tokens: 100, at: 0), 0, tokens: (60, 40), at: 50)
        let refused = try #require(try state.ask(0, tokens: 10, at: 100).rate)
        #expect(refused.kind == .tokens && refused.left == 0 && refused.wait == 10_000_000_000)
        #expect(try state.ask(0, tokens: 10, at: 109.999_999).rate != nil)
        _ = try state.get(0, tokens: 10, at: 110)
    }

    @Test func `a request larger than the whole limit gets what is left`() throws {
        var state = try limited(tokens: 100)
        let grant = try state.get(0, tokens: 4_000, leastTokens: 30)
        #expect(grant.tokens == 100)
        #expect(try state.ask(0, tokens: 4_000, leastTokens: 30).isHeld)
        state.pay(grant, 0, tokens: (30, 40))
        // 30 are left, and the prompt needs as many.
        #expect(try state.ask(0, tokens: 4_000, leastTokens: 30).rate?.wait == 60_000_000_000)
        #expect(try state.get(0, tokens: 4_000, leastTokens: 29).tokens == 30)
    }

    @Test func `a request that one limit cuts needs no more of the others`() throws {
        var state = try Samples.ledger([
            .putTeam(Samples.team { $0.allowance.tokensPerMinute = 5_000 }),
            .putKey(
                Samples.key {
                    $0.teamID = "t"
                    $0.allowance.tokensPerMinute = 100
                }), .putKey(Samples.key("sk-2") { $0.teamID = "t" }),
        ])
        state.pay(try state.get("sk-2", 0, tokens: 4_000), 0, tokens: (4_000, 0))
        #expect(try state.get(0, tokens: 3_000, leastTokens: 10).tokens == 100)
    }

    @Test func `a prompt longer than the limit never fits, and no time is named for it`() throws {
        var state = try limited(tokens: 100)
        let refused = try #require(try state.ask(0, tokens: 400, leastTokens: 100).rate)
        #expect(refused.kind == .tokens && refused.wait == nil)
        #expect(try state.get(0, tokens: 400, leastTokens: 99).tokens == 100)
        var none = try limited(tokens: 0)
        #expect(try none.ask(0, tokens: 1).rate?.limit == 0)
    }

    @Test func `requests at one time`() throws {
        var state = try limited(parallel: 2)
        let first = try state.get(0)
        _ = try state.get(0)
        let refused = try #require(try state.ask(0).rate)
        #expect(refused.kind == .parallel && refused.limit == 2 && refused.wait == nil)
        state.pay(first, 0)
        _ = try state.get(0)
    }

    @Test func `limits of a single model, and those of key, user and team, all hold`() throws {
        var state = try Samples.ledger([
            .putUser(Samples.user { $0.allowance.requestsPerMinute = 4 }),
            .putTeam(
                Samples.team {
                    $0.allowance.requestsPerMinute = 3
                    var model = ModelAllowance()
                    model.requestsPerMinute = 2
                    $0.modelAllowances = ["gpt-4o": model]
                }),
            .putKey(
                Samples.key {
                    ($0.userID, $0.teamID) = ("u", "t")
                    var model = ModelAllowance()
                    model.tokensPerMinute = 50
                    $0.modelAllowances = ["llama3": model]
                }),
        ])
        state.pay(try state.get(0), 0)
        let grant = try state.get(0)
        #expect(grant.rates?.requestsLeft == 0 && grant.rates?.requestLimit == 2)
        state.pay(grant, 0)
        #expect(try state.ask(0).rate?.account == .teamModel("t", model: "gpt-4o"))
        #expect(
            try state.ask(0, tokens: 51, leastTokens: 50, model: "llama3").rate?.account
                == .keyModel(Samples.hash("sk-1"), model: "llama3"))
        #expect(try state.get(0, tokens: 51, leastTokens: 49, model: "llama3").tokens == 50)
        #expect(try state.ask(0, model: "mistral").rate?.account == .team("t"))
    }

    @Test func `a limit that is changed while a request is under way counts its tokens once`() throws {
        var state = try limited(tokens: 100)
        let grant = try state.get(0, tokens: 80)
        try state.apply(.putKey(Samples.key()), at: Samples.wall())
        try state.apply(.putKey(Samples.key { $0.allowance.tokensPerMinute = 100 }), at: Samples.wall())
        let second = try state.get(0, tokens: 90)
        state.pay(grant, 0, tokens: (30, 0))
        // 30 are used and 90 are held, although the limit did not hold the first one's 80.
        #expect(try state.ask(0, tokens: 1).isHeld)
        state.release(second)
        #expect(try state.get(0, tokens: 70).rates?.tokensLeft == 0)
    }
}
