import NIOCore

enum AnthropicProvider {
    static func encode(
        _ request: ClientRequest, for target: AnthropicTarget, drops: Bool, into out: inout ByteBuffer
    ) throws(RequestFault) {
        throw RequestFault("not built yet")
    }
}
