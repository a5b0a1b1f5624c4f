/// One change of the directory, for the ledger and for the store alike.
public enum DirectoryChange: Sendable, Equatable, Codable {
    /// A key is made or changed, by its hash.
    case putKey(VirtualKey)
    /// A key takes the place of another, which is gone with this.
    case replaceKey(KeyHash, with: VirtualKey)
    /// A key is gone.
    case removeKey(KeyHash)
    /// A user is made or changed, by its id.
    case putUser(User)
    /// A user is gone; its keys stay.
    case removeUser(String)
    /// A team is made or changed, by its id.
    case putTeam(Team)
    /// A team is gone; its keys stay.
    case removeTeam(String)
    /// A customer is made or changed, by its id.
    case putCustomer(Customer)
    /// A customer is gone.
    case removeCustomer(String)
    /// A template is made or changed, by its id.
    case putBudget(BudgetTemplate)
    /// A template is gone; keys and customers that had it lose its bounds.
    case removeBudget(String)
    /// A model is made or changed, by its id.
    case putModel(StoredModel)
    /// A model is gone.
    case removeModel(String)
}
