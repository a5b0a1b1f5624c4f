import TestSupport
import Testing

@testable import Balancer

@Suite struct TripThresholdsTests {
    /// A different number for each class.
    static let each = TripThresholds(
        timeout: 2, authentication: 3, notFound: 4, internalServer: 5, serviceUnavailable: 6, badGateway: 7)

    static let classes: [(Failure, Int?)] = [
        (.timedOut, 2),
        (.serverError(status: 408), 2),
        (.serverError(status: 504), 2),
        (.serverError(status: 401), 3),
        (.serverError(status: 403), 3),
        (.serverError(status: 404), 4),
        (.missingTag, 4),
        (.serverError(status: 500), 5),
        (.serverError(status: 501), 5),
        (.serverError(status: 529), 5),
        (.connectionLost, 5),
        (.incomplete, 5),
        (.serverError(status: 503), 6),
        (.serverError(status: 502), 7),
        (.refused, nil),
        (.saturated(retryAfter: nil), nil),
    ]

    @Test(arguments: classes)
    func `each failure belongs to one class`(failure: Failure, threshold: Int?) {
        #expect(Self.each.threshold(of: failure) == threshold)
        #expect(TripThresholds.none.threshold(of: failure) == nil)
    }

    /// Where only time-outs and 401 have a number of their own: 2 and 4; all else takes 3.
    static let rows: [(failures: [Failure], opensAt: Int?)] = [
        ([.timedOut, .timedOut], 2),
        ([.incomplete, .timedOut], 2),
        ([.timedOut, .incomplete, .incomplete], 3),
        ([.serverError(status: 401), .serverError(status: 401), .serverError(status: 401)], nil),
        ([.serverError(status: 401), .serverError(status: 403), .incomplete], 3),
        ([.incomplete, .incomplete, .serverError(status: 401), .serverError(status: 401)], 4),
        ([.saturated(retryAfter: nil), .timedOut, .timedOut], 3),
    ]

    @Test(arguments: rows)
    func `opens when those in a row reach the threshold of the latest`(failures: [Failure], opensAt: Int?) throws {
        var fixture = PoolFixture("least-busy", size: 1, tripAfter: 3)
        fixture.spec.deployments[0].breaker.thresholds.timeout = 2
        fixture.spec.deployments[0].breaker.thresholds.authentication = 4
        let (balancer, clock, _) = fixture.make()
        var opened: Int?
        for (index, failure) in failures.enumerated() {
            try balancer.run(.failed(failure))
            // Past the pause of one that said it was busy.
            clock.advance(by: .seconds(2))
            if opened == nil, balancer.states[0] == "cooling_down" { opened = index + 1 }
        }
        #expect(opened == opensAt)
    }

    @Test func `a missing tag on an instance that nobody probes goes by the threshold of 404`() throws {
        var fixture = PoolFixture("least-busy", size: 1, tripAfter: 5)
        fixture.spec.deployments[0].breaker.thresholds.notFound = 1
        let (balancer, _, _) = fixture.make()
        try balancer.run(.failed(.missingTag))
        #expect(balancer.states == ["cooling_down"])
    }

    @Test func `a refused connection opens at once whatever the thresholds`() throws {
        var fixture = PoolFixture("least-busy", size: 1, tripAfter: 5)
        fixture.spec.deployments[0].breaker.thresholds = Self.each
        fixture.spec.settings.connectionBreaker.thresholds = Self.each
        let (balancer, _, _) = fixture.make()
        try balancer.run(.failed(.refused))
        #expect(balancer.states == ["cooling_down"])
    }
}
