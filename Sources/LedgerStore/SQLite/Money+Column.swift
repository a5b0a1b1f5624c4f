import Ledger
import SQLite

extension Value {
    /// Picodollars.
    init(_ money: Money) { self = .integer(money.picodollars) }

    /// Picodollars, or NULL.
    init(_ money: Money?) { self = money.map { .integer($0.picodollars) } ?? .null }
}

extension Row {
    /// Picodollars.
    func money(_ column: Int32) -> Money { Money(picodollars: integer(column)) }

    /// Picodollars; nil for NULL.
    func moneyIfAny(_ column: Int32) -> Money? { integerIfAny(column).map { Money(picodollars: $0) } }

    /// The sum that `Money.sum(of:)` asks for, from this column and the next.
    func moneySum(_ column: Int32) -> Money {
        Money(picodollars: integer(column)) * 1_000_000 + Money(picodollars: integer(column + 1))
    }
}

extension Money {
    /// The two columns of a sum. SQLite's `sum` fails beyond 64 bits; taken apart there is room for a million times as much.
    static func sum(of column: StaticString) -> String { "sum(\(column) / 1000000), sum(\(column) % 1000000)" }
}
