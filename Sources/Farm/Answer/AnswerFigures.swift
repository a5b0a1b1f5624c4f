/// The figures on the last line of an answer; spans in nanoseconds of the clock.
struct AnswerFigures: Sendable {
    var total: Int64 = 0
    var load: Int64 = 0
    var promptCount = 0
    var promptSpan: Int64 = 0
    var evalCount = 0
    var evalSpan: Int64 = 0
}
