import Ledger

/// What the ledger's tables need of a database: statements with `?` for parameters, and transactions.
protocol Database {
    associatedtype Cells: RowCells

    /// How this database says what the others say differently.
    static var dialect: Dialect { get }

    /// Runs one statement.
    /// - Returns: How many rows it has inserted, changed or deleted.
    @discardableResult
    func run(_ sql: String, _ values: [Cell]) throws(StoreError) -> Int

    /// What `read` makes of each row.
    func rows<Element>(_ sql: String, _ values: [Cell], _ read: (Cells) -> Element) throws(StoreError) -> [Element]

    /// Runs statements as one: all of it, or nothing.
    func change(_ body: () throws(StoreError) -> Void) throws(StoreError)

    /// Its ties to other gateways; nil where one alone can have it.
    var shared: (any SharedDatabase)? { get }

    /// Reads in `body` see one state, whatever is written meanwhile.
    func snapshot(_ body: () throws(StoreError) -> Void) throws(StoreError)

    /// Has what was forgotten in no journal of its own any more, as far as that can be now.
    func emptyJournal()
}

extension Database {
    var shared: (any SharedDatabase)? { nil }
    func emptyJournal() {}
}

/// How one database says what another says differently.
struct Dialect {
    /// Puts the members of the second JSON object over those of the first.
    let merge: String
    /// Rows of the directory in the order in which they were made, as far as the database knows it.
    let rowOrder: String
    /// Microseconds since 1970, to the second, by the database's clock.
    let now: String
}

/// A value for a parameter.
enum Cell: Equatable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    /// The text, or NULL.
    init(_ text: String?) { self = text.map { .text($0) } ?? .null }

    /// The number, or NULL.
    init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }

    /// The number, or NULL.
    init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }

    /// 1 or 0.
    init(_ isTrue: Bool) { self = .integer(isTrue ? 1 : 0) }

    /// Picodollars.
    init(_ money: Money) { self = .integer(money.picodollars) }

    /// Picodollars, or NULL.
    init(_ money: Money?) { self = money.map { .integer($0.picodollars) } ?? .null }

    /// 32 bytes, or NULL.
    init(_ hash: KeyHash?) { self = hash.map { .blob($0.bytes) } ?? .null }
}

/// One row of an answer, while it is lent. Columns are counted from 0.
protocol RowCells {
    func text(_ column: Int32) -> String
    func textIfAny(_ column: Int32) -> String?
    func integer(_ column: Int32) -> Int64
    func integerIfAny(_ column: Int32) -> Int64?
    /// The column's bytes; nil for NULL.
    func bytesIfAny(_ column: Int32) -> [UInt8]?
}
