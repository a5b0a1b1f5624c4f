extension DirectoryChange {
    /// The kind of row that is changed.
    public var kind: String {
        switch self {
        case .putKey, .replaceKey, .removeKey: "key"
        case .putUser, .removeUser: "user"
        case .putTeam, .removeTeam: "team"
        case .putCustomer, .removeCustomer: "customer"
        case .putBudget, .removeBudget: "budget"
        case .putModel, .removeModel: "model"
        }
    }

    /// The row that is changed: of a key its hash.
    public var object: String {
        switch self {
        case .putKey(let key): key.hash.hex
        case .replaceKey(let hash, _), .removeKey(let hash): hash.hex
        case .putUser(let user): user.id
        case .putTeam(let team): team.id
        case .putCustomer(let customer): customer.id
        case .putBudget(let budget): budget.id
        case .putModel(let model): model.id
        case .removeUser(let id), .removeTeam(let id), .removeCustomer(let id), .removeBudget(let id),
            .removeModel(let id):
            id
        }
    }
}
