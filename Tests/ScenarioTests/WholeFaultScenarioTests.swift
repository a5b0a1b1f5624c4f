import Testing

/// One of three boxes does something wrong while it answers a request whose answer comes as a whole.
@Suite(.timeLimit(.minutes(2)), .serialized) struct WholeFaultScenarioTests {
    @Test(arguments: FaultCase.all)
    func `a client sees no fault while another box is there`(fault: FaultCase) async throws {
        try await fault.play(stream: false)
    }
}
