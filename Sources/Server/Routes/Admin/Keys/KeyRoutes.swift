import Dialects
import Ledger

/// `/key/*`: making, seeing and changing keys.
struct KeyRoutes {
    let desk: AdminDesk

    func generate(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let secret = try secret("key", call)
        return try await desk.change(call, "key/generate") { () throws(AdminFault) in
            var key = VirtualKey(hash: secret.hash, name: secret.name, stamps: call.stamps)
            try call.fields.apply(to: &key, at: call.now.wall)
            let spend = try spend(call)
            if call.by.standing == .user, key.userID == nil { key.userID = call.by.userID }
            try permit(call, to: .hold, key)
            try refuseBudget(call, key, insteadOf: nil)
            // A script that makes the same key again gets the one there is, as at LiteLLM.
            if let known = desk.rows.key(secret.hash) {
                try permit(call, to: .hold, known)
                return unchanged(known, secret, call)
            }
            try refuseFormer(secret, call)
            try rules.permitMaking(key, call)
            // Whoever may make a key may make one as the operator has it.
            try rules.fill(&key, call)
            try rules.bound(new: &key, call)
            try check(key)
            return AdminDesk.Plan(
                [.putKey(key)], subject: key.label, spend: spend.map { (.key(key.account), $0) }
            ) { [key] in desk.row(key, at: call.now).made(secret) }
        }
    }

    /// The operator's word about all keys.
    private var rules: KeyRules { KeyRules(rules: desk.ledger.rowRules, rows: desk.rows) }

    private func unchanged(_ key: VirtualKey, _ secret: KeySecret, _ call: AdminCall) -> AdminDesk.Plan<JSONText> {
        AdminDesk.Plan([], subject: key.label) { desk.row(key, at: call.now).made(secret) }
    }

    func update(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let given = try call.fields.required("key", .text)
        return try await desk.change(call, "key/update") { () throws(AdminFault) in
            let old = try find(given, for: call)
            try permit(call, to: .change, old)
            try refuseBlocked(call, old)
            var key = old
            try call.fields.apply(to: &key, at: call.now.wall)
            let spend = try spend(call)
            // Its maker may hold it still: under another user it would have that one's rights.
            try permit(call, to: key.userID == old.userID ? .change : .hold, key)
            if key.teamID != old.teamID { try rules.permitPlace(key, call) }
            try refuseWider(call, key, than: old)
            try refuseBudget(call, key, insteadOf: old.budgetID)
            try rules.bound(changed: &key, from: old, call)
            try check(key)
            return put(key, call, spend: spend) { [("key", .string(given))] + $0.row }
        }
    }

    func setBlocked(_ isBlocked: Bool, _ call: AdminCall) async throws(AdminFault) -> JSONText {
        let given = try call.fields.required("key", .text)
        return try await desk.change(call, isBlocked ? "key/block" : "key/unblock") { () throws(AdminFault) in
            var key = try find(given, for: call)
            guard call.by.mayChangeAll || call.by.leads(key.teamID.flatMap({ desk.rows.team($0) })) else {
                throw .forbidden("only a proxy admin, or an admin of its team, may block and unblock a key")
            }
            try permit(call, to: .change, key)
            try refuseBlocked(call, key)
            key.isBlocked = isBlocked
            return put(key, call) { $0.row }
        }
    }

    func delete(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let keys = try call.fields.ids("keys")
        let aliases = try call.fields.ids("key_aliases")
        guard !keys.isEmpty || !aliases.isEmpty else { throw .missing("keys") }
        return try await desk.change(call, "key/delete") { () throws(AdminFault) in
            var found: [VirtualKey] = []
            let message = "No keys found"
            for name in keys { found.append(try find(name, for: call, message: message)) }
            for alias in aliases {
                found.append(try visible(desk.rows.key(alias: alias), to: call, message: message))
            }
            for key in found {
                try permit(call, to: .change, key)
                try refuseBlocked(call, key)
            }
            let deleted = keys + aliases
            return AdminDesk.Plan(
                Set(found.map(\.hash)).map { .removeKey($0) },
                subject: found.map(\.label).joined(separator: ", ")
            ) { .object([("deleted_keys", .texts(deleted))]) }
        }
    }

    /// A new key in the place of another, with its bounds and what it has spent where the request says nothing else.
    func regenerate(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let path = call.parameters["key"]
        let given: String
        if let path { given = path } else { given = try call.fields.required("key", .text) }
        let grace = try Grace(call, usually: rules.rules.grace)
        let secret = try secret("new_key", call)
        return try await desk.change(call, "key/regenerate") { () throws(AdminFault) in
            let old = try find(given, for: call)
            try permit(call, to: .hold, old)
            try refuseBlocked(call, old)
            guard desk.rows.key(secret.hash) == nil else { throw AdminFault(.keyExists) }
            try refuseFormer(secret, call)
            var key = old
            try call.fields.apply(to: &key, at: call.now.wall)
            let spend = try spend(call)
            try permit(call, to: .hold, key)
            if key.teamID != old.teamID { try rules.permitPlace(key, call) }
            try refuseWider(call, key, than: old)
            try refuseBudget(call, key, insteadOf: old.budgetID)
            try rules.bound(changed: &key, from: old, call)
            try check(key)
            (key.hash, key.name) = (secret.hash, secret.name)
            key.former = try grace.keeping(old, at: call.now.wall)
            call.renew(&key.stamps)
            return AdminDesk.Plan(
                [.replaceKey(old.hash, with: key)], subject: key.label, spend: spend.map { (.key(key.account), $0) }
            ) { [key] in
                let until = key.former.last { $0.hash == old.hash }?.until
                return desk.row(key, at: call.now).made(secret, more: [("grace_until", .maybe(until?.iso))])
            }
        }
    }

    // MARK: Parts

    /// The key that a request names by itself or by its hash.
    func find(
        _ name: String, for call: AdminCall, message: String = "Key not found."
    ) throws(AdminFault) -> VirtualKey {
        try visible(desk.rows.key(KeyHash(naming: name)), to: call, message: message)
    }

    /// A key that still opens the one which took its place is nobody else's.
    private func refuseFormer(_ secret: KeySecret, _ call: AdminCall) throws(AdminFault) {
        if desk.rows.key(former: secret.hash, at: call.now.wall) != nil { throw AdminFault(.keyExists) }
    }

    /// The key that the caller wants to have, or a new one. One that users think out themselves is long: the answer tells
    /// whether somebody has it already, and short ones could be tried out one after the other.
    private func secret(_ field: String, _ call: AdminCall) throws(AdminFault) -> KeySecret {
        guard let given = try call.fields.value(field, .text) else { return KeySecret() }
        guard let secret = KeySecret(given) else {
            throw .invalid(
                "Invalid key format. LiteLLM Virtual Key must start with 'sk-'. Received: " + KeySecret.masked(given),
                field)
        }
        guard call.by.mayChangeAll || given.utf8.count >= KeySecret.leastOfUsers else {
            throw .invalid(
                "a key of your own choice has at least \(KeySecret.leastOfUsers) letters; leave \(field) out to be given "
                    + "one", field)
        }
        return secret
    }

    private func put(
        _ key: VirtualKey, _ call: AdminCall, spend: Money? = nil,
        _ answer: @escaping @Sendable (KeyRow) -> KeyRow.Members
    ) -> AdminDesk.Plan<JSONText> {
        var key = key
        call.renew(&key.stamps)
        return AdminDesk.Plan(
            [.putKey(key)], subject: key.label, spend: spend.map { (.key(key.account), $0) }
        ) { [key] in .object(answer(desk.row(key, at: call.now))) }
    }

    /// That it has a name of its own, and that there is what it names.
    func check(_ key: VirtualKey) throws(AdminFault) {
        if let alias = key.alias, let other = desk.rows.key(alias: alias), other.hash != key.hash {
            throw AdminFault(.aliasTaken(alias))
        }
        if let team = key.teamID, desk.rows.team(team) == nil {
            throw .notFound("Team not found, passed team id: \(team). Make it by /team/new")
        }
        if let budget = key.budgetID, desk.rows.budget(budget) == nil {
            throw .notFound("no budget is named \(budget); make it by /budget/new")
        }
    }

    /// What is to be taken for spent in the window: an operator may say so, to begin anew or to go on from somewhere else.
    private func spend(_ call: AdminCall) throws(AdminFault) -> Money? {
        guard let spend = try call.fields.value("spend", .dollars) else { return nil }
        guard call.by.mayChangeAll else {
            throw .forbidden("only a proxy admin may set what a key has spent")
        }
        return spend
    }
}

extension VirtualKey {
    /// Its name for people: the alias, and the last letters of the key.
    var label: String { alias.map { "\($0) (\(name))" } ?? name }
}
