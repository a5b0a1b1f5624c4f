import Balancer
import Gateway
import Ledger

/// The sessions of the dashboard: how long each is good, and the tickets that its pages call with.
///
/// Neither a session's name nor a ticket is kept: their hashes are. A session is shown as a cookie, and opens nothing but new
/// tickets; a ticket is shown as a key is. So no request that a browser sends by itself changes or reads anything.
struct SessionBook {
    /// How long a session is good, however much it is used.
    static let lifetime = Duration.seconds(12 * 3600)
    /// How long a ticket is good.
    static let ticketLifetime = Duration.seconds(15 * 60)
    /// Sessions at one time; of more the one that has not been used the longest makes way.
    static let mostSessions = 1_000
    /// Tickets of a session at one time, one for each page that is open; of more the oldest makes way.
    static let mostTickets = 8

    private struct Session {
        let ticket: Ticket
        let ends: Moment
        var usedAt: Moment
        var tickets: [(hash: KeyHash, ends: Moment)] = []
    }

    private var sessions: [KeyHash: Session] = [:]
    private var owners: [KeyHash: KeyHash] = [:]

    var count: Int { sessions.count }
    var ticketCount: Int { owners.count }

    /// Begins a session of whoever holds a key.
    mutating func begin(_ name: KeyHash, for ticket: Ticket, at now: Moment) {
        for (other, session) in sessions where session.ends <= now { end(other) }
        if sessions.count >= Self.mostSessions, let idle = sessions.min(by: { $0.value.usedAt < $1.value.usedAt }) {
            end(idle.key)
        }
        sessions[name] = Session(ticket: ticket, ends: now + Self.lifetime, usedAt: now)
    }

    /// Hands out a ticket of a session.
    /// - Returns: what it stands for, and how long it is good; nil where the session has ended.
    mutating func issue(_ hash: KeyHash, of name: KeyHash, at now: Moment) -> (ticket: Ticket, lasts: Duration)? {
        guard var session = sessions[name] else { return nil }
        guard now < session.ends else {
            end(name)
            return nil
        }
        let ends = min(now + Self.ticketLifetime, session.ends)
        session.usedAt = now
        session.tickets.append((hash, ends))
        owners[hash] = name
        while session.tickets.count > Self.mostTickets || session.tickets.first.map({ $0.ends <= now }) == true {
            owners[session.tickets.removeFirst().hash] = nil
        }
        sessions[name] = session
        return (session.ticket, ends - now)
    }

    /// What a ticket stands for; nil where it, or its session, has ended.
    func ticket(_ hash: KeyHash, at now: Moment) -> Ticket? {
        guard let session = owners[hash].flatMap({ sessions[$0] }),
            let ends = session.tickets.first(where: { $0.hash == hash })?.ends, now < ends
        else { return nil }
        return session.ticket
    }

    /// Ends a session and all its tickets.
    mutating func end(_ name: KeyHash) {
        for ticket in sessions.removeValue(forKey: name)?.tickets ?? [] { owners[ticket.hash] = nil }
    }
}
