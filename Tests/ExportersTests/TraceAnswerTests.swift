import Testing

@testable import Exporters

@Suite struct TraceAnswerTests {
    @Test(
        arguments: [
            ([], 0),
            // partial_success {rejected_spans: 2, error_message: "no"}, in either order.
            ([0x0a, 6, 0x08, 2, 0x12, 2, 0x6e, 0x6f], 2), ([0x0a, 6, 0x12, 2, 0x6e, 0x6f, 0x08, 2], 2),
            // A warning alone rejects nothing.
            ([0x0a, 4, 0x12, 2, 0x6e, 0x6f], 0), ([0x0a, 3, 0x08, 0x80, 0x02], 256),
            // Fields that nobody knows yet are passed over.
            ([0x1d, 1, 2, 3, 4, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x0a, 2, 0x08, 7], 7),
            // Less than it says, less than nothing, and no message at all.
            ([0x0a, 9, 0x08, 2], 0), ([0x0a, 11, 0x08] + [UInt8](repeating: 0xff, count: 9) + [1], 0),
            ([0x0a], 0), ([0xff], 0), ([0x0a, 2, 0x08, 0x80], 0), (Array("OK\n".utf8), 0),
            ([UInt8](repeating: 0xff, count: 40), 0),
        ] as [([UInt8], Int)])
    func `an answer says how many spans were rejected`(answer: [UInt8], rejected: Int) {
        #expect(TraceAnswer(answer).rejectedSpans == rejected)
    }

    @Test(arguments: [
        ("{}", 0), (#"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"x"}}"#, 3),
        (#"{"partialSuccess": {"rejectedSpans": 3}}"#, 3), (#"{"partialSuccess":{"rejectedSpans":"-1"}}"#, 0),
        (#"{"partialSuccess":null}"#, 0), ("{", 0),
    ])
    func `the same in JSON`(answer: String, rejected: Int) {
        #expect(TraceAnswer(Array(answer.utf8)).rejectedSpans == rejected)
    }
}
