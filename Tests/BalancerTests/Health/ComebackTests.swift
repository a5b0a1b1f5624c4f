import Testing

@testable import Balancer

@Suite struct ComebackTests {
    @Test func `each success allows one more, and sixteen are all`() {
        var comeback = Comeback()
        #expect(!comeback.isOn && comeback.allowed == .max)
        comeback.begin(isProven: false, at: .zero)
        var allowed = [comeback.allowed]
        while comeback.isOn {
            comeback.advance()
            allowed.append(comeback.allowed)
        }
        #expect(allowed == Array(1...15) + [.max])
        #expect(comeback == Comeback())
        comeback.advance()
        #expect(comeback == Comeback())
    }

    @Test func `one that has answered already has two, and a minute ends it`() {
        var comeback = Comeback()
        comeback.begin(isProven: true, at: .zero)
        #expect(comeback.allowed == 2)
        comeback.lapse(at: .zero + .seconds(59))
        #expect(comeback.isOn)
        comeback.lapse(at: .zero + .seconds(60))
        #expect(comeback == Comeback())
    }
}
