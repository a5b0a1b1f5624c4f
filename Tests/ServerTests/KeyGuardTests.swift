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

    private func address(_ number: Int) -> ClientAddress {
        ClientAddress([10, UInt8(number >> 16), UInt8(number >> 8 & 255), UInt8(number & 255)])
    }

    @Test func `of those that are heard the one that was suspected first makes way, and none that is closed`() {
        var keys = KeyGuard()
        guess(&keys)
        _ = keys.refused(1, from: Self.other, at: .zero)
        for number in 0..<(KeyGuard.mostAddresses - 2) {
            _ = keys.refused(1, from: address(number), at: .zero + .milliseconds(number + 1))
        }
        for guess in 2..<UInt64(KeyGuard.mostGuesses) {
            _ = keys.refused(guess, from: Self.other, at: .zero + .seconds(5))
        }
        let second = Moment.zero + .seconds(5)
        _ = keys.refused(1, from: address(70_000), at: second)
        // It was the first of those that are heard, and begins anew.
        for guess in 100..<(100 + UInt64(KeyGuard.mostGuesses)) {
            #expect(keys.refused(guess, from: Self.other, at: second) == nil)
        }
        for number in 80_000..<90_000 { _ = keys.refused(1, from: address(number), at: second) }
        #expect(keys.wait(for: 1, from: Self.guesser, at: second) == .seconds(55))
    }

    @Test func `where all are closed the one that was closed first makes way`() {
        var keys = KeyGuard()
        for number in 0..<KeyGuard.mostAddresses {
            for guess in 0...UInt64(KeyGuard.mostGuesses) {
                _ = keys.refused(guess, from: address(number), at: .zero + .milliseconds(number))
            }
        }
        let now = Moment.zero + .seconds(5)
        _ = keys.refused(1, from: Self.other, at: now)
        #expect(keys.wait(for: 1, from: address(0), at: now) == nil)
        #expect(keys.wait(for: 1, from: address(1), at: now) != nil)
    }

    @Test func `who was suspected long ago is forgotten although it does not come again`() {
        var keys = KeyGuard()
        for number in 0..<40 { _ = keys.refused(1, from: address(number), at: .zero + .seconds(number)) }
        guess(&keys, at: .zero + .seconds(40))
        #expect(!keys.isIdle)
        for _ in 0..<20 { _ = keys.wait(for: 1, from: Self.other, at: .zero + .seconds(161)) }
        #expect(keys.isIdle)
    }

    @Test func `any order of guesses, good keys and time keeps both lines whole`() {
        var random = RandomSource(seed: 11)
        for _ in 0..<40 {
            var suspects = KeySuspects()
            var order: (open: [Int], closed: [Int]) = ([], [])
            for _ in 0..<300 {
                let number = Int(random.next() % 12)
                let network = KeySuspects.Network(address(number))
                order.open.removeAll { $0 == number }
                order.closed.removeAll { $0 == number }
                if random.next().isMultiple(of: 3) {
                    suspects.remove(network)
                } else {
                    var suspect = KeySuspects.Suspect(windowBegan: .zero, guesses: [UInt64(number)])
                    let isClosed = random.next().isMultiple(of: 2)
                    if isClosed { suspect.closedUntil = .zero }
                    suspects.append(suspect, as: network)
                    if isClosed { order.closed.append(number) } else { order.open.append(number) }
                }
                #expect(suspects.count == order.open.count + order.closed.count)
                #expect(suspects.firstOpen?.suspect.guesses == order.open.first.map { [UInt64($0)] })
                #expect(suspects.firstClosed?.suspect.guesses == order.closed.first.map { [UInt64($0)] })
            }
        }
    }
}
