import Testing

/// One of three boxes does something wrong while it answers a request whose answer comes as a whole.
@Suite(.timeLimit(.minutes(2)), .serialized) struct WholeFaultScenarioTests {
    @Test(arguments: FaultCase.all)
    func `a client sees no fault while another box is there`(fault: FaultCase) async throws {
        try await fault.play(stream: false)
    }

    @Test(arguments: FaultCase.all)
    func `nor while the boxes stream, for a first-token deadline`(fault: FaultCase) async throws {
        try await fault.play(stream: false, drover: "first_token: {deadline: 2s}")
    }
}
