import Testing

@testable import Gateway

@Suite struct AttemptLimitsTests {
    private func limits(_ request: Int?, _ pieces: Int?) -> AttemptLimits {
        AttemptLimits(request: request.map { .seconds($0) }, betweenPieces: pieces.map { .seconds($0) })
    }

    /// Seconds of the deployment's two limits, of the caller's two, then what holds and whether the caller chose it.
    private static let cases: [(own: (Int?, Int?), callers: (Int?, Int?), stream: Bool, limit: Int?, isCallers: Bool)] =
        [
            ((600, 60), (nil, nil), false, 600, false),
            ((600, 60), (5, 2), false, 5, true),
            ((600, 60), (900, nil), false, 900, true),
            // Of a stream the shorter one ends it.
            ((600, 60), (nil, nil), true, 60, false),
            ((600, 60), (5, nil), true, 5, true),
            ((600, 60), (90, nil), true, 60, false),
            ((600, 60), (nil, 2), true, 2, true),
            ((600, 60), (nil, 700), true, 600, false),
            // One that is no shorter than the other is only the default, which a caller's limit may exceed.
            ((600, 600), (900, nil), true, 900, true),
            ((nil, 60), (90, nil), true, 60, false),
            ((600, nil), (nil, nil), true, 600, false),
            ((nil, nil), (nil, nil), true, nil, false),
        ]

    @Test(arguments: 0..<cases.count) func `an answer has the caller's limit, else the deployment's`(index: Int) {
        let (own, callers, stream, limit, isCallers) = Self.cases[index]
        let choice = limits(own.0, own.1).untilAnswer(callers: limits(callers.0, callers.1), isStream: stream)
        #expect(choice == AttemptLimits.Choice(limit: limit.map { .seconds($0) }, isCallers: isCallers))
    }

    @Test func `the gap between two pieces is the caller's to choose, else the deployment's`() {
        let own = limits(600, 60)
        #expect(own.betweenPieces(callers: limits(1, nil)) == .init(limit: .seconds(60), isCallers: false))
        #expect(own.betweenPieces(callers: limits(1, 90)) == .init(limit: .seconds(90), isCallers: true))
        #expect(limits(600, nil).betweenPieces(callers: limits(nil, nil)) == .init(limit: nil, isCallers: false))
    }
}
