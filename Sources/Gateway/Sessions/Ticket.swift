public import Ledger

/// The key behind a session.
public enum KeyHolder: Sendable, Equatable {
    /// The master key.
    case master
    /// One that was made with it.
    case key(KeyHash)
}

/// What a ticket stands for: the key of its session, and the flow of whoever showed it.
public struct Ticket: Sendable, Equatable {
    /// The key.
    public let holder: KeyHolder
    /// The caller's flow, so that one person is one client whichever way it comes.
    public let flow: UInt64

    /// A ticket of this key.
    public init(holder: KeyHolder, flow: UInt64) { (self.holder, self.flow) = (holder, flow) }

    /// The beginning of every ticket, by which it is told from keys without being looked up.
    public static let prefix = "ui-"
}

/// Knows the tickets that were handed out and are still good.
public protocol TicketDesk: Sendable {
    /// The ticket with this hash; nil where there is none any more.
    func ticket(_ hash: KeyHash) -> Ticket?
}
