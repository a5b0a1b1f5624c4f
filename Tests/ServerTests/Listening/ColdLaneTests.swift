import Testing

@testable import Server

@Suite struct ColdLaneTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
    ])
    func `dates are as HTTP writes them`(seconds: Int, text: String) {
        #expect(ColdLane.date(seconds) == text)
    }
}
