import Balancer
import Testing

@testable import Gateway

@Suite struct ListWaitTests {
    @Test func `lists that may still come are waited for, three seconds from the first`() {
        var wait = ListWait()
        #expect(!wait.hasBegun && !wait.goesOn([.notYetKnown], at: .zero))
        wait.begin(at: .zero)
        wait.begin(at: .zero + .seconds(2))
        #expect(wait.hasBegun && wait.goesOn([.unknown, .notYetKnown], at: .zero + .milliseconds(2999)))
        #expect(!wait.goesOn([.notYetKnown], at: .zero + .seconds(3)))
    }

    @Test func `lists that will not come are not waited for`() {
        var wait = ListWait()
        wait.begin(at: .zero)
        #expect(!wait.goesOn([.unknown], at: .zero) && !wait.goesOn([], at: .zero))
    }
}
