import Testing

/// One of three boxes does something wrong while it answers a stream.
@Suite(.timeLimit(.minutes(2)), .serialized) struct StreamedFaultScenarioTests {
    @Test(arguments: FaultCase.all)
    func `a client sees a fault only in the midst of a stream, and then exactly once`(fault: FaultCase) async throws {
        try await fault.play(stream: true)
    }
}
