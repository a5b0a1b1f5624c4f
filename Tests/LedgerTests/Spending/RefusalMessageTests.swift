import Testing

@testable import Ledger

@Suite struct RefusalMessageTests {
    @Test func `budgets are refused in LiteLLM's words`() throws {
        var state = try Samples.ledger([
            .putTeam(Samples.team("6e93f0fb") { $0.allowance = Samples.allowance(0.000_01) }),
            .putKey(
                Samples.key("sk-XakQ") {
                    $0.alias = "tiny"
                    $0.allowance = Samples.allowance(0.02)
                }), .putKey(Samples.key("sk-2") { $0.teamID = "6e93f0fb" }),
            .putCustomer(Samples.customer("cust1") { $0.allowance = Samples.allowance(0.000_1) }),
        ])
        state.pay(try state.get("sk-XakQ", 0.01), 0.021)
        #expect(
            try state.ask("sk-XakQ", 0.01).refusal?.message
                == "Budget has been exceeded! Key=tiny (sk-...XakQ) Current cost: 0.021, Max budget: 0.02")
        #expect(try state.ask("sk-XakQ", 0.01).refusal?.type == "budget_exceeded")
        state.pay(try state.get("sk-2", 0.000_01), 0.000_077_5)
        #expect(
            try state.ask("sk-2", 0.01).refusal?.message
                == "Budget has been exceeded! Team=6e93f0fb Current cost: 0.0000775, Max budget: 0.00001")
        state.pay(try state.get(nil, 0.000_05, customer: "cust1"), 0.021)
        #expect(
            try state.ask(nil, 0.01, customer: "cust1").refusal?.message
                == "ExceededBudget: End User=cust1 over budget. Spend=0.021, Budget=0.0001")
    }

    @Test func `a store that cannot be reached is told without the reason`() throws {
        var state = try Samples.ledger()
        state.isMissingStore = true
        let refusal = #expect(throws: LedgerRefusal.self) {
            try state.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        }
        #expect(refusal?.message == "keys cannot be looked up yet: the ledger's store cannot be reached")
    }

    @Test func `limits are refused in LiteLLM's words`() throws {
        let hash = Samples.hash("sk-1")
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance.requestsPerMinute = 1 })])
        _ = try state.get(0)
        #expect(
            try state.ask(0, at: 30).refusal?.message
                == "Rate limit exceeded for api_key: \(hash.hex). Limit type: requests. Current limit: 1, Remaining: 0. "
                + "Limit resets at: 2026-11-25 00:01:00 UTC")
        #expect(try state.ask(0).refusal?.type == "throttling_error")
    }

    @Test func `keys are refused in LiteLLM's words`() {
        let expired = LedgerRefusal.expired(Samples.hash("sk-1"), at: Samples.wall(1.5), now: Samples.wall(2))
        #expect(
            expired.message
                == "Authentication Error - Expired Key. Key Expiry time 2026-11-25 00:00:01.500000+00:00 and "
                + "current time 2026-11-25 00:00:02.000000+00:00")
        #expect(expired.type == "expired_key")
        #expect(
            LedgerRefusal.keyBlocked.message
                == "Authentication Error, Key is blocked. Update via `/key/unblock` if you're an admin.")
        let unknown = LedgerRefusal.unknownKey(Samples.hash("sk-1"))
        #expect(unknown.message.contains(Samples.hash("sk-1").hex) && !unknown.message.contains("sk-1"))
        #expect(unknown.type == "token_not_found_in_db")
    }

    @Test(arguments: [
        (ModelDenialOwner.key, "key_model_access_denied"), (.team, "team_model_access_denied"),
        (.user, "user_model_access_denied"),
    ])
    func `models are refused in LiteLLM's words`(owner: ModelDenialOwner, type: String) {
        let refusal = LedgerRefusal.modelDenied(ModelDenial(owner: owner, model: "gpt-4o"))
        #expect(refusal.type == type)
        #expect(
            refusal.message == "The requested model 'gpt-4o' is not available for this API key, or the model name is "
                + "invalid. Check the models available to you and try again.")
    }
}

typealias ModelDenialOwner = ModelDenial.Owner
