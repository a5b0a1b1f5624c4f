import Dialects
import Ledger

/// `/customer/*` and `/end_user/*`: the clients of clients, by the request's `user`.
struct CustomerRoutes {
    let desk: AdminDesk

    func new(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.requiredID("user_id")
        return try await desk.change(call, "customer/new") { () throws(AdminFault) in
            guard desk.rows.customer(id) == nil else {
                throw .invalid("Customer already exists, passed user_id=\(id). Please pass a new user_id.", "user_id")
            }
            var customer = Customer(id: id, stamps: call.stamps)
            try apply(call, to: &customer)
            return put(customer, call)
        }
    }

    func update(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.requiredID("user_id")
        return try await desk.change(call, "customer/update") { () throws(AdminFault) in
            var customer = try find(id)
            try apply(call, to: &customer)
            var plan = put(customer, call)
            plan.spend = try call.fields.value("spend", .dollars).map { (.customer(id), $0) }
            return plan
        }
    }

    func setBlocked(_ isBlocked: Bool, _ call: AdminCall) async throws(AdminFault) -> JSONText {
        let ids = try call.fields.requiredIDs("user_ids")
        return try await desk.change(call, isBlocked ? "customer/block" : "customer/unblock") { () throws(AdminFault) in
            var customers: [Customer] = []
            for id in ids {
                // LiteLLM blocks those that it has never heard of, too.
                var customer = desk.rows.customer(id) ?? Customer(id: id, stamps: call.stamps)
                customer.isBlocked = isBlocked
                call.renew(&customer.stamps)
                customers.append(customer)
            }
            return AdminDesk.Plan(customers.map { .putCustomer($0) }, subject: ids.joined(separator: ", ")) {
                [customers] in
                .object([("blocked_users", .array(customers.map { .object(row($0, call)) }))])
            }
        }
    }

    func delete(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let ids = try call.fields.requiredIDs("user_ids")
        return try await desk.change(call, "customer/delete") { () throws(AdminFault) in
            for id in ids { _ = try find(id) }
            return AdminDesk.Plan(ids.map { .removeCustomer($0) }, subject: ids.joined(separator: ", ")) {
                .object([
                    ("deleted_customers", .integer(ids.count)),
                    ("message", .string("Successfully deleted customers with ids: \(ids.joined(separator: ", "))")),
                ])
            }
        }
    }

    func info(_ call: AdminCall) throws(AdminFault) -> JSONText {
        guard let id = call.query("end_user_id") ?? call.query("user_id") else { throw .missing("end_user_id") }
        return .object(row(try find(id), call))
    }

    func list(_ call: AdminCall) -> JSONText {
        .array(desk.rows.customers().rows.map { .object(row($0, call)) })
    }

    private func row(_ customer: Customer, _ call: AdminCall) -> KeyRow.Members {
        let spent = desk.spent(.customer(customer.id), at: call.now)
        let bounds = desk.rows.allowance(of: customer)
        let table: JSONText =
            bounds == Allowance()
            ? .null
            : .object(
                [("budget_id", .maybe(customer.budgetID))] + KeyRow.bounds(bounds, resetAt: spent.resetAt))
        return [
            ("user_id", .string(customer.id)), ("alias", .maybe(customer.alias)),
            ("blocked", .bool(customer.isBlocked)),
            ("spend", .dollars(spent.window)), ("total_spend", .dollars(spent.total)),
            ("allowed_model_region", .null), ("default_model", .null), ("models", .array([])),
            ("budget_id", .maybe(customer.budgetID)), ("litellm_budget_table", table), ("object_permission", .null),
        ]
    }

    private func find(_ id: String) throws(AdminFault) -> Customer {
        guard let customer = desk.rows.customer(id) else {
            throw .notFound("End User Id=\(id) does not exist in db")
        }
        return customer
    }

    private func apply(_ call: AdminCall, to customer: inout Customer) throws(AdminFault) {
        try call.fields.refuseUnheld("allowed_model_region", "models", "model_max_budget")
        try call.fields.apply(to: &customer.allowance, at: call.now.wall)
        try call.fields.take("alias", .name) { customer.alias = $0 }
        try call.fields.take("blocked", .truth) { customer.isBlocked = $0 ?? false }
        try call.fields.takeID("budget_id") { customer.budgetID = $0 }
        if let budget = customer.budgetID, desk.rows.budget(budget) == nil {
            throw .notFound("no budget is named \(budget); make it by /budget/new")
        }
    }

    private func put(_ customer: Customer, _ call: AdminCall) -> AdminDesk.Plan<JSONText> {
        var customer = customer
        call.renew(&customer.stamps)
        return AdminDesk.Plan([.putCustomer(customer)], subject: customer.id) { [customer] in
            .object(row(customer, call))
        }
    }
}

/// `/budget/*`: bounds with a name.
struct BudgetRoutes {
    let desk: AdminDesk

    func new(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try await desk.change(call, "budget/new") { () throws(AdminFault) in
            let given = try call.fields.id("budget_id")
            if let given, desk.rows.budget(given) != nil {
                throw .invalid("budget \(given) exists already; change it by /budget/update", "budget_id")
            }
            return try put(BudgetTemplate(id: given ?? RowID().text, stamps: call.stamps), call)
        }
    }

    func update(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.requiredID("budget_id")
        return try await desk.change(call, "budget/update") { () throws(AdminFault) in try put(try find(id), call) }
    }

    func delete(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.required("id", .text)
        return try await desk.change(call, "budget/delete") { () throws(AdminFault) in
            let budget = try find(id)
            // Its name goes with it: a later one of the same name would bind them.
            var changes: [DirectoryChange] = []
            for var key in desk.rows.keys(KeyFilter(budgetID: id)).rows {
                key.budgetID = nil
                rules.complete(&key)
                changes.append(.putKey(key))
            }
            for var customer in desk.rows.customers().rows where customer.budgetID == id {
                customer.budgetID = nil
                changes.append(.putCustomer(customer))
            }
            return AdminDesk.Plan(changes + [.removeBudget(id)], subject: id) { .object(row(budget)) }
        }
    }

    /// The operator's word about all keys.
    private var rules: KeyRules { KeyRules(rules: desk.ledger.rowRules, rows: desk.rows) }

    func infos(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let ids = try call.fields.ids("budgets", atMost: 100)
        if ids.contains(where: { desk.rows.budget($0) == nil }) { await desk.lookAgain() }
        return .array(ids.compactMap { desk.rows.budget($0) }.map { .object(row($0)) })
    }

    func list() -> JSONText { .array(desk.rows.budgets().rows.map { .object(row($0)) }) }

    private func find(_ id: String) throws(AdminFault) -> BudgetTemplate {
        guard let budget = desk.rows.budget(id) else { throw .notFound("no budget is named \(id)") }
        return budget
    }

    private func put(_ template: BudgetTemplate, _ call: AdminCall) throws(AdminFault) -> AdminDesk.Plan<JSONText> {
        var budget = template
        try call.fields.refuseUnheld("model_max_budget", "allowed_models")
        try call.fields.apply(to: &budget.allowance, at: call.now.wall)
        call.renew(&budget.stamps)
        return AdminDesk.Plan([.putBudget(budget)], subject: budget.id) { [budget] in .object(row(budget)) }
    }

    private func row(_ budget: BudgetTemplate) -> KeyRow.Members {
        [("budget_id", .string(budget.id)), ("model_max_budget", .null), ("tpd_limit", .null)]
            + KeyRow.bounds(budget.allowance, resetAt: nil) + KeyRow.stamps(budget.stamps)
    }
}
