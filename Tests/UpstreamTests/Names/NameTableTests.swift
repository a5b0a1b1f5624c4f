import NIOCore
import Testing

@testable import Upstream

/// What those who ask for a name are told, without a name server.
@Suite struct NameTableTests {
    private static let one = NameFinding.found([ResolvedAddress(text: "10.0.0.1")])
    private static let other = NameFinding.found([ResolvedAddress(text: "10.0.0.2")])
    private static let silence = NameFinding.noAnswer("no name server answers")
    private static let limit = TimeAmount.seconds(2)

    private static func at(_ milliseconds: Int64) -> NIODeadline {
        NIODeadline.uptimeNanoseconds(1_000_000_000_000) + .milliseconds(milliseconds)
    }

    /// A table that knows `box` since 0.
    private static func knowing() -> NameTable {
        var table = NameTable()
        _ = table.ask("box", limit: limit, at: at(0))
        _ = table.ended("box", one, at: at(0))
        return table
    }

    @Test func `a name is looked up once for all who ask, and each waits at most its own limit`() {
        var table = NameTable()
        #expect(
            table.ask("a", limit: Self.limit, at: Self.at(0)) == .later(number: 1, patience: .seconds(2), begins: true))
        #expect(
            table.ask("a", limit: Self.limit, at: Self.at(500))
                == .later(number: 2, patience: .milliseconds(1500), begins: false))
        let (waiters, answer) = table.ended("a", Self.one, at: Self.at(600))
        #expect(waiters == [1, 2] && answer == Self.one)
        #expect(table.leave("a", 1, at: Self.at(2000)) == nil)
    }

    @Test func `names do not wait for each other`() {
        var table = NameTable()
        _ = table.ask("silent", limit: Self.limit, at: Self.at(0))
        #expect(
            table.ask("well", limit: Self.limit, at: Self.at(1))
                == .later(number: 2, patience: .seconds(2), begins: true))
        #expect(table.ended("well", Self.one, at: Self.at(2)).waiters == [2])
    }

    @Test func `an answer serves a burst, then it is renewed`() {
        var table = Self.knowing()
        #expect(table.ask("box", limit: Self.limit, at: Self.at(4999)) == .now(Self.one, begins: false))
        let renewed = table.ask("box", limit: Self.limit, at: Self.at(5000))
        #expect(renewed == .later(number: 2, patience: .milliseconds(250), begins: true))
        #expect(table.ended("box", Self.other, at: Self.at(5010)).answer == Self.other)
        #expect(table.ask("box", limit: Self.limit, at: Self.at(5020)) == .now(Self.other, begins: false))
    }

    @Test func `the last good answer is used while the name servers are silent, after a moment and then at once`() {
        var table = Self.knowing()
        _ = table.ask("box", limit: Self.limit, at: Self.at(60_000))
        #expect(table.leave("box", 2, at: Self.at(60_250)) == Self.one)
        #expect(table.ask("box", limit: Self.limit, at: Self.at(60_300)) == .now(Self.one, begins: false))
        #expect(table.ended("box", Self.silence, at: Self.at(70_000)).answer == Self.one)
        #expect(table.ask("box", limit: Self.limit, at: Self.at(80_000)) == .now(Self.one, begins: true))
        #expect(table.ask("box", limit: Self.limit, at: Self.at(86_400_000)) == .now(Self.one, begins: false))
        #expect(table.ended("box", Self.other, at: Self.at(86_400_001)).answer == Self.other)
    }

    @Test func `a name that is gone keeps its address for ten minutes, since that may be another's by then`() {
        var table = Self.knowing()
        _ = table.ask("box", limit: Self.limit, at: Self.at(10_000))
        #expect(table.ended("box", .unknown, at: Self.at(10_010)).answer == Self.one)
        _ = table.ask("box", limit: Self.limit, at: Self.at(300_000))
        #expect(table.ended("box", .unknown, at: Self.at(300_010)).answer == Self.one)
        _ = table.ask("box", limit: Self.limit, at: Self.at(620_000))
        #expect(table.ended("box", .unknown, at: Self.at(620_010)).answer == .unknown)
    }

    @Test func `without a last good answer silence is told, and at once to those who come late`() {
        var table = NameTable()
        _ = table.ask("box", limit: Self.limit, at: Self.at(0))
        #expect(table.leave("box", 1, at: Self.at(2000)) == Self.silence)
        #expect(table.ask("box", limit: Self.limit, at: Self.at(2500)) == .now(Self.silence, begins: false))
        #expect(table.ended("box", .noAnswer("why"), at: Self.at(9000)).answer == .noAnswer("why"))
        #expect(
            table.ask("box", limit: Self.limit, at: Self.at(9001))
                == .later(number: 2, patience: .seconds(2), begins: true))
    }

    @Test func `a name that does not exist is unknown to all who ask`() {
        var table = NameTable()
        _ = table.ask("nope", limit: Self.limit, at: Self.at(0))
        #expect(table.ended("nope", .unknown, at: Self.at(5)).answer == .unknown)
    }
}
