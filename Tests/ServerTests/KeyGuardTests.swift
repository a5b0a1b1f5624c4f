import Balancer
import Gateway
import Testing

@testable import Server

@Suite struct KeyGuardTests {
    private static let guesser = ClientAddress([192, 0, 2, 1])
    private static let other = ClientAddress([192, 0, 2, 2])

    /// Tries as many wrong keys as an address may, and one more; the wait that the last has brought.
    @discardableResult
    private func guess(
        _ keys: inout KeyGuard, from address: ClientAddress = guesser, first: UInt64 = 1_000, at now: Moment = .zero
    ) -> Duration? {
        var closed: Duration?
        for key in first...(first + UInt64(KeyGuard.mostGuesses)) {
            #expect(closed == nil)
            closed = keys.refused(key, from: address, at: now)
        }
        return closed
    }

    @Test func `too many wrong keys close an address, and no other`() {
        var keys = KeyGuard()
        #expect(keys.isIdle)
        #expect(guess(&keys) == .seconds(60))
        #expect(keys.wait(for: 1, from: Self.guesser, at: .zero + .seconds(20)) == .seconds(40))
        #expect(keys.wait(for: 1, from: Self.other, at: .zero) == nil)
        #expect(keys.wait(for: 1, from: Self.guesser, at: .zero + .seconds(60)) == nil)
    }

    @Test func `one old key, repeated, closes nothing`() {
        var keys = KeyGuard()
        for second in 0..<1_000 {
            #expect(keys.refused(7, from: Self.guesser, at: .zero + .seconds(second / 10)) == nil)
        }
        #expect(keys.wait(for: 8, from: Self.guesser, at: .zero + .seconds(100)) == nil)
    }

    @Test func `wrong keys one after the other over minutes close nothing`() {
        var keys = KeyGuard()
        for key in 0..<200 {
            #expect(keys.refused(UInt64(key), from: Self.guesser, at: .zero + .seconds(key * 4)) == nil)
        }
    }

    @Test func `a key that was good since the first wrong one is heard all the same`() {
        var keys = KeyGuard()
        _ = keys.refused(1_000, from: Self.guesser, at: .zero)
        keys.accepted(1, from: Self.guesser)
        guess(&keys)
        #expect(keys.wait(for: 1, from: Self.guesser, at: .zero + .seconds(1)) == nil)
        #expect(keys.wait(for: 2, from: Self.guesser, at: .zero + .seconds(1)) == .seconds(59))
    }

    @Test func `who goes on waits twice as long each time, up to a quarter of an hour`() {
        var keys = KeyGuard()
        var now = Moment.zero
        for wait in [60, 120, 240, 480, 900, 900] {
            #expect(guess(&keys, at: now) == .seconds(wait))
            now = now + .seconds(wait)
            #expect(keys.wait(for: 1, from: Self.guesser, at: now) == nil)
        }
    }

    @Test func `who is quiet for a minute is forgotten`() {
        var keys = KeyGuard()
        guess(&keys)
        #expect(keys.wait(for: 1, from: Self.guesser, at: .zero + .seconds(60)) == nil)
        #expect(!keys.isIdle)
        #expect(keys.wait(for: 1, from: Self.guesser, at: .zero + .seconds(121)) == nil)
        #expect(keys.isIdle)
        #expect(guess(&keys, at: .zero + .seconds(121)) == .seconds(60))
    }

    @Test func `the addresses of one IPv6 network are one`() {
        var keys = KeyGuard()
        func address(_ network: UInt8, _ host: UInt8) -> ClientAddress {
            ClientAddress([0x20, 1, 0x0d, 0xb8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, host])
        }
        for host in 0...UInt8(KeyGuard.mostGuesses) {
            _ = keys.refused(UInt64(host), from: address(1, host), at: .zero)
        }
        #expect(keys.wait(for: 1, from: address(1, 200), at: .zero) != nil)
        #expect(keys.wait(for: 1, from: address(2, 1), at: .zero) == nil)
    }

    @Test func `the address that was suspected first makes way for one too many`() {
        var keys = KeyGuard()
        guess(&keys)
        for number in 0..<KeyGuard.mostAddresses {
            let address = ClientAddress([10, 0, UInt8(number >> 8), UInt8(number & 255)])
            _ = keys.refused(1, from: address, at: .zero + .milliseconds(number + 1))
        }
        #expect(keys.wait(for: 1, from: Self.guesser, at: .zero + .seconds(5)) == nil)
    }
}
