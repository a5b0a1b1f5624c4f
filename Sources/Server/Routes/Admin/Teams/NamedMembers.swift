import Dialects
import Ledger

/// Members of a team as a request names them: by a user's id, or by the address that it has.
struct NamedMembers {
    var members: [Team.Member] = []
    /// The addresses of those that are no users yet.
    var emails: [String: String] = [:]

    init(members: [Team.Member] = [], emails: [String: String] = [:]) {
        (self.members, self.emails) = (members, emails)
    }

    /// One member or a list of them: `{"user_id": "u", "role": "user"}`, or with `user_email` in the place of the id.
    /// - Parameter team: whose members keep their bounds.
    init(_ json: JSONText, field: String, _ call: AdminCall, of team: Team? = nil, rows: LedgerRows) throws(AdminFault)
    {
        var list = [json]
        if case .list(let elements) = json.content { list = elements }
        for element in list {
            guard let fields = try? AdminFields(element) else {
                throw .wrongType(field, type: "dict_type", message: "Input should be a valid dictionary")
            }
            let role = try fields.value("role", .role) ?? "user"
            let new = try newcomer(fields, call, rows)
            let user: String
            if let new { user = new } else { user = try Self.user(fields, rows) }
            try takeEmail(fields, of: user, call, rows)
            guard !members.contains(where: { $0.userID == user }) else {
                throw .invalid("user \(user) stands in the list twice", field)
            }
            let bounds = team?.members.first { $0.userID == user }?.allowance ?? Allowance()
            members.append(Team.Member(userID: user, role: role, allowance: bounds))
        }
    }

    /// The id of a user that is made with the team, as at LiteLLM, where an operator gives an address that nobody has.
    private mutating func newcomer(
        _ fields: AdminFields, _ call: AdminCall, _ rows: LedgerRows
    ) throws(AdminFault) -> String? {
        guard call.by.mayChangeAll, try fields.id("user_id", .userID) == nil, let email = try fields.id("user_email"),
            try Self.user(email: email, rows) == nil
        else { return nil }
        if let known = emails.first(where: { $0.value.lowercased() == email.lowercased() }) { return known.key }
        let id = RowID().text
        emails[id] = email
        return id
    }

    /// Takes the address of a user that is made with the team by its id. One that is there has its own.
    private mutating func takeEmail(
        _ fields: AdminFields, of user: String, _ call: AdminCall, _ rows: LedgerRows
    ) throws(AdminFault) {
        guard call.by.mayChangeAll, emails[user] == nil, let email = try fields.id("user_email"),
            rows.user(user) == nil
        else { return }
        let owner =
            rows.users(email: email).first?.id ?? emails.first { $0.value.lowercased() == email.lowercased() }?.key
        if let owner { throw .invalid("User with email \(email) exists already (user_id \(owner))", "user_email") }
        emails[user] = email
    }

    /// The user that a request names.
    static func user(_ fields: AdminFields, _ rows: LedgerRows) throws(AdminFault) -> String {
        if let id = try fields.id("user_id", .userID) { return id }
        guard let email = try fields.id("user_email") else { throw .missing("user_id") }
        guard let user = try user(email: email, rows) else { throw .notFound("no user has the address \(email)") }
        return user.id
    }

    private static func user(email: String, _ rows: LedgerRows) throws(AdminFault) -> User? {
        let users = rows.users(email: email)
        guard users.count <= 1 else {
            throw .invalid("\(users.count) users have the address \(email); name one by its user_id", "user_email")
        }
        return users.first
    }
}
