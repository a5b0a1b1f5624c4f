import Testing

@testable import Balancer

@Suite struct SlabTests {
    /// Counts how many of it there are.
    private final class Counted {
        static nonisolated(unsafe) var alive = 0
        init() { Self.alive += 1 }
        deinit { Self.alive -= 1 }
    }

    @Test func `keeps what is added through every growth`() {
        var slab = Slab<Int>()
        for number in 0..<1000 { slab.append(number) }
        for number in slab.indices { slab[number] *= 2 }
        let numbers = slab.copied
        #expect(numbers == Array(stride(from: 0, to: 2000, by: 2)))
    }

    @Test func `what was copied does not change with it`() {
        var slab = Slab<Int>()
        slab.append(1)
        let before = slab.copied
        slab[0] = 2
        let after = slab.copied
        #expect(before == [1])
        #expect(after == [2])
    }

    @Test func `lets go of every element once`() {
        do {
            var slab = Slab<Counted>()
            for _ in 0..<9 { slab.append(Counted()) }
            slab[3] = Counted()
            #expect(Counted.alive == 9)
        }
        #expect(Counted.alive == 0)
    }

    @Test func `single numbers are those of the vectors`() {
        var slab = Slab<SIMD8<Double>>()
        for number in [0.0, 1, 2] { slab.append(SIMD8(repeating: number)) }
        slab[scalar: 11] = 7
        let vector = slab[1]
        #expect(vector == SIMD8<Double>(1, 1, 1, 7, 1, 1, 1, 1))
        for index in 0..<24 {
            let (number, expected) = (slab[scalar: index], index == 11 ? 7 : Double(index / 8))
            #expect(number == expected)
        }
    }
}
