import Balancer
import Dialects
import Ledger
import Testing

@testable import Gateway

@Suite struct AccountTests {
    /// A dollar for a million tokens, read or written.
    private static let price = Price(
        input: Money(picodollars: 1_000_000), output: Money(picodollars: 1_000_000))

    private func remains(_ seconds: Int, tokens: Int?) -> Attempt.Remains {
        Attempt.Remains(
            time: .seconds(seconds), usage: tokens.map { Usage(promptTokens: $0, completionTokens: 0) },
            firstTokenAt: nil)
    }

    @Test func `the first attempt on each model is no retry`() {
        var account = Account()
        for isRetry in [false, true, true, false] { account.began(isRetry: isRetry) }
        #expect(account.attempts == 4 && account.retries == 2)
    }

    @Test func `the times of all attempts add up, and the last one's tokens are kept`() {
        var account = Account()
        account.ended(remains(2, tokens: 10))
        account.ended(remains(3, tokens: 20))
        #expect(account.upstreamTime == .seconds(5))
        #expect(account.remains?.usage?.promptTokens == 20 && account.failedCost == .zero)
    }

    @Test func `an answer that nobody gets is paid for once, and leaves nothing behind`() {
        var account = Account()
        for tokens in [10, nil, 7] {
            account.ended(remains(1, tokens: tokens))
            account.takeBack(at: Self.price)
            #expect(account.remains == nil)
        }
        account.takeBack(at: Self.price)
        #expect(account.failedCost.picodollars == 17_000_000 && account.upstreamTime == .seconds(3))
    }
}
