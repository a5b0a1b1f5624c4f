import Ledger

/// The ledger's tables, the same in every database: what a store does, in statements.
struct LedgerTables<Source: Database> {
    let database: Source
    /// The name of the database, for an operator.
    let name: String
    let coder = DocumentCoder()
    let place = SharePlace()
}
