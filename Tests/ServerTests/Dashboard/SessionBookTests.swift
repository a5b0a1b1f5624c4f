import Balancer
import Gateway
import Ledger
import TestSupport
import Testing

@testable import Server

/// How long sessions and their tickets are good, and how many there may be.
@Suite struct SessionBookTests {
    private static let master = Ticket(holder: .master, flow: 7)
    private static func hash(_ name: String) -> KeyHash { Sessions.hash(of: name) }
    private static func moment(_ seconds: Double) -> Moment { .zero + .seconds(seconds) }

    @Test func `a ticket stands for the key of its session until its time is over`() {
        var book = SessionBook()
        book.begin(Self.hash("s"), for: Self.master, at: .zero)
        #expect(book.ticket(Self.hash("t"), at: .zero) == nil)
        let issued = book.issue(Self.hash("t"), of: Self.hash("s"), at: .zero)
        #expect(issued?.ticket == Self.master && issued?.lasts == SessionBook.ticketLifetime)
        let end = Moment.zero + SessionBook.ticketLifetime
        #expect(book.ticket(Self.hash("t"), at: end + .nanoseconds(-1)) == Self.master)
        #expect(book.ticket(Self.hash("t"), at: end) == nil)
        #expect(book.issue(Self.hash("u"), of: Self.hash("s"), at: end)?.ticket == Self.master)
    }

    @Test func `no ticket outlives its session, and none is had of one that is over`() {
        var book = SessionBook()
        book.begin(Self.hash("s"), for: Self.master, at: .zero)
        let end = Moment.zero + SessionBook.lifetime
        let late = end + .seconds(-10)
        #expect(book.issue(Self.hash("t"), of: Self.hash("s"), at: late)?.lasts == .seconds(10))
        #expect(book.ticket(Self.hash("t"), at: end) == nil)
        #expect(book.issue(Self.hash("u"), of: Self.hash("s"), at: end) == nil)
        #expect(book.count == 0 && book.ticketCount == 0)
    }

    @Test func `a session that is ended takes its tickets with it, and no others`() {
        var book = SessionBook()
        for name in ["a", "b"] {
            book.begin(Self.hash(name), for: Ticket(holder: .key(Self.hash("sk-\(name)")), flow: 1), at: .zero)
            _ = book.issue(Self.hash("ticket \(name)"), of: Self.hash(name), at: .zero)
        }
        book.end(Self.hash("a"))
        #expect(book.ticket(Self.hash("ticket a"), at: .zero) == nil)
        #expect(book.ticket(Self.hash("ticket b"), at: .zero)?.holder == .key(Self.hash("sk-b")))
        #expect(book.issue(Self.hash("more"), of: Self.hash("a"), at: .zero) == nil)
        book.end(Self.hash("never"))
        #expect(book.count == 1)
    }

    @Test func `of too many sessions the one that was used the longest ago makes way`() {
        var book = SessionBook()
        for number in 0..<SessionBook.mostSessions {
            book.begin(Self.hash("s\(number)"), for: Self.master, at: Self.moment(Double(number)))
        }
        let now = Self.moment(5_000)
        _ = book.issue(Self.hash("t"), of: Self.hash("s0"), at: now)
        book.begin(Self.hash("one more"), for: Self.master, at: now)
        #expect(book.count == SessionBook.mostSessions)
        #expect(book.ticket(Self.hash("t"), at: now) == Self.master, "it was used just now")
        #expect(book.issue(Self.hash("u"), of: Self.hash("s1"), at: now) == nil)
    }

    @Test func `a session keeps so many tickets, and the oldest makes way`() {
        var book = SessionBook()
        book.begin(Self.hash("s"), for: Self.master, at: .zero)
        for number in 0...SessionBook.mostTickets {
            _ = book.issue(Self.hash("t\(number)"), of: Self.hash("s"), at: Self.moment(Double(number)))
        }
        #expect(book.ticketCount == SessionBook.mostTickets)
        #expect(book.ticket(Self.hash("t0"), at: Self.moment(10)) == nil)
        #expect(book.ticket(Self.hash("t1"), at: Self.moment(10)) == Self.master)
    }

    @Test func `names cannot be guessed, and a session's is no ticket`() throws {
        let sessions = Sessions(time: ManualClock().source)
        let names = (0..<50).map { _ in sessions.begin(for: Self.master) }
        #expect(Set(names).count == 50 && names.allSatisfy { $0.utf8.count == 64 })
        let issued = try #require(sessions.issue(of: names[0]))
        #expect(issued.text.hasPrefix("ui-") && issued.text.utf8.count == 67 && !issued.text.contains(names[0]))
        #expect(sessions.ticket(Self.hash(issued.text)) == Self.master)
        #expect(sessions.ticket(Self.hash(names[0])) == nil && sessions.ticket(Self.hash("ui-\(names[0])")) == nil)
        #expect(sessions.issue(of: issued.text) == nil)
    }
}
