import Balancer
import Dialects
import Testing

@testable import Gateway

/// The rules of the second opinion by themselves, without a pool.
@Suite struct SecondOpinionStateTests {
    private func word(
        _ kind: UpstreamFault.Kind = .client, status: Int = 400, mayBeInstance: Bool = false
    ) -> AttemptFailure {
        AttemptFailure(.told(kind), status: status, message: "no", mayBeInstance: mayBeInstance)
    }

    @Test func `a word that may be about the instance, or comes from an odd one out, is checked`() {
        let opinion = SecondOpinion()
        let (sure, doubtful) = (word(), word(mayBeInstance: true))
        #expect(opinion.isWanted(after: doubtful, hasPolicy: false, standsOut: false))
        #expect(opinion.isWanted(after: sure, hasPolicy: false, standsOut: true))
        #expect(!opinion.isWanted(after: sure, hasPolicy: false, standsOut: false))
        #expect(!opinion.isWanted(after: .lost("cut"), hasPolicy: false, standsOut: true))
    }

    @Test func `a retry policy says what to do, and the pool is not asked`() {
        let opinion = SecondOpinion()
        var looks = 0
        func look() -> Bool {
            looks += 1
            return true
        }
        let withPolicy = opinion.isWanted(after: word(mayBeInstance: true), hasPolicy: true, standsOut: look())
        let ofFailure = opinion.isWanted(after: .refused("no"), hasPolicy: false, standsOut: look())
        #expect(!withPolicy && !ofFailure && looks == 0)
        #expect(!opinion.isWantedAtLast(after: word(.server, status: 404), hasPolicy: true))
    }

    @Test func `at last another server's answer is checked, and a failure of the instance's own is not`() {
        let opinion = SecondOpinion()
        for status in [404, 405, 499] {
            #expect(opinion.isWantedAtLast(after: word(.server, status: status), hasPolicy: false))
        }
        #expect(!opinion.isWantedAtLast(after: word(.server, status: 500), hasPolicy: false))
        #expect(!opinion.isWantedAtLast(after: .lost("cut"), hasPolicy: false))
        var page = word(.server, status: 500)
        page.isFromBefore = true
        #expect(opinion.isWantedAtLast(after: page, hasPolicy: false))
    }

    @Test func `there is one, and it is open until the request goes out again`() {
        var opinion = SecondOpinion()
        let doubtful = word(mayBeInstance: true)
        opinion.close()
        #expect(opinion == SecondOpinion() && !opinion.isOpen)
        opinion.ask()
        #expect(opinion.isOpen)
        #expect(!opinion.isWanted(after: doubtful, hasPolicy: false, standsOut: true))
        opinion.close()
        #expect(!opinion.isOpen)
        #expect(!opinion.isWanted(after: doubtful, hasPolicy: false, standsOut: true))
        #expect(!opinion.isWantedAtLast(after: word(.server, status: 404), hasPolicy: false))
    }
}
