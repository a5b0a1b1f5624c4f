import Ledger
import Testing

@Suite struct WallTimeTextTests {
    private let moment = WallTime(microseconds: 1_797_959_506_030_481)

    @Test func `is written in the forms of LiteLLM`() {
        #expect(moment.iso8601 == "2026-12-22T17:11:46.030481Z")
        #expect(moment.inMicroseconds == "2026-12-22 17:11:46.030481+00:00")
        #expect(moment.inSeconds == "2026-12-22 17:11:46 UTC")
        #expect(moment.date == "2026-12-22")
    }

    @Test func `is written also before 1970`() {
        #expect(WallTime(microseconds: -1).iso8601 == "1969-12-31T23:59:59.999999Z")
    }

    @Test func `is later by nanoseconds, to the microsecond above, and never beyond the end`() {
        #expect(moment.advanced(byNanoseconds: 1).microseconds == moment.microseconds + 1)
        #expect(moment.advanced(byNanoseconds: 60_000_000_000).microseconds == moment.microseconds + 60_000_000)
        #expect(WallTime.never.advanced(byNanoseconds: 5_000) == .never)
    }
}
