import Testing

@testable import Server

@Suite struct MemoryBudgetTests {
    private static let step = MemoryBudget.step

    @Test func `what all hold together stays below the limit, and what is given back is there for others`() {
        let budget = MemoryBudget(limit: 10 * Self.step)
        var (one, other) = (MemoryShare(), MemoryShare())
        let fits = one.hold(7 * Self.step, of: budget)
        #expect(fits && budget.held == 7 * Self.step)
        let tooMuch = other.hold(4 * Self.step, of: budget)
        #expect(!tooMuch && budget.held == 7 * Self.step)
        let rest = other.hold(3 * Self.step + 5, of: budget)
        #expect(rest && budget.held == budget.limit)
        _ = one.hold(0, of: budget)
        let more = other.hold(10 * Self.step, of: budget)
        #expect(more && budget.held == budget.limit)
        _ = other.hold(0, of: budget)
        #expect(budget.held == 0)
    }

    @Test func `small requests are not counted, and a step is counted once`() {
        let budget = MemoryBudget(limit: Self.step)
        var shares = [MemoryShare](repeating: MemoryShare(), count: 100)
        for index in shares.indices {
            let fits = shares[index].hold(Self.step - 1, of: budget)
            #expect(fits)
        }
        #expect(budget.held == 0)
        for bytes in [Self.step, Self.step + 1, 2 * Self.step - 1, Self.step] {
            let fits = shares[0].hold(bytes, of: budget)
            #expect(fits && budget.held == Self.step)
        }
    }

    @Test func `without a limit all fits`() {
        let budget = MemoryBudget(limit: .max)
        var share = MemoryShare()
        let fits = share.hold(1 << 50, of: budget)
        #expect(fits)
    }
}
