import NIOCore

struct OpenAIRelay: CloudAnswer {
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()

    init(request: ClientRequest, model: ByteBuffer) {}

    mutating func feed(_ bytes: ByteBuffer, into out: inout ByteBuffer) -> AnswerTranslator.Progress { .more }
    mutating func end(into out: inout ByteBuffer) -> AnswerTranslator.Progress { .more }
}
