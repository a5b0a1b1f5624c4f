import Balancer
import Dialects
import Ledger

/// The fields of a key, as `/key/generate`, `/key/update` and `/key/regenerate` take them.
extension AdminFields {
    /// Sets what the fields say, and leaves the rest as it is.
    func apply(to key: inout VirtualKey, at now: WallTime) throws(AdminFault) {
        try refuseUnheld()
        try apply(to: &key.allowance, at: now)
        try apply(to: &key.modelAllowances)
        try takeID("key_alias", .name) { key.alias = $0 }
        try takeID("user_id", .userID) { key.userID = $0 }
        try takeID("team_id") { key.teamID = $0 }
        try takeID("budget_id") { key.budgetID = $0 }
        try take("models", AdminType<String>.text.list) { key.models = $0 ?? [] }
        try take("aliases", AdminType<String>.text.map) { key.aliases = $0 ?? [:] }
        try take("tags", AdminType<String>.text.list) { key.tags = $0 ?? [] }
        try takeObject("metadata") { key.metadata = $0 }
        try takeObject("permissions") { key.permissions = $0 }
        try take("blocked", .truth) { key.isBlocked = $0 ?? false }
        try take("local_only", .truth) { key.localOnly = $0 ?? false }
        try take("class", .serviceClass) { key.serviceClass = $0 }
        try take("share", .number) { key.share = $0 }
        if let share = key.share, share <= 0 { throw .invalid("share must be more than 0", "share") }
        try take("allowed_routes", AdminType<String>.text.list) { key.allowedRoutes = $0 ?? [] }
        try applyType(to: &key)
        try take("duration", .text) { (text) throws(AdminFault) in
            guard let text, text != "-1" else { return key.expires = nil }
            key.expires = now.adding(try AdminType<BudgetPeriod>.period.read(.string(text), field: "duration"))
        }
    }

    /// `key_type`: a short way to say which routes a key may ask.
    private func applyType(to key: inout VirtualKey) throws(AdminFault) {
        guard let type = try value("key_type", .text) else { return }
        switch type {
        case "default": break
        case "llm_api": key.allowedRoutes = ["llm_api_routes"]
        case "management": key.allowedRoutes = ["management_routes"]
        case "read_only": key.allowedRoutes = ["info_routes"]
        default: throw .invalid("key_type is default, llm_api, management or read_only", "key_type")
        }
    }
}

extension AdminType<String> {
    /// A queue class, as `x-drover-class` has it.
    static var serviceClass: Self {
        AdminType(name: "enum", message: "must be interactive, default or batch") { json in
            guard case .text(let text) = json.content, ServiceClass(name: text.lowercased()) != nil else { return nil }
            return text.lowercased()
        }
    }
}
