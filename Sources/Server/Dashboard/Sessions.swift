import Balancer
import Gateway
import Ledger
import Locking

/// The sessions that all event loops share, and the names that nobody can guess.
final class Sessions: TicketDesk {
    private let book = Locked(SessionBook())
    private let time: TimeSource

    init(time: TimeSource) { self.time = time }

    func ticket(_ hash: KeyHash) -> Ticket? {
        let now = time.now()
        return book.withLock { $0.ticket(hash, at: now) }
    }

    /// Begins a session.
    /// - Returns: its name, for the cookie.
    func begin(for ticket: Ticket) -> String {
        let (name, now) = (Self.unguessable(), time.now())
        book.withLock { $0.begin(Self.hash(of: name), for: ticket, at: now) }
        return name
    }

    /// A new ticket of the session with this name; nil where there is none any more.
    func issue(of name: String) -> (text: String, ticket: Ticket, lasts: Duration)? {
        let (text, now) = (Ticket.prefix + Self.unguessable(), time.now())
        guard let issued = book.withLock({ $0.issue(Self.hash(of: text), of: Self.hash(of: name), at: now) }) else {
            return nil
        }
        return (text, issued.ticket, issued.lasts)
    }

    func end(_ name: String) { book.withLock { $0.end(Self.hash(of: name)) } }

    static func hash(of text: String) -> KeyHash {
        var text = text
        return text.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
    }

    /// 256 bits of the system's generator, as 64 hexadecimal digits.
    private static func unguessable() -> String {
        var system = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(system.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
