import Testing

@testable import BoxModel

@Suite struct FIFOTests {
    @Test func `gives back in order through growing and shrinking`() {
        var fifo = FIFO()
        var (next, expected) = (0, 0)
        for round in 0..<500 {
            for _ in 0..<(round % 7) {
                fifo.append(next)
                next += 1
            }
            for _ in 0..<(round % 5) where fifo.count > 0 {
                let item = fifo.popFirst()
                #expect(item == expected)
                expected += 1
            }
        }
        while let item = fifo.popFirst() {
            #expect(item == expected)
            expected += 1
        }
        #expect(expected == next)
    }
}
