import Dialects
import Testing

@testable import CLI

/// What `drover pull` and `drover models` show.
@Suite struct PullScreenTests {
    private static func line(_ text: String) throws -> JSONText { try #require(JSONText(text)) }

    @Test func `a terminal has a line per box, drawn over itself`() throws {
        var screen = PullScreen(redraws: true)
        let first = screen.take(try Self.line(#"{"box":"gpu-1","status":"waiting"}"#), columns: 80)
        #expect(first == "gpu-1  waiting\u{1B}[K\n")
        let second = screen.take(
            try Self.line(#"{"box":"gpu-10","status":"pulling abc","total":2000000000,"completed":500000000}"#),
            columns: 80)
        #expect(
            second == "\u{1B}[1Fgpu-1   waiting\u{1B}[K\n"
                + "gpu-10  [######------------------]  25 %  500 MB of 2.0 GB  pulling abc\u{1B}[K\n")
        let third = screen.take(
            try Self.line(#"{"box":"gpu-1","status":"success","total":1,"completed":1}"#), columns: 20)
        #expect(third.hasPrefix("\u{1B}[2Fgpu-1   [##########\u{1B}[K\n"))
    }

    @Test func `elsewhere each step of a box is a line, and what its maker wrote is not obeyed`() throws {
        var screen = PullScreen(redraws: false)
        let lines = [
            #"{"box":"gpu-1","status":"pulling a","total":9}"#,
            #"{"box":"gpu-1","status":"pulling a","total":9,"completed":5}"#, #"{"box":"gpu-1","status":"\u001b[2J"}"#,
        ]
        let shown = try lines.map { screen.take(try Self.line($0), columns: 80) }
        #expect(shown == ["gpu-1: pulling a\n", "", "gpu-1: \\u{1B}[2J\n"])
    }

    @Test func `the last line says how it ended`() throws {
        var screen = PullScreen(redraws: false)
        #expect(screen.end == nil)
        _ = screen.take(try Self.line(#"{"status":"success"}"#), columns: 80)
        #expect(screen.end == .succeeded)
        var other = PullScreen(redraws: false)
        _ = other.take(try Self.line(#"{"error":"gpu-2: no space"}"#), columns: 80)
        #expect(other.end == .failed("gpu-2: no space"))
    }

    @Test func `a table of models and boxes says in words what each box has`() throws {
        func cell(_ box: String, _ more: String) -> String { #"{"instance":"\#(box)",\#(more)}"# }
        let cells = [
            cell("a", #""has":true,"expected":true,"loaded":true,"differs":false"#),
            cell("b", #""has":false,"expected":true,"loaded":false,"differs":false"#),
            cell("c", #""has":true,"expected":false,"loaded":false,"differs":true,"digest":"0123456789abcdef""#),
            cell("d", #""has":null,"expected":true"#), cell("e", #""has":false,"expected":false"#),
        ]
        let boxes = ["a", "b", "c", "d", "e"].map {
            #"{"instance":"\#($0)","state":"\#($0 == "d" ? "down" : "ready")"}"#
        }
        let view = ModelsView(
            try Self.line(
                #"{"boxes":[\#(boxes.joined(separator: ","))],"models":[{"model":"x:latest","digest":"fedcba9876543210","boxes":[\#(cells.joined(separator: ","))]}]}"#
            ))
        #expect(
            view.text(coloured: false) == """
                MODEL     DIGEST        a       b         c                          d (down)  e
                x:latest  fedcba987654  loaded  lacks it  other digest 0123456789ab  ?         -

                """)
        #expect(!view.isWhole)
    }
}
