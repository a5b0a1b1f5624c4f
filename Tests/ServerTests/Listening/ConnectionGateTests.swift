import Testing

@testable import Server

@Suite struct ConnectionGateTests {
    @Test func `connections are welcome up to the most, then a few are crowded, then it is full`() {
        let gate = ConnectionGate(most: 20)
        #expect(gate.spare == 8)
        for number in 1...30 {
            let verdict = gate.enter()
            #expect(verdict == (number <= 20 ? .welcome : number <= 28 ? .crowded : .full), "\(number)")
            #expect(gate.isCrowded == (number > 20))
        }
        for _ in 0..<10 { gate.leave() }
        #expect(gate.open == 20 && !gate.isCrowded)
    }

    @Test func `whoever waits for the last to end hears of it, and at once where none is open`() async {
        let gate = ConnectionGate(most: 1)
        await gate.whenEmpty()
        _ = gate.enter()
        async let empty: Void = gate.whenEmpty()
        gate.leave()
        await empty
    }

    @Test(arguments: [(1, 8), (128, 8), (1000, 62), (4096, 256), (100_000, 256)])
    func `spare ones are a sixteenth, within bounds`(most: Int, spare: Int) {
        #expect(ConnectionGate.spare(beside: most) == spare)
    }

    @Test(arguments: [(0, 3, 1), (64, 3, 1), (128, 3, 21), (1024, 3, 448), (20_000, 1, 9711), (1 << 20, 1000, 523_000)])
    func `room is left for as many connections to instances, for probes and the process's own`(
        descriptors: Int, instances: Int, most: Int
    ) {
        let room = ConnectionRoom(descriptors: descriptors, instances: instances).most
        #expect(room == most)
        if most > 1 { #expect(2 * room + ConnectionGate.spare(beside: room) + 2 * instances + 64 <= descriptors) }
    }
}
