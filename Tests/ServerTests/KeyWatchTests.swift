import Balancer
import Dialects
import Gateway
import Ledger
import Locking
import Logging
import NIOHTTP1
import TestSupport
import Testing

@testable import Server
@testable import ServerRig

/// Who is not heard learns nothing about keys, in either lane.
@Suite struct KeyWatchTests {
    private static let guesser = ClientAddress([192, 0, 2, 1])
    private static let wall = WallTime(microseconds: 1_795_367_506_000_000)

    /// A gateway with a master key and three others: one that may ask, one for another route, one that is blocked.
    private struct Door {
        let clock = ManualClock()
        let ledger = SpendLedger(LedgerState(origin: 1, at: wall))
        var reception: Reception

        init() throws {
            let ledger = ledger
            reception = Reception(
                admission: Admission(masterKey: "sk-master", seed: 1, keys: Admission.Keys(ledger) { wall }),
                watch: .silent(requiresKey: true, time: clock.source),
                access: AccessPolicy(
                    requiresKey: true, host: "0.0.0.0", machine: MachineHosts(name: "", addresses: [])),
                random: SystemSeeded(seed: 1), gate: ConnectionGate(most: 1))
            for (text, change) in [
                ("sk-good", { _ in }), ("sk-elsewhere", { $0.allowedRoutes = ["/v1/embeddings"] }),
                ("sk-blocked", { $0.isBlocked = true }),
            ] as [(String, (inout VirtualKey) -> Void)] {
                var text = text
                let hash = text.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
                var key = VirtualKey(hash: hash, name: text, stamps: Stamps(at: wall, by: "t"))
                change(&key)
                try ledger.apply(.putKey(key), at: wall)
            }
        }

        mutating func ask(_ key: String?, from address: ClientAddress = guesser, more: [(String, String)] = []) -> Int?
        {
            var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/v1/chat/completions")
            head.headers.add(name: "host", value: "gateway")
            if let key { head.headers.add(name: "authorization", value: "Bearer \(key)") }
            for (name, value) in more { head.headers.add(name: name, value: value) }
            return reception.read(head, to: HotRoute(front: .openAIChat), from: address).refusal?.status
        }

        mutating func close(_ address: ClientAddress = guesser) {
            for number in 0...KeyGuard.mostGuesses { _ = ask("sk-wrong-\(number)", from: address) }
        }
    }

    @Test func `a closed address is told the same of every key, whatever else is wrong`() throws {
        var door = try Door()
        door.close()
        let wishes: [[(String, String)]] = [
            [], [("x-drover-class", "nonsense")], [("x-drover-local-only", "perhaps")],
            [("x-drover-locl-only", "true")],
            [("content-encoding", "br")], [("x-drover-objective", "soon")],
        ]
        for key in ["sk-good", "sk-elsewhere", "sk-blocked", "sk-wrong", "sk-master", "nonsense"] {
            for more in wishes { #expect(door.ask(key, more: more) == 429, "\(key) \(more)") }
        }
        // Who shows no key has nothing to learn.
        #expect(door.ask(nil) == 401)
        #expect(door.ask("sk-good", from: ClientAddress([192, 0, 2, 2])) == nil)
    }

    @Test func `one that is heard is told what is wrong`() throws {
        var door = try Door()
        #expect(door.ask("sk-good") == nil && door.ask("sk-elsewhere") == 403 && door.ask("sk-blocked") == 401)
        #expect(door.ask("sk-wrong") == 401 && door.ask("sk-good", more: [("x-drover-class", "nonsense")]) == 400)
    }

    @Test func `keys that are blocked close nothing, however many there are`() throws {
        var door = try Door()
        for number in 0..<100 {
            var text = "sk-old-\(number)"
            let hash = text.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
            var key = VirtualKey(hash: hash, name: text, stamps: Stamps(at: Self.wall, by: "t"))
            if number.isMultiple(of: 2) { key.isBlocked = true } else { key.expires = Self.wall }
            try door.ledger.apply(.putKey(key), at: Self.wall)
            #expect(door.ask(text) == 401)
        }
        #expect(door.ask("sk-good") == nil)
    }

    @Test(arguments: [[127, 0, 0, 1], [127, 8, 0, 1], Array(repeating: 0, count: 15) + [1]] as [[UInt8]])
    func `this machine's own address is never closed, since a proxy may stand there`(bytes: [UInt8]) throws {
        var door = try Door()
        let own = ClientAddress(bytes)
        for number in 0..<200 { #expect(door.ask("sk-wrong-\(number)", from: own) == 401) }
        #expect(door.ask("sk-good", from: own) == nil)
        #expect(!ClientAddress([128, 0, 0, 1]).isLoopback && !ClientAddress([1, 0, 0, 127]).isLoopback)
    }

    @Test func `a key that works there goes on working, and the door opens again`() throws {
        var door = try Door()
        _ = door.ask("sk-wrong")
        #expect(door.ask("sk-good") == nil)
        door.close()
        #expect(door.ask("sk-good") == nil && door.ask("sk-master") == 429)
        door.clock.advance(by: .seconds(60))
        #expect(door.ask("sk-master") == nil && door.ask("sk-wrong") == 401)
    }

    @Test func `addresses are written as people do`() {
        #expect(ClientAddress([192, 0, 2, 1]).text == "192.0.2.1")
        #expect(ClientAddress([0x20, 1, 0x0d, 0xb8] + Array(repeating: 0, count: 11) + [1]).text == "2001:db8::1")
        #expect(ClientAddress.unknown.text == nil)
    }
}
