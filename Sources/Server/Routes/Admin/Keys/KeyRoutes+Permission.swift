import Ledger

/// The rights over keys.
extension KeyRoutes {
    /// A key that the caller may see. Of others' it is told the same as of one that there is not, so that nobody can try
    /// keys and aliases out.
    func visible(_ key: VirtualKey?, to call: AdminCall, message: String) throws(AdminFault) -> VirtualKey {
        guard let key,
            call.by.maySeeAll || call.by.owns(key) || call.by.leads(key.teamID.flatMap { desk.rows.team($0) })
        else { throw .notFound(message) }
        return key
    }

    /// The kinds of doing something with a key, as far as they need other rights.
    enum Act {
        /// It is made, or made anew: the caller holds it afterwards, and with it the rights of its user.
        case hold
        /// It is changed, blocked or deleted by somebody who may know its hash alone.
        case change
    }

    /// Whether the caller may do this with a key: everybody's, its own, or those of a team that it leads.
    func permit(_ call: AdminCall, to act: Act, _ key: VirtualKey) throws(AdminFault) {
        if call.by.mayChangeAll { return }
        guard let id = key.teamID else {
            guard let own = call.by.userID, key.userID == own else {
                throw .forbidden(
                    "a user may make, change and delete its own keys only (user_id \(call.by.userID ?? "none"))")
            }
            return
        }
        let team = desk.rows.team(id)
        guard call.by.leads(team) else {
            throw .forbidden("only an admin of the team \(id) may make, change or delete its keys")
        }
        guard let user = key.userID, user != call.by.userID else { return }
        guard act == .change, isPlainMember(user, of: team) else {
            throw .forbidden(
                "an admin of the team \(id) makes keys of no user, or its own, and changes those of members who are "
                    + "no proxy admins (user_id \(user))")
        }
    }

    /// A user may narrow a key that somebody else gave it, and not widen it.
    func refuseWider(_ call: AdminCall, _ key: VirtualKey, than old: VirtualKey) throws(AdminFault) {
        guard !call.by.mayChangeAll, old.teamID == nil, old.stamps.createdBy != call.by.name else { return }
        let rows = desk.rows
        // The bounds that hold, those of a template with them.
        var (new, given) = (key, old)
        (new.allowance, given.allowance) = (rows.allowance(of: key), rows.allowance(of: old))
        if let bound = new.firstWiderBound(than: given) {
            throw .forbidden("only a proxy admin may widen a key that was given to you (\(bound))")
        }
    }

    /// A budget with a name is an operator's: nobody else puts a key under one that was made for others, nor takes a key out
    /// of its own.
    func refuseBudget(_ call: AdminCall, _ key: VirtualKey, insteadOf old: String?) throws(AdminFault) {
        guard call.by.mayChangeAll || key.budgetID == old else {
            throw .forbidden("only a proxy admin may set the budget of a key (budget_id)")
        }
    }

    /// A key that an operator has blocked stays as it is: it is neither unblocked, nor deleted and made again. One that
    /// users have blocked is theirs: whoever changed it last has done it, as nobody else could since.
    func refuseBlocked(_ call: AdminCall, _ key: VirtualKey) throws(AdminFault) {
        guard mayUnblock(call, key) else {
            throw .forbidden("only a proxy admin may change a key that was blocked by somebody else")
        }
    }

    /// Whether the key is not blocked, or its block is one that the caller may take away.
    func mayUnblock(_ call: AdminCall, _ key: VirtualKey) -> Bool {
        let blocker = key.stamps.updatedBy
        guard key.isBlocked, !call.by.mayChangeAll, blocker != call.by.name else { return true }
        let team = key.teamID.flatMap { desk.rows.team($0) }
        let isColleague = team?.members.contains { $0.userID == blocker && $0.role == "admin" } ?? false
        return call.by.leads(team) && isColleague && isPlainMember(blocker, of: team)
    }

    /// Whether a user is a member of the team and has no rights over others' things.
    private func isPlainMember(_ user: String, of team: Team?) -> Bool {
        guard let team, team.members.contains(where: { $0.userID == user }), let row = desk.rows.user(user) else {
            return false
        }
        return row.role == .internalUser || row.role == .internalViewer
    }
}
