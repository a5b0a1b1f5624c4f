import Logging
import Telemetry
import Testing

@Suite struct LogFormatTests {
    @Test func `a terminal gets text, colours unless NO_COLOR says otherwise; all else gets JSON`() {
        #expect(LogFormat.suited(toTerminal: true, noColor: nil) == .text(colours: true))
        #expect(LogFormat.suited(toTerminal: true, noColor: "") == .text(colours: true))
        #expect(LogFormat.suited(toTerminal: true, noColor: "1") == .text(colours: false))
        #expect(LogFormat.suited(toTerminal: false, noColor: nil) == .json)
    }

    @Test func `the flag wins over set_verbose, and info is what remains`() {
        #expect(LogLevel.chosen(flag: .warning, setVerbose: true) == .warning)
        #expect(LogLevel.chosen(flag: nil, setVerbose: true) == .debug)
        #expect(LogLevel.chosen(flag: nil, setVerbose: false) == .info)
    }

    @Test func `knows levels by name`() {
        for level in Logger.Level.allCases { #expect(LogLevel.named(level.rawValue.uppercased()) == level) }
        #expect(LogLevel.named("warn") == .warning)
        #expect(LogLevel.named("loud") == nil)
    }
}
