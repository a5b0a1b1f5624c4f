extension LedgerRefusal {
    /// For people, in LiteLLM's words where it has some. No key stands in it, only hashes and last letters.
    public var message: String {
        switch self {
        case .unknownKey(let hash):
            "Authentication Error, Invalid proxy server token passed. Key Hash (Token) =\(hash.hex). "
                + "Unable to find token in cache or `LiteLLM_VerificationTokenTable`"
        case .notRead: "keys cannot be looked up yet: the ledger's store cannot be reached"
        case .keyBlocked:
            "Authentication Error, Key is blocked. Update via `/key/unblock` if you're an admin."
        case .teamBlocked(let team):
            "Authentication Error, Team=\(team) is blocked. Update via `/team/unblock` if you're an admin."
        case .customerBlocked(let customer):
            "Authentication Error, User blocked from making LLM API calls. Customer=\(customer). "
                + "Update via `/customer/unblock` if you're an admin."
        case .strangeCustomer(let customer):
            "Customer=\(customer) is not known, and too many are new to make it known now; ask again, or make it by "
                + "`/customer/new`"
        case .expired(_, let expiry, let now):
            "Authentication Error - Expired Key. Key Expiry time \(expiry.inMicroseconds) and current time "
                + now.inMicroseconds
        case .strangeUser(let user):
            "User doesn't exist in db. 'user_id'=\(user). Create user via `/user/new` call."
        case .strangeTeam(let team): "Team doesn't exist in db. Team=\(team). Create team via `/team/new` call."
        case .modelDenied(let denial):
            "The requested model '\(denial.model)' is not available for this API key, or the model name is invalid. "
                + "Check the models available to you and try again."
        case .budget(let exceeded): exceeded.message
        case .rate(let exceeded): exceeded.message
        }
    }

    /// `error.type`, in LiteLLM's words.
    public var type: String {
        switch self {
        case .unknownKey: "token_not_found_in_db"
        case .notRead, .strangeCustomer: "no_db_connection"
        case .keyBlocked, .teamBlocked, .customerBlocked, .strangeUser, .strangeTeam: "auth_error"
        case .expired: "expired_key"
        case .modelDenied(let denial):
            switch denial.owner {
            case .key: "key_model_access_denied"
            case .team: "team_model_access_denied"
            case .user: "user_model_access_denied"
            }
        case .budget: "budget_exceeded"
        case .rate: "throttling_error"
        }
    }
}

extension BudgetExceeded {
    /// For people, in LiteLLM's words.
    public var message: String {
        let costs = "Current cost: \(spent), Max budget: \(most)"
        switch account {
        case .key: return "Budget has been exceeded! Key=\(label) \(costs)"
        case .keyModel(_, let model):
            return "LiteLLM Virtual Key: \(label), exceeded budget for model=\(model). \(costs)"
        case .user: return "Budget has been exceeded! User=\(label) \(costs)"
        case .userModel(_, let model): return "Budget has been exceeded! User=\(label) Model=\(model) \(costs)"
        case .team: return "Budget has been exceeded! Team=\(label) \(costs)"
        case .teamModel(_, let model): return "Budget has been exceeded! Team=\(label) Model=\(model) \(costs)"
        case .member(let team, let user): return "Budget has been exceeded! User=\(user) in Team=\(team) \(costs)"
        case .customer: return "ExceededBudget: End User=\(label) over budget. Spend=\(spent), Budget=\(most)"
        case .provider: return "Exceeded budget for provider \(label): \(spent) >= \(most)"
        case .global: return "Budget has been exceeded! \(costs)"
        }
    }
}

extension RateExceeded {
    /// For people, in LiteLLM's words.
    public var message: String {
        "Rate limit exceeded for \(subject). Limit type: \(kind.rawValue). Current limit: \(limit), Remaining: \(left). "
            + "Limit resets at: \(resets.inSeconds)"
    }

    private var subject: String {
        switch account {
        case .key(let hash): "api_key: \(hash.hex)"
        case .keyModel(let hash, let model): "model_per_key: \(hash.hex):\(model)"
        case .user(let id): "user: \(id)"
        case .userModel(let id, let model): "model_per_user: \(id):\(model)"
        case .team(let id): "team: \(id)"
        case .teamModel(let id, let model): "model_per_team: \(id):\(model)"
        case .member(let team, let user): "team_member: \(team):\(user)"
        case .customer(let id): "end_user: \(id)"
        case .provider(let id): "provider: \(id)"
        case .global: "proxy"
        }
    }
}
