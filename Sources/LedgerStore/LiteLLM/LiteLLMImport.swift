public import Ledger

extension LiteLLMDump {
    fileprivate func names(_ column: String, in table: Table) -> Set<String> {
        Set(rows(of: table).compactMap { $0.text(column) })
    }
}

/// What a ledger takes over from LiteLLM's rows, and what it cannot: a value, so that it can be looked at before anything is
/// written.
public struct LiteLLMImport: Sendable, Equatable {
    /// A kind of row.
    public enum Kind: String, Sendable, CaseIterable {
        case budget, user, team, member, customer, key, organization, model, request
    }

    /// How many rows of a kind there are, and what becomes of them.
    public struct Count: Sendable, Equatable {
        /// Carried over.
        public internal(set) var carried = 0
        /// In the ledger already; left as they are there.
        public internal(set) var present = 0
        /// Not carried over; a note says why.
        public internal(set) var left = 0
    }

    /// Something that is not carried over: a row, or a part of one.
    public struct Note: Sendable, Equatable {
        /// Of what kind of row.
        public let kind: Kind
        /// Which row; never a key.
        public let object: String
        /// What is lost, and why.
        public let text: String
        /// Whether anybody misses it. Rows that mean nothing here are named all the same.
        public let isLoss: Bool
    }

    /// The rows, in an order in which they can be made.
    public internal(set) var changes: [DirectoryChange] = []
    /// What they have spent.
    public internal(set) var sums: [AccountSum] = []
    /// By kind, those that there are.
    public internal(set) var counts: [Kind: Count] = [:]
    /// What is not carried over.
    public internal(set) var notes: [Note] = []

    let now: WallTime
    /// Accounts whose spend is known already.
    private let known: Set<AccountName>
    /// The budgets of the dump, by id.
    var budgets: [String: LiteLLMRow] = [:]
    /// Keys that others have taken the place of, by the hash of the key that each of them opens.
    var former: [String: [LiteLLMRow]] = [:]
    /// Teams that were left out: their keys would have no bounds.
    var leftTeams: Set<String> = []
    /// Rows that others may name, by kind: of the dump and of the ledger.
    private let named: [Kind: Set<String>]
    /// Names of keys that are taken.
    var aliases: Set<String>

    /// What becomes of a dump.
    /// - Parameters:
    ///   - image: what the ledger has already. Nothing of it is changed, so that a second import adds only what is new.
    ///   - now: for windows of budgets.
    public init(_ dump: LiteLLMDump, into image: LedgerImage, at now: WallTime) {
        self.now = now
        known = Set(image.sums.map(\.account))
        named = [
            .team: dump.names("team_id", in: .teams).union(image.teams.map(\.id)),
            .user: dump.names("user_id", in: .users).union(image.users.map(\.id)),
            .budget: dump.names("budget_id", in: .budgets).union(image.budgets.map(\.id)),
        ]
        aliases = Set(image.keys.compactMap(\.alias))
        for row in dump.rows(of: .budgets) { budgets[row.text("budget_id") ?? ""] = row }
        take(dump.rows(of: .budgets), .budget, except: Set(image.budgets.map(\.id)), named: "budget_id") {
            $0.budget($1, $2)
        }
        take(dump.rows(of: .users), .user, except: Set(image.users.map(\.id)), named: "user_id") { $0.user($1, $2) }
        let present = Set(image.teams.map(\.id))
        let members = Dictionary(grouping: dump.rows(of: .memberships)) { $0.text("team_id") ?? "" }
        let names = Dictionary(dump.rows(of: .aliases).map { ($0.text("id") ?? "", $0) }) { first, _ in first }
        take(dump.rows(of: .teams), .team, except: present, named: "team_id") {
            $0.team($1, $2, members: members[$2] ?? [], aliases: names[$1.text("model_id") ?? ""])
        }
        take(dump.rows(of: .customers), .customer, except: Set(image.customers.map(\.id)), named: "user_id") {
            $0.customer($1, $2)
        }
        former = Dictionary(grouping: dump.rows(of: .former)) { ($0.text("active_token_id") ?? "").lowercased() }
        take(dump.rows(of: .keys), .key, except: Set(image.keys.map(\.hash.hex)), named: "token") { $0.key($1, $2) }
        for (table, kind, text) in Self.others where dump.others[table] ?? 0 > 0 {
            counts[kind] = Count(left: dump.others[table] ?? 0)
            note(kind, "all", text, isLoss: kind != .request)
        }
    }

    private static let others: [(LiteLLMDump.Table, Kind, String)] = [
        (.organizations, .organization, "there are no organizations here: give their budgets to teams"),
        (.models, .model, "models are named in the configuration (model_list), not in the store"),
        (.requests, .request, "rows of finished requests stay where they are; what was spent is carried over"),
    ]

    private mutating func take(
        _ rows: [LiteLLMRow], _ kind: Kind, except present: Set<String>, named column: String,
        _ body: (inout Self, LiteLLMRow, String) -> DirectoryChange?
    ) {
        for row in rows {
            guard let id = row.text(column) else {
                counts[kind, default: Count()].left += 1
                note(kind, "?", "it has no \(column)")
                continue
            }
            if present.contains(id.lowercased()) || present.contains(id) {
                counts[kind, default: Count()].present += 1
            } else if let change = body(&self, row, id) {
                counts[kind, default: Count()].carried += 1
                changes.append(change)
            } else {
                counts[kind, default: Count()].left += 1
            }
        }
    }

    /// Whether a row of this kind is there. One that names another that is not would lack its bounds.
    func isThere(_ kind: Kind, _ id: String) -> Bool { named[kind]?.contains(id) ?? false }

    mutating func note(_ kind: Kind, _ object: String, _ text: String, isLoss: Bool = true) {
        notes.append(Note(kind: kind, object: object, text: text, isLoss: isLoss))
    }

    /// Takes what an account has spent; nothing where the ledger knows that already.
    mutating func spend(_ sums: [AccountSum]) { self.sums += sums.filter { !known.contains($0.account) } }
}
