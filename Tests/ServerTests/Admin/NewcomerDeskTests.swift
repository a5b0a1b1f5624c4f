import Balancer
import Gateway
import Ledger
import TestSupport
import Testing

@testable import Server

/// Rows for those whom a token has named first.
@Suite struct NewcomerDeskTests {
    // Regression: two users had one address, and neither could be named by it.
    @Test(.timeLimit(.minutes(1))) func `a newcomer has the address that nobody else has, and is in the usual teams`()
        async throws
    {
        var rules = RowRules()
        rules.users.teams = [.init(teamID: "all", maxBudget: Money("2"))]
        let rig = AdminRig(rules: rules)
        try await rig.ask("POST", "/team/new", #"{"team_id": "all"}"#)
        try await rig.ask("POST", "/user/new", #"{"user_id": "ann", "user_email": "ann@example.test"}"#)
        let desk = NewcomerDesk(desk: rig.desk, time: ManualClock().source) { rig.now }
        let running = Task { await desk.run() }
        for (user, email) in [("bob", "bob@example.test"), ("cy", "Ann@example.test")] {
            _ = try rig.ledger.pass(for: SignedIn(userID: user, email: email, newUser: .made), at: rig.now.wall)
            while rig.ledger.rows.user(user) == nil { await Task.yield() }
        }
        #expect(rig.ledger.rows.user("bob")?.email == "bob@example.test" && rig.ledger.rows.user("cy")?.email == nil)
        #expect(rig.ledger.rows.team("all")?.members.map(\.userID).suffix(2) == ["bob", "cy"])
        #expect(rig.ledger.rows.team("all")?.members.last?.allowance.maxBudget == Money("2"))
        running.cancel()
        await running.value
    }

    @Test(.timeLimit(.minutes(1)))
    func `a customer that a request has named first has the usual budget, and then a row`()
        async throws
    {
        var rules = RowRules()
        rules.customerBudgetID = "customers"
        let rig = AdminRig(rules: rules)
        try await rig.ask("POST", "/budget/new", #"{"budget_id": "customers", "max_budget": 1}"#)
        try await rig.ask("POST", "/customer/new", #"{"user_id": "old", "max_budget": 9}"#)
        let desk = NewcomerDesk(desk: rig.desk, time: ManualClock().source) { rig.now }
        let running = Task { await desk.run() }
        func refusal(_ customer: String, _ dollars: String) -> String? {
            let bound = Money(dollars) ?? .zero
            let claim = Claim(customer: customer, model: "m", provider: "p", bound: bound, least: bound)
            guard case .refused(let refusal) = rig.ledger.reserve(claim, at: rig.now) else { return nil }
            return refusal.message
        }
        #expect(rig.ledger.bindsKeyless && refusal("ann", "0.5") == nil && refusal("old", "2") == nil)
        #expect(refusal("ann", "2")?.contains("ann") == true, "it is bound before it has a row")
        while rig.ledger.rows.customer("ann") == nil { await Task.yield() }
        let row = try await rig.ask("GET", "/customer/info?end_user_id=ann")
        #expect(rig.ledger.rows.customer("ann")?.budgetID == "customers" && row["user_id"].string == "ann")
        // A key that stands in a customer's place has no row that shows it, and is bound all the same.
        var claim = Claim(customer: "sk-0123456789abcdef", model: "m", provider: "p", bound: .max, least: .max)
        claim.customerShown = "sk-...cdef"
        guard case .refused(let hidden) = rig.ledger.reserve(claim, at: rig.now) else {
            return _ = Issue.record("bound")
        }
        #expect(!hidden.message.contains("0123456789") && rig.ledger.rows.customer("sk-0123456789abcdef") == nil)
        try await rig.ask("POST", "/customer/block", #"{"user_ids": ["sk-telecom-customer-01"]}"#)
        claim.customer = "sk-telecom-customer-01"
        guard case .refused(.customerBlocked) = rig.ledger.reserve(claim, at: rig.now) else {
            return _ = Issue.record("it is blocked")
        }
        #expect(refusal("ann", "2") != nil && rig.ledger.rows.customer("old")?.budgetID == nil)
        running.cancel()
        await running.value
    }
}
