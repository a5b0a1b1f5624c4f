import NIOCore

enum OpenAIProvider {
    static func encode(
        _ request: ClientRequest, for target: OpenAITarget, drops: Bool, into out: inout ByteBuffer
    ) throws(RequestFault) {
        throw RequestFault("not built yet")
    }
}
